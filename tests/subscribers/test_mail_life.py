"""The whole life of a subscription by mail, with a real SMTP server on loopback."""

import re
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.publishing import Publication
from probes.vocabulary.states import IncidentStatus
from probes.vocabulary.telling import Membership, Rhythm, Stage
from statuspage import clock
from statuspage.delivery.models import Delivery
from statuspage.delivery.outbox import prune
from statuspage.delivery.rules import PAUSES
from statuspage.incidents import handling
from statuspage.incidents.correcting import withdraw
from statuspage.incidents.joining import merge
from statuspage.incidents.maintenance import leave_notice
from statuspage.incidents.models import Incident
from statuspage.incidents.planned_steering import STEERS, Steer
from statuspage.incidents.publishing import publish_now
from statuspage.subscribers.ending import FORGOTTEN_AFTER, PENDING_FOR, forget_old
from statuspage.subscribers.models import Subscription
from statuspage.subscribers.smtp import FEWEST, MOST, wanted_connections
from statuspage.subscribers.telling import tell
from statuspage.subscribers.tokens import LinkPurpose, token_for
from tests.subscribers.conftest import Post, subscribed
from tests.support.mail_servers import MailBox, SentMail
from tests.support.public_rows import World, make_announcement, make_incident, make_maintenance


def link_in(mail: SentMail, part: str) -> str:
    found = re.search(rf"http://\S+/subscribe/{part}/\S+", mail.text())
    assert found is not None
    return found[0].removeprefix("http://127.0.0.1:8000")


def send_all(at: object = None) -> None:
    while tell(at or clock.now()):  # type: ignore[arg-type]
        pass


def say(incident: Incident, status: IncidentStatus, words: str, *, after: timedelta) -> None:
    body = Bilingual(zh=f"中文{words}", en=words)
    handling.say(incident, status=status, body=body, author=None, now=clock.now() + after)


