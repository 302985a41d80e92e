"""A session is new at each login, ends with the password, and its cookie stays between browser and site."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db.models import F
from django.test import Client
from django.utils import timezone

from statuspage.entrance import limits
from statuspage.entrance.browsers import browser_of
from statuspage.entrance.models import OpenSession
from statuspage.entrance.noting import REFUSED_PER_NETWORK, Happening
from statuspage.entrance.sessions import forget_ended, is_over
from statuspage.logbook.models import Deed
from tests.entrance.conftest import PASSWORD, LogIn

NOW = datetime(2026, 3, 2, 12, 0, 1, tzinfo=UTC)
PAGE = "/admin/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"


def test_session_is_another_one_when_somebody_logs_in(boss: User, client: Client, log_in: LogIn) -> None:
    client.get("/admin/login/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    before = session.session_key

    log_in(client)

    assert client.cookies["sessionid"].value != before
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 12 * 3600


def test_other_sessions_end_when_the_password_is_changed(boss: User, log_in: LogIn) -> None:
    here, elsewhere = Client(), Client()
    log_in(here)
    log_in(elsewhere)

    form = {
        "old_password": PASSWORD,
        "new_password1": "a fresh long one",
        "new_password2": "a fresh long one",
    }
    here.post("/admin/password_change/", form)

    assert here.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302
    assert OpenSession.objects.count() == 1


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:x"]
)
def test_login_leads_to_the_admin_when_it_is_to_lead_elsewhere(
    boss: User, client: Client, target: str
) -> None:
    answer = client.post("/admin/login/", {"username": "boss", "password": PASSWORD, "next": target})

    assert answer.headers["Location"] == "/admin/"


@pytest.mark.parametrize(
    ("lasted", "unused", "over"),
    [
        pytest.param(timedelta(hours=11), timedelta(minutes=119), False, id="within both"),
        pytest.param(timedelta(hours=12), timedelta(0), True, id="too old, though it is used"),
        pytest.param(timedelta(hours=3), timedelta(minutes=120), True, id="not used for long"),
    ],
)
def test_session_is_over_when_it_lasted_or_was_not_used_for_too_long(
    lasted: timedelta, unused: timedelta, over: bool
) -> None:
    assert is_over(began_at=NOW - lasted, used_at=NOW - unused, now=NOW) is over


@pytest.mark.parametrize("column", ["began_at", "used_at"])
def test_session_lets_nobody_in_when_it_is_over(
    boss: User, client: Client, log_in: LogIn, column: str
) -> None:
    log_in(client)
    assert client.get("/admin/").status_code == 200
    OpenSession.objects.update(**{column: F(column) - timedelta(hours=13)})

    answer = client.get("/admin/")

    assert answer.status_code == 302
    assert forget_ended(now=datetime.now(tz=UTC)) == 1


def test_session_is_as_old_as_its_login_when_it_is_used_and_changed(
    boss: User, client: Client, log_in: LogIn
) -> None:
    log_in(client)
    OpenSession.objects.update(used_at=F("used_at") - timedelta(minutes=5))
    before = OpenSession.objects.get()

    client.get("/admin/")
    session = client.session
    session["anything"] = True
    session.save()

    after = OpenSession.objects.get()
    assert after.began_at == before.began_at
    assert after.used_at > before.used_at


@pytest.mark.parametrize("unattended", [False, True])
def test_session_is_not_used_when_a_page_asks_by_itself(
    boss: User, client: Client, log_in: LogIn, unattended: bool
) -> None:
    log_in(client)
    earlier = timezone.now() - timedelta(minutes=90)
    OpenSession.objects.update(used_at=earlier)

    answer = client.get("/admin/room/", headers={"X-Unattended": "1"} if unattended else {})

    assert answer.status_code == 200
    assert (OpenSession.objects.get().used_at == earlier) == unattended


def test_own_sessions_are_listed_and_ended_when_their_page_is_asked(boss: User, log_in: LogIn) -> None:
    here, elsewhere = Client(headers={"user-agent": FIREFOX}), Client()
    log_in(here)
    log_in(elsewhere, address="203.0.113.77")

    page = here.get(PAGE).content.decode()
    here.post(PAGE, {"do": "others"})

    assert "Firefox · Linux" in page
    assert "203.0.113.0/24" in page
    assert not any(key in page for key in OpenSession.objects.values_list("session_key", flat=True))
    assert here.get(PAGE).status_code == 200
    assert elsewhere.get(PAGE).status_code == 302


def test_one_session_ends_when_its_button_is_pushed(boss: User, log_in: LogIn) -> None:
    here, elsewhere = Client(), Client()
    log_in(here)
    log_in(elsewhere, address="203.0.113.77")
    row = OpenSession.objects.get(network="203.0.113.0/24")

    here.post(PAGE, {"do": "one", "handle": row.handle})

    assert OpenSession.objects.count() == 1
    assert Deed.objects.filter(what=Happening.SESSIONS).count() == 1


def test_sessions_of_another_are_listed_and_ended_when_an_owner_asks(boss: User, log_in: LogIn) -> None:
    owner, operator = (User.objects.create_user(name, is_staff=True) for name in ("owner", "operator"))
    for user in (owner, operator):
        user.groups.add(Group.objects.get(name=user.username))
    clients = {user.username: Client() for user in (boss, owner, operator)}
    for user in (boss, owner, operator):
        clients[user.username].force_login(user)

    refused = clients["operator"].get(f"{PAGE}?of={owner.pk}").status_code
    above = clients["owner"].post(f"{PAGE}?of={boss.pk}", {"do": "others"}).status_code
    nobody = [clients["owner"].get(f"{PAGE}?of={number}").status_code for number in ("²", "x", "9" * 5000)]
    done = clients["owner"].post(f"{PAGE}?of={operator.pk}", {"do": "others"}).status_code

    assert (refused, above, nobody, done) == (403, 403, [404] * 3, 302)
    assert clients["operator"].get("/admin/").status_code == 302
    assert clients["boss"].get("/admin/").status_code == 200


def test_sessions_end_when_an_owner_sets_the_password(boss: User, client: Client, log_in: LogIn) -> None:
    other = User.objects.create_user("other", password=PASSWORD, is_staff=True)
    theirs = Client()
    theirs.force_login(other)
    log_in(client)

    form = {"usable_password": "true", "password1": "a fresh long one", "password2": "a fresh long one"}
    client.post(f"/admin/auth/user/{other.pk}/password/", {**form, "set-password": "1"})

    assert not OpenSession.objects.filter(account=other).exists()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox · Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) "
            "Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 "
            "MicroMessenger/8.0",
            "WeChat · Android",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/139.0 Safari/537.36 Edg/139.0", "Edge · Windows"),
        ("<script>", ""),
    ],
)
def test_browser_is_named_coarsely_when_it_says_what_it_is(agent: str, name: str) -> None:
    assert browser_of(agent) == name


def test_login_and_logout_and_refusals_are_in_the_log_when_they_happen(
    boss: User, client: Client, log_in: LogIn
) -> None:
    log_in(client, password="hunter2")
    log_in(client, name="hunter2", password="hunter2")
    log_in(client)
    client.post("/admin/logout/", headers={"x-forwarded-for": "198.51.100.9"})

    told = list(Deed.objects.order_by("pk").values_list("what", "who", "object_name", "network"))
    network = "198.51.100.0/24"
    assert told == [
        (Happening.REFUSED, "", "boss", network),
        (Happening.REFUSED, "", "", network),
        (Happening.LOGGED_IN, "boss", "boss", network),
        (Happening.LOGGED_OUT, "boss", "boss", network),
    ]


def test_log_stays_small_when_a_stranger_is_refused_often(boss: User, log_in: LogIn) -> None:
    for number in range(REFUSED_PER_NETWORK + 5):
        log_in(Client(), name=f"n{number}", password="guess")
        limits.lift_all()

    assert Deed.objects.filter(what=Happening.REFUSED).count() == REFUSED_PER_NETWORK
