"""Who did what stands in one log: forms, list actions, deletions and commands, with before and after."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction
from django.db.models.signals import post_save
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import DjangoAssertNumQueries, Settings
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from statuspage.incidents.models import Announcement, Incident
from statuspage.logbook.accounts import note_account
from statuspage.logbook.deeds import ONE_BY_ONE, note_deed, noted_action
from statuspage.logbook.doers import Doer, done_by
from statuspage.logbook.in_admin import LoggedAdmin
from statuspage.logbook.models import Deed, DeedKind, DoerKind
from statuspage.logbook.pruning import prune
from statuspage.logbook.values import HIDDEN, changes_between, without_secrets
from statuspage.monitoring.models import Endpoint
from tests.support.admin_forms import filled_in
from tests.support.probe_rows import build_probe
from tests.support.public_rows import World, make_announcement, make_incident, make_world

pytestmark = pytest.mark.django_db
CATALOG = Path(__file__).parents[2] / "deploy/catalog.example.toml"
NOW = datetime(2026, 3, 2, 12, 0, 1, tzinfo=UTC)
CHINESE = {"accept-language": "zh-hans"}


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss")


@pytest.fixture
def client(boss: User, settings: Settings) -> Client:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    client = Client(REMOTE_ADDR="203.0.113.9", headers={"accept-language": "en"})
    client.force_login(boss)
    return client


@pytest.fixture
def world() -> World:
    return make_world(days=1)


def announcement_form(**changes: Any) -> dict[str, Any]:
    texts = {"title_zh": "标题", "title_en": "Title", "body_zh": "正文", "body_en": "Text"}
    times = {"starts_at_0": "2026-03-02", "starts_at_1": "12:00:00", "ends_at_0": "", "ends_at_1": ""}
    return {**texts, **times, "published": "on", **changes}


def changes_of(deed: Deed) -> dict[str, tuple[Any, Any]]:
    return {field: (before, after) for field, before, after in deed.changes}


def test_row_that_is_added_and_changed_is_logged_with_before_and_after_when_a_form_is_saved(
    client: Client, boss: User
) -> None:
    client.post("/admin/incidents/announcement/add/", announcement_form())
    row = Announcement.objects.get()

    client.post(
        f"/admin/incidents/announcement/{row.pk}/change/",
        announcement_form(title_en="Another", pinned="on"),
    )

    changed, added = Deed.objects.all()
    assert (added.kind, added.user, added.network) == (DeedKind.ADDED, boss, "203.0.113.0/24")
    assert changes_of(added)["title_en"] == (None, "Title")
    assert (changed.kind, changed.who, changed.object_id) == (DeedKind.CHANGED, "boss", str(row.pk))
    assert changes_of(changed) == {"title_en": ("Title", "Another"), "pinned": (False, True)}


def test_row_is_logged_with_what_it_held_when_it_is_deleted(client: Client, world: World) -> None:
    row = make_announcement(world)

    client.post(f"/admin/incidents/announcement/{row.pk}/delete/", {"post": "yes"})

    deed = Deed.objects.get()
    assert (deed.kind, deed.object_id) == (DeedKind.DELETED, str(row.pk))
    assert changes_of(deed)["title_en"] == (row.title_en, None)


def test_rows_below_another_are_logged_with_what_they_say_when_they_are_added(
    client: Client, world: World
) -> None:
    incident = make_incident(world)
    page = HTMLParser(client.get(f"/admin/incidents/incident/{incident.pk}/change/").content.decode())
    sent = filled_in(page)
    chosen = {
        "updates-0-status": "identified",
        "updates-0-body_zh": "找到原因。",
        "updates-0-body_en": "Found it.",
    }

    client.post(f"/admin/incidents/incident/{incident.pk}/change/", sent | chosen)

    told = changes_of(Deed.objects.get())["incidents.incidentupdate"]
    assert "Found it." in told[1]
    assert "None" not in told[1]


def test_list_action_is_logged_for_each_row_that_it_changed_when_it_is_carried_out(client: Client) -> None:
    on, off = build_probe(slug="on"), build_probe(slug="off", enabled=False)

    client.post(
        "/admin/monitoring/probe/", {"action": "disable", "_selected_action": [on.pk, off.pk], "index": 0}
    )

    deed = Deed.objects.get()
    assert (deed.kind, deed.what, deed.object_name) == (
        DeedKind.ACTION,
        "Disable the selected probes",
        "on",
    )
    assert changes_of(deed) == {"enabled": (True, False)}


def test_nothing_is_logged_when_the_transaction_fails(boss: User) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        note_deed(DeedKind.CHANGED, boss, now=NOW)
        raise RuntimeError

    assert not Deed.objects.exists()


def test_action_is_undone_and_not_logged_when_it_breaks_down(boss: User) -> None:
    with pytest.raises(RuntimeError), noted_action("break", boss, now=NOW):  # noqa: PT012
        User.objects.update(first_name="B")
        raise RuntimeError

    boss.refresh_from_db()
    assert boss.first_name == ""
    assert not Deed.objects.exists()


def test_action_is_one_row_with_a_number_when_it_concerns_too_many() -> None:
    User.objects.bulk_create(User(username=f"u{number}") for number in range(ONE_BY_ONE + 1))

    with noted_action("lock out", User.objects.all(), now=NOW):
        User.objects.update(is_active=False)

    deed = Deed.objects.get()
    assert (deed.model, deed.object_id, deed.object_name) == ("auth.user", "", f"({ONE_BY_ONE + 1})")


def test_row_is_logged_once_when_a_service_noted_it_within_an_action(boss: User) -> None:
    with noted_action("take over", boss, now=NOW):
        note_deed(DeedKind.ACTION, boss, now=NOW, what="taken over until noon")

    assert [deed.what for deed in Deed.objects.all()] == ["taken over until noon"]


def test_doer_is_the_command_line_or_who_is_named_when_no_request_is_answered(boss: User) -> None:
    note_deed(DeedKind.CHANGED, boss, now=NOW)
    with done_by(Doer(kind=DoerKind.PROGRAM, name="robot")):
        note_deed(DeedKind.CHANGED, boss, now=NOW)

    assert [(deed.by, deed.who) for deed in Deed.objects.all()] == [
        (DoerKind.PROGRAM, "robot"),
        (DoerKind.COMMAND, ""),
    ]


def test_secret_is_not_in_the_log_when_one_is_changed() -> None:
    before = {"credentials": {"a": "hunter2"}, "options": {"headers": {"Authorization": "hunter2", "x": "y"}}}

    changes = {change.field: change for change in changes_between(Endpoint, before, {"credentials": {}})}
    users = changes_between(User, {"password": "hunter2"}, {"password": "hunter3"})

    assert (changes["credentials"].before, changes["credentials"].after) == (HIDDEN, None)
    assert (users[0].before, users[0].after) == (HIDDEN, HIDDEN)
    assert without_secrets(before)["options"]["headers"] == {"Authorization": HIDDEN, "x": "y"}


def test_password_is_not_in_the_log_when_it_is_set_in_the_admin(client: Client) -> None:
    other = User.objects.create_user("other", password="an old long one")
    form = {"usable_password": "true", "password1": "hunter2 hunter2", "password2": "hunter2 hunter2"}

    client.post(f"/admin/auth/user/{other.pk}/password/", {**form, "set-password": "1"})

    deed = Deed.objects.get(object_name="other")
    assert "hunter2" not in str(deed.changes)
    assert "password" in changes_of(deed)


def test_form_that_is_saved_unchanged_is_not_logged(client: Client, world: World) -> None:
    row = make_announcement(world, starts_at=NOW)
    sent = announcement_form(
        title_zh=row.title_zh, title_en=row.title_en, body_zh=row.body_zh, body_en=row.body_en
    )
    sent |= {"starts_at_0": "2026-03-02", "starts_at_1": "20:00:01"}
    sent |= {"components": [component.pk for component in row.components.all()]}
    Announcement.objects.update(published=True, pinned=False, ends_at=None)

    client.post(f"/admin/incidents/announcement/{row.pk}/change/", sent)

    assert not Deed.objects.exists()


def test_history_of_a_row_is_that_of_the_log_when_it_is_opened(client: Client, world: World) -> None:
    row = make_incident(world)
    client.post(
        "/admin/incidents/incident/", {"action": "take_over", "_selected_action": [row.pk], "index": 0}
    )
    Incident.objects.filter(pk=row.pk).update(title_en="Changed by the machine")

    page = client.get(f"/admin/incidents/incident/{row.pk}/history/", headers=CHINESE).content.decode()

    assert "boss" in page
    assert "Asia/Shanghai" in page
    assert "Take over" not in page


def test_log_is_read_and_never_edited_when_somebody_may_do_all(client: Client, boss: User) -> None:
    deed = note_deed(DeedKind.CHANGED, boss, now=NOW)
    one = f"/admin/logbook/deed/{deed.pk}"

    statuses = [client.post(f"{one}/{verb}/", {"post": "yes"}).status_code for verb in ("change", "delete")]

    assert statuses == [403, 403]
    assert client.get(f"{one}/change/").status_code == 200
    assert client.post("/admin/logbook/deed/add/").status_code == 403


def test_log_asks_no_more_when_it_holds_more(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    people = [User.objects.create(username=f"p{number}") for number in range(40)]
    for each in people:
        with done_by(Doer(kind=DoerKind.PERSON, name=each.username, user_id=each.pk)):
            note_deed(DeedKind.CHANGED, each, now=NOW)

    with django_assert_max_num_queries(16):
        answer = client.get("/admin/logbook/deed/?q=p1&kind__exact=changed&of=auth.user")

    assert b"p11" in answer.content


def test_old_deeds_go_when_the_log_is_pruned(boss: User, settings: Settings) -> None:
    settings.LOG_DAYS = 30
    note_deed(DeedKind.CHANGED, boss, now=NOW - timedelta(days=31))
    kept = note_deed(DeedKind.CHANGED, boss, now=NOW - timedelta(days=29))

    assert prune(now=NOW) == 1

    assert Deed.objects.get() == kept


def test_every_admin_writes_the_log_when_all_are_walked() -> None:
    registered: list[Any] = list(admin.site._registry.values())

    assert [each for each in registered if not isinstance(each, LoggedAdmin)] == []


@pytest.mark.parametrize("size", [3, 60])
def test_action_asks_no_more_when_it_concerns_more_rows(
    size: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    User.objects.bulk_create(User(username=f"u{number}") for number in range(size))

    with django_assert_max_num_queries(14), noted_action("lock out", User.objects.all(), now=NOW):
        User.objects.update(is_active=False)

    assert Deed.objects.count() == size


def test_commands_that_change_something_are_in_the_log_when_they_did(boss: User) -> None:
    TOTPDevice.objects.create(user=boss, name="totp", confirmed=True)

    call_command("reset_second_factor", "boss", stdout=StringIO())
    call_command("lift_login_limits", stdout=StringIO())
    call_command("sync_catalog", str(CATALOG), stdout=StringIO())
    call_command("sync_catalog", str(CATALOG), stdout=StringIO())

    told = list(Deed.objects.order_by("pk").values_list("by", "what", "object_name"))
    command = DoerKind.COMMAND
    assert told == [
        (command, "removed the second factor", "boss"),
        (command, "lifted the limits on logins", ""),
        (command, "brought in a catalog", ""),
    ]


def test_account_is_in_the_log_when_a_command_of_django_makes_it() -> None:
    post_save.connect(note_account, sender=User)
    try:
        call_command("createsuperuser", "--noinput", "--username", "chief", "--email", "", stdout=StringIO())
    finally:
        post_save.disconnect(note_account, sender=User)

    deed = Deed.objects.get()
    assert (deed.kind, deed.by, deed.object_name) == (DeedKind.ADDED, DoerKind.COMMAND, "chief")