def test_reader_is_told_from_the_yes_to_the_goodbye_and_never_after(
    world: World, box: MailBox, post: Post
) -> None:
    assert post(email="Ann@Example.com", component=["fenfu-qr"]).status_code == 303
    send_all()
    (letter,) = box.mails
    assert letter.to == "Ann@example.com"
    make_incident(world)
    send_all()
    assert len(box.mails) == 1

    yes = link_in(letter, "confirm")
    assert Client().get(yes).status_code == 200
    assert Subscription.objects.get().standing == Membership.PENDING.value
    assert b"You are subscribed" in Client().post(yes).content
    incident = make_incident(world, ago=-(clock.now() - world.now) - timedelta(minutes=1))
    send_all(clock.now() + timedelta(minutes=5))
    began = box.mails[-1]
    assert began.message["Subject"] == "[Payment status] Fenfu QR payment: system outage"
    assert "Since 12:03" in began.text()
    assert f"/en/incidents/{incident.public_id}/" in began.text()

    say(incident, IncidentStatus.RESOLVED, "All works again.", after=timedelta(minutes=5))
    send_all(clock.now() + timedelta(minutes=5))
    over = box.mails[-1]
    assert over.message["Subject"] == "[Payment status] Over: Fenfu QR payment: system outage"
    assert over.message["References"] == began.message["References"]

    assert b"Saved" in Client().post(link_in(over, "manage"), {"language": "zh-hans"}).content
    say(incident, IncidentStatus.POSTMORTEM, "Why it was.", after=timedelta(minutes=6))
    send_all(clock.now() + timedelta(minutes=6))
    assert "中文Why it was." in box.mails[-1].text()

    stop = over.message["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    assert over.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(stop, {"List-Unsubscribe": "One-Click"}, HTTP_ORIGIN="null").status_code == 200
    count = len(box.mails)
    make_incident(world, ago=-(clock.now() - world.now) - timedelta(minutes=8))
    send_all(clock.now() + timedelta(minutes=10))
    assert len(box.mails) == count
    assert not Subscription.objects.exists()
    assert Client().post(stop).status_code == 200


def other_language(client: Client, address: str, **posted: str) -> str:
    """Where the switch of languages leads on the page that answers."""
    answer = client.post(address, posted) if posted else client.get(address)
    link = HTMLParser(answer.content.decode()).css_first("#language")
    assert link is not None
    return link.attributes["href"] or ""


@pytest.mark.parametrize("part", ["confirm", "manage", "stop"])
@pytest.mark.parametrize("posted", [{}, {"sent": "1"}], ids=["asked", "answered"])
def test_switch_of_languages_leads_to_the_same_page_when_it_is_one_reader_s_own(
    part: str, posted: dict[str, str], world: World
) -> None:
    row = subscribed(standing=Membership.PENDING.value if part == "confirm" else Membership.ACTIVE.value)
    purpose = LinkPurpose.CONFIRM if part == "confirm" else LinkPurpose.MANAGE
    page = f"subscribe/{part}/{token_for(purpose, row.key, settings.SECRET_KEY)}/"

    assert other_language(Client(), f"/en/{page}", **posted) == f"/{page}"
    assert Client().get(f"/{page}").status_code == (404 if part == "stop" and posted else 200)


def test_page_says_that_it_is_confirmed_when_whoever_confirmed_looks_again(world: World) -> None:
    row = subscribed()
    token = token_for(LinkPurpose.CONFIRM, row.key, settings.SECRET_KEY)

    answer = Client().get(f"/en/subscribe/confirm/{token}/")

    assert b"You are subscribed" in answer.content
    assert b"<form" not in answer.content


def test_mail_has_the_headers_and_parts_that_programs_look_for(world: World, box: MailBox) -> None:
    subscribed()
    make_incident(world, ago=timedelta(minutes=-1))

    send_all(world.now + timedelta(minutes=5))

    (mail,) = box.mails
    message = mail.message
    assert re.fullmatch(r"bounces\+[a-z2-7]{36}@pay\.example", mail.returns)
    assert message["From"] == "Payment status <status@pay.example>"
    assert message["To"] == "ann@example.com"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "Payment status <updates.pay.example>"
    assert "Precedence" not in message
    assert message["Content-Language"] == "en"
    assert message["Message-ID"].endswith("@pay.example>")
    assert parsedate_to_datetime(message["Date"]) == world.now + timedelta(minutes=5)
    html = mail.text("html")
    assert "src=" not in html
    assert "url(" not in html
    assert 'lang="en"' in html
    assert message.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(
    ("language", "subject", "address"),
    [
        ("zh-hans", "[支付状态] 分付扫码支付：系统故障", "/incidents/"),
        ("zh-hant", "[支付狀態] 分付掃碼支付：系統故障", "/zh-hant/incidents/"),
        ("en", "[Payment status] Fenfu QR payment: system outage", "/en/incidents/"),
    ],
)
def test_mail_is_in_the_language_that_was_asked_for(
    language: str, subject: str, address: str, world: World, box: MailBox
) -> None:
    subscribed(language=language)
    make_incident(world, ago=timedelta(minutes=-1))

    send_all(world.now + timedelta(minutes=5))

    assert box.mails[0].message["Subject"] == subject
    assert f"http://127.0.0.1:8000{address}" in box.mails[0].text()


def test_burst_is_one_mail_when_it_waited_for_the_server(world: World, box: MailBox) -> None:
    subscribed()
    box.later = ["451 busy"]
    make_incident(world, ago=timedelta(minutes=-1))
    send_all(world.now + timedelta(minutes=5))
    make_announcement(world, starts_at=world.now + timedelta(minutes=1))
    make_maintenance(world)

    send_all(world.now + timedelta(minutes=5) + PAUSES[1])

    (mail,) = box.mails
    assert mail.message["Subject"] == ("[Payment status] 3 updates: Support hours over the holiday")
    assert set(Delivery.objects.values_list("stage", flat=True)) == {Stage.SENT.value}


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param({"published": False}, {"published": True}, id="published the next day"),
        pytest.param({"starts_in": timedelta(hours=1)}, {"starts_in": timedelta(hours=20)}, id="put off"),
        pytest.param({"starts_in": timedelta(days=9)}, {"starts_in": timedelta()}, id="shown sooner"),
        pytest.param({"starts_in": timedelta(hours=-9)}, {}, id="shown as of this morning"),
    ],
)
def test_announcement_is_told_once_when_it_is_shown_at_another_time_than_it_was_written(
    world: World, box: MailBox, first: dict[str, Any], then: dict[str, Any]
) -> None:
    subscribed()
    row = make_announcement(world, **_shown(world, first))
    send_all(world.now + timedelta(minutes=30))
    before = len(box.mails)

    for name, value in _shown(world, then).items():
        setattr(row, name, value)
    row.save()
    send_all(world.now + timedelta(hours=21))
    row.save()
    send_all(world.now + timedelta(hours=22))

    assert (before, len(box.mails)) == (0 if then else 1, 1)


def test_announcement_is_told_when_it_was_a_draft_for_weeks(world: World, box: MailBox) -> None:
    subscribed()
    row = make_announcement(world, published=False)
    send_all(world.now + timedelta(minutes=30))
    prune(world.now + timedelta(days=35))

    row.published = True
    row.save()
    send_all(world.now + timedelta(days=35, minutes=1))

    assert [mail.message["Subject"] for mail in box.mails] == [
        "[Payment status] Support hours over the holiday"
    ]


def test_mails_say_once_what_is_planned_and_that_it_is_cancelled_when_it_is(
    world: World, box: MailBox
) -> None:
    subscribed(since=world.now - timedelta(days=1))
    work = make_maintenance(world, title_en="Fenfu: planned maintenance", updated_at=world.now)
    leave_notice(work, at=world.now)
    send_all(world.now + timedelta(minutes=1))
    STEERS[Steer.CANCEL](work, author=None, now=world.now + timedelta(hours=1))
    send_all(world.now + timedelta(hours=2))

    planned, cancelled = box.mails
    assert planned.text().startswith("Fenfu: planned maintenance\r\n\r\nMaintenance is planned for")
    assert cancelled.message["Subject"] == "[Payment status] Cancelled: Fenfu: planned maintenance"


def _shown(world: World, given: dict[str, Any]) -> dict[str, Any]:
    starts_in = given.get("starts_in")
    return given if starts_in is None else {"starts_at": world.now + starts_in}


def test_who_waits_for_one_incident_is_told_of_it_alone_and_forgotten(
    world: World, box: MailBox, post: Post
) -> None:
    incident = make_incident(world)
    other = make_incident(world)
    assert post(email="ann@example.com", incident=incident.public_id).status_code == 303
    send_all()
    Client().post(link_in(box.mails[0], "confirm"))

    say(other, IncidentStatus.RESOLVED, "The other is over.", after=timedelta(minutes=1))
    say(incident, IncidentStatus.RESOLVED, "This is over.", after=timedelta(minutes=1))
    send_all(clock.now() + timedelta(minutes=2))

    (told,) = box.mails[1:]
    assert "This is over." in told.text()
    forget_old(clock.now())
    assert Subscription.objects.exists()
    forget_old(clock.now() + FORGOTTEN_AFTER + timedelta(hours=1))
    assert not Subscription.objects.exists()


def test_summary_tells_all_of_a_day_at_its_hour_when_it_was_asked_for(world: World, box: MailBox) -> None:
    subscribed(rhythm=Rhythm.DAILY)
    incident = make_incident(world, ago=timedelta(minutes=-1))
    send_all(world.now + timedelta(minutes=5))
    now = world.now + timedelta(minutes=10)
    handling.say(
        incident, status=IncidentStatus.RESOLVED, body=Bilingual(zh="好", en="Over."), author=None, now=now
    )
    send_all(now)
    assert box.mails == []

    eight = world.now.replace(hour=0, minute=0, second=0) + timedelta(days=1)
    send_all(eight)

    (mail,) = box.mails
    assert mail.message["Subject"] == "[Payment status] Summary: 3 updates"


def test_address_is_forgotten_when_nobody_says_yes(world: World, box: MailBox, post: Post) -> None:
    post(email="ann@example.com")

    forget_old(clock.now() + PENDING_FOR + timedelta(minutes=1))

    assert not Subscription.objects.exists()


def test_address_ends_when_the_server_says_that_nobody_is_there(world: World, box: MailBox) -> None:
    row = subscribed()
    subscribed("bob@example.com")
    box.refusals = {"ann@example.com": "550 5.1.1 <ann@example.com>: no such user"}
    make_incident(world, ago=timedelta(minutes=-1))

    send_all(world.now + timedelta(minutes=5))

    row.refresh_from_db()
    assert row.standing == Membership.ENDED.value
    assert row.sealed == ""
    assert row.trouble == "550 5.1.1 <•••>: no such user"
    assert not Delivery.objects.filter(detail__contains="ann@").exists()
    assert [mail.to for mail in box.mails] == ["bob@example.com"]


def test_nothing_is_lost_when_no_server_is_there(world: World, box: MailBox, settings: Settings) -> None:
    subscribed()
    server = settings.EMAIL_URL
    settings.EMAIL_URL = type(server)(host="127.0.0.1", port=1, security=server.security)
    make_incident(world, ago=timedelta(minutes=-1))
    send_all(world.now + timedelta(minutes=5))
    settings.EMAIL_URL = server

    send_all(world.now + timedelta(minutes=5) + PAUSES[0])

    assert len(box.mails) == 1


def test_connections_are_used_again_when_there_are_many_mails(world: World, box: MailBox) -> None:
    for number in range(60):
        subscribed(f"reader{number}@example.com")
    before = box.connections
    make_incident(world, ago=timedelta(minutes=-1))

    send_all(world.now + timedelta(minutes=5))

    assert len({mail.to for mail in box.mails}) == len(box.mails) == 60
    assert box.connections - before <= MOST


def test_reader_is_told_that_it_was_none_when_an_incident_is_withdrawn(world: World, box: MailBox) -> None:
    subscribed()
    incident = make_incident(world, ago=timedelta(minutes=-1))
    send_all(world.now + timedelta(minutes=5))

    withdraw(incident, author=None, now=world.now + timedelta(minutes=6))
    send_all(world.now + timedelta(minutes=6))

    assert box.mails[-1].message["Subject"] == "[Payment status] Withdrawn: Fenfu QR payment: system outage"
    assert "False alarm" in box.mails[-1].text()


def test_reader_is_told_when_what_was_held_back_is_published(world: World, box: MailBox) -> None:
    subscribed()
    incident = make_incident(world, ago=timedelta(minutes=-1), publication=Publication.HELD.value)
    send_all(world.now + timedelta(minutes=5))
    assert box.mails == []

    publish_now(incident, author=None, now=world.now + timedelta(minutes=6))
    send_all(world.now + timedelta(minutes=6))

    assert len(box.mails) == 1
    assert "system outage" in box.mails[0].message["Subject"]


def test_who_waits_for_an_incident_is_told_of_the_one_that_it_became_part_of(
    world: World, box: MailBox
) -> None:
    first, second = (make_incident(world, ago=timedelta(minutes=-1)) for _ in range(2))
    subscribed(topic=f"incident/{second.public_id}", since=world.now + timedelta(minutes=3))

    merge(second, into=first, author=None, now=world.now + timedelta(minutes=4))
    say(
        first,
        IncidentStatus.RESOLVED,
        "Both are over.",
        after=-(clock.now() - world.now) + timedelta(minutes=5),
    )
    send_all(world.now + timedelta(minutes=6))

    assert "Both are over." in box.mails[-1].text()


@pytest.mark.parametrize(
    ("mail_s", "connections"),
    [
        pytest.param(0.0, FEWEST, id="nothing is known yet"),
        pytest.param(0.003, FEWEST, id="a server here"),
        pytest.param(0.04, 4, id="a server near"),
        pytest.param(0.4, MOST, id="a server far away"),
    ],
)
def test_more_connections_are_used_when_the_server_is_slow_to_answer(mail_s: float, connections: int) -> None:
    assert wanted_connections(mail_s) == connections
