"""The life of a webhook and of a chat, from the form in the admin to what arrives, by a receiver here."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.states import IncidentStatus
from probes.vocabulary.telling import Channel, Membership, Stage
from statuspage import clock
from statuspage.delivery.composing import compose
from statuspage.delivery.models import Delivery, News, Recipient
from statuspage.delivery.rules import PAUSES
from statuspage.incidents import handling
from statuspage.incidents.models import IncidentUpdate
from statuspage.incidents.signals import STATE_CHANGED
from statuspage.incidents.statuses import refresh_statuses
from statuspage.public.read.snapshot import build
from statuspage.public.read.values import Snapshot
from statuspage.subscribers.hooks.posts import HookError, HookTarget
from statuspage.subscribers.hooks.sending import MOST_FAILING, require_target, try_target
from statuspage.subscribers.hooks.then import read_past, snapshot_then
from statuspage.subscribers.hooks.webhook import body_of
from statuspage.subscribers.mailing import item_of
from statuspage.subscribers.models import Subscription
from tests.subscribers.conftest import subscribed
from tests.subscribers.test_mail_life import send_all
from tests.support.hook_receivers import HookReceiver, PostedHook, hook_receiver
from tests.support.public_rows import World, make_incident

ADD = "/admin/subscribers/subscription/add/"


@pytest.fixture
def receiver(settings: Settings, tmp_path: Path) -> Iterator[HookReceiver]:
    with hook_receiver() as made:
        settings.HOOK_PRIVATE_HOSTS = [made.host]
        settings.VAR_DIR = tmp_path
        yield made


@pytest.fixture
def owner(db: None, settings: Settings) -> Client:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.create_superuser("owner"))
    return client


def add(owner: Client, receiver: HookReceiver, channel: str = "webhook", **fields: object) -> bytes:
    """Fill in the form; gives the page that follows."""
    given = {
        "channel": channel,
        "name": "Ops",
        "url": f"http://{receiver.host}/hook",
        "least_impact": "none",
        "language": "en",
        **fields,
    }
    content: bytes = owner.post(ADD, given, follow=True).content
    return content


def later(world: World, *, minutes: float = 1) -> timedelta:
    """How long before ``world.now`` an incident begins that is news to who subscribed just now."""
    return -(clock.now() - world.now) - timedelta(minutes=minutes)


def assert_signed(hook: PostedHook, page: bytes) -> None:
    secret = page.decode().split("whsec_")[1].split("<")[0].strip()
    said = f"{hook.headers['webhook-id']}.{hook.headers['webhook-timestamp']}.".encode() + hook.body
    mark = hmac.new(base64.b64decode(secret), said, hashlib.sha256).digest()
    assert hook.headers["webhook-signature"] == f"v1,{base64.b64encode(mark).decode()}"


def test_program_reads_statuspage_bodies_that_it_can_check_when_an_incident_goes_on(
    world: World, receiver: HookReceiver, owner: Client
) -> None:
    page = add(owner, receiver)
    (trial,) = receiver.posted
    assert trial.told["meta"] == {"x_kind": "test"}
    assert_signed(trial, page)

    incident = make_incident(world, ago=later(world))
    send_all(clock.now() + timedelta(minutes=5))
    handling.say(
        incident,
        status=IncidentStatus.RESOLVED,
        body=Bilingual(zh="好", en="Over."),
        author=None,
        now=clock.now() + timedelta(minutes=6),
    )
    send_all(clock.now() + timedelta(minutes=7))

    told = [hook for hook in receiver.posted if "incident" in hook.told]
    assert [hook.told["meta"]["x_kind"] for hook in told] == ["began", "update", "over"]
    for hook in told:
        assert_signed(hook, page)
    last = told[-1].told
    assert last["incident"]["id"] == incident.public_id
    assert last["incident"]["status"] == "resolved"
    assert last["incident"]["incident_updates"][0]["body"] == "Over."
    assert {"id", "status_indicator", "status_description"} <= last["page"].keys()
    assert len({hook.headers["webhook-id"] for hook in told}) == 3


def test_program_reads_each_update_as_things_stood_then_when_it_is_told_later(
    world: World,
) -> None:
    incident = make_incident(world, ago=later(world))
    begun = clock.now()
    STATE_CHANGED.send(None, slug="fenfu-qr", before="operational", after="major_outage", at=begun)
    over = begun + timedelta(minutes=6)
    handling.say(
        incident,
        status=IncidentStatus.RESOLVED,
        body=Bilingual(zh="好", en="Over."),
        author=None,
        now=over,
    )
    STATE_CHANGED.send(None, slug="fenfu-qr", before="major_outage", after="operational", at=over)
    page = build(over)

    first = incident.updates.get(sequence=1)
    told = as_told(first, page)
    last = as_told(incident.updates.get(sequence=3), page)

    assert (told["status"], told["resolved_at"]) == (first.status, None)
    assert [entry["id"] for entry in told["incident_updates"]] == [first.public_id]
    assert [row["status"] for row in told["components"]] == ["major_outage"]
    assert told["incident_updates"][0]["affected_components"][0]["new_status"] == "major_outage"
    assert last["status"] == "resolved"
    assert last["resolved_at"] is not None
    assert len(last["incident_updates"]) == 3


def as_told(update: IncidentUpdate, page: Snapshot) -> Any:
    """What a program reads of one update, by what is stored of it."""
    news = News.objects.get(key=f"update/{update.public_id}")
    compose(news, page.at)
    item = item_of(news)
    return body_of(item, snapshot_then(page, item, read_past([item])))["incident"]


def test_program_is_told_of_a_component_when_its_state_changes(
    world: World, receiver: HookReceiver, owner: Client
) -> None:
    add(owner, receiver)
    make_incident(world, ago=timedelta(minutes=5))
    at = clock.now() + timedelta(seconds=5)

    refresh_statuses(since=world.now, at=at, blind=())
    send_all(at + timedelta(seconds=1))

    (update,) = [hook.told for hook in receiver.posted if "component_update" in hook.told]
    assert update["component_update"]["old_status"] == "operational"
    assert update["component_update"]["new_status"] == "major_outage"
    assert update["component"]["x_slug"] == "fenfu-qr"


def test_secret_is_shown_once_and_never_again_when_a_webhook_is_made(
    world: World, receiver: HookReceiver, owner: Client
) -> None:
    page = add(owner, receiver)
    row = Subscription.objects.get()

    assert page.count(b"whsec_") == 1
    assert b"whsec_" not in owner.get(f"/admin/subscribers/subscription/{row.pk}/change/").content
    assert "whsec_" not in row.sealed
    assert receiver.host not in row.sealed


@pytest.mark.parametrize(
    ("answer", "reason"),
    [((404, b"no such hook"), b"HTTP 404 no such hook"), ((302, b""), b"HTTP 302")],
)
def test_webhook_is_not_made_when_its_trial_is_not_taken(
    answer: tuple[int, bytes], reason: bytes, world: World, receiver: HookReceiver, owner: Client
) -> None:
    receiver.answers, receiver.headers = [answer], {"Location": f"http://{receiver.host}/elsewhere"}

    page = add(owner, receiver)

    assert reason in page
    assert not Subscription.objects.exists()
    assert [hook.path for hook in receiver.posted] == ["/hook"]


def test_address_is_shown_to_nobody_when_the_receiver_says_it_back(
    world: World, receiver: HookReceiver, owner: Client, caplog: pytest.LogCaptureFixture
) -> None:
    key = "Zk3vQ9xT7LmW2bRd"
    add(owner, receiver, "slack", url=f"http://{receiver.host}/services/T1/{key}?token={key[::-1]}")
    make_incident(world, ago=later(world))
    receiver.answers = [(404, f"Cannot POST /services/T1/{key}?token={key[::-1]}".encode())] * 9

    send_all(clock.now() + timedelta(minutes=5))
    page = add(owner, receiver, "slack", name="Other", url=f"http://{receiver.host}/services/T2/{key}")

    error = page.decode().split("It was not taken")[1].split("<")[0]
    kept = [*Delivery.objects.values_list("detail", flat=True), error, caplog.text]
    assert any("Cannot POST" in text for text in kept[:-2])
    assert "Cannot POST" in kept[-2]
    assert [text for text in kept if key in text or key[::-1] in text] == []


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "https://127.0.0.1/x", "https://[::1]/", "ftp://example.com/", "nothing", ""],
)
def test_nobody_inside_is_asked_when_a_webhook_leads_there(
    url: str, world: World, receiver: HookReceiver, owner: Client
) -> None:
    page = add(owner, receiver, url=url)

    assert b"It was not taken" in page
    assert receiver.posted == []
    assert not Subscription.objects.exists()


@pytest.mark.django_db  # PostgreSQL's clock is asked
def test_target_is_refused_when_it_was_private_after_all(receiver: HookReceiver, settings: Settings) -> None:
    settings.HOOK_PRIVATE_HOSTS = []
    target = HookTarget(url=f"https://{receiver.host}/hook")

    require_target(target)
    with pytest.raises(HookError):
        try_target(Channel.SLACK, target, language_code="en", now=clock.now())

    assert receiver.posted == []


def test_group_is_told_in_its_language_when_a_chat_is_made(
    world: World, receiver: HookReceiver, owner: Client
) -> None:
    add(owner, receiver, "feishu", secret="s", language="zh-hans", components=["fenfu-qr"])
    add(
        owner,
        receiver,
        "wecom",
        name="Other",
        url=f"http://{receiver.host}/wecom",
        components=["card-checkout"],
    )
    make_incident(world, ago=later(world))

    send_all(clock.now() + timedelta(minutes=5))

    trials, (told,) = receiver.posted[:2], receiver.posted[2:]
    assert "测试" in str(trials[0].told)
    assert told.path == "/hook"
    assert told.told["content"]["post"]["zh_cn"]["title"] == "[支付状态] 分付扫码支付：系统故障"
    assert told.told["sign"]


def test_row_stays_as_it_is_when_a_form_that_nobody_changed_is_saved(
    world: World, receiver: HookReceiver, owner: Client
) -> None:
    add(owner, receiver)
    before = Subscription.objects.values().get()

    given = {"name": "Ops", "least_impact": "none", "language": "en", "url": "", "secret": "", "chat": ""}
    answer = owner.post(f"/admin/subscribers/subscription/{before['id']}/change/", given)

    assert answer.status_code == 302
    assert Subscription.objects.values().get() == before
    assert len(receiver.posted) == 1


def test_webhook_is_tried_again_and_ended_when_it_fails_for_days(
    world: World, receiver: HookReceiver, owner: Client
) -> None:
    add(owner, receiver)
    make_incident(world, ago=later(world))
    start = clock.now() + timedelta(minutes=5)
    receiver.answers = [(503, b"")] * 1000
    send_all(start)
    send_all(start + PAUSES[0])
    assert len(receiver.posted) == 3

    Recipient.objects.update(failing_since=start - MOST_FAILING - timedelta(minutes=1))
    send_all(start + PAUSES[0] + PAUSES[1])

    row = Subscription.objects.get()
    assert row.standing == Membership.ENDED.value
    assert row.trouble.startswith("failed for 5 days: HTTP 503")


@pytest.mark.parametrize("count", [3, 30])
def test_list_asks_as_often_however_many_rows_there_are(
    count: int, world: World, receiver: HookReceiver, owner: Client, settings: Settings
) -> None:
    for number in range(count):
        subscribed(f"a{number}@example.com")
    make_incident(world, ago=timedelta(minutes=-1))
    settings.EMAIL_URL = None
    send_all(world.now + timedelta(minutes=5))
    owner.get("/admin/delivery/delivery/")

    with CaptureQueriesContext(connection) as queries:
        page = owner.get("/admin/delivery/delivery/").content.decode()
    with CaptureQueriesContext(connection) as others:
        owner.get("/admin/subscribers/subscription/")

    assert len(queries) <= 12
    assert len(others) <= 12
    assert "a…@example.com" in page or "a…0@example.com" in page
    assert "a0@example.com" not in page


def test_delivery_is_sent_again_when_somebody_wants_it_so(
    world: World, receiver: HookReceiver, owner: Client
) -> None:
    add(owner, receiver, "slack")
    make_incident(world, ago=later(world))
    receiver.answers = [(404, b"")]
    send_all(clock.now() + timedelta(minutes=5))
    rows = Delivery.objects.filter(stage=Stage.GIVEN_UP.value)
    pks = list(rows.values_list("pk", flat=True))
    assert pks

    owner.post("/admin/delivery/delivery/", {"action": "resend", "_selected_action": pks})
    send_all(clock.now() + timedelta(minutes=5))

    assert not rows.exists()
    assert set(Delivery.objects.values_list("stage", flat=True)) == {Stage.SENT.value}


def test_reader_is_found_by_his_whole_address_and_by_no_part_of_it(world: World, owner: Client) -> None:
    subscribed("ann.lee@example.com")

    whole = owner.get("/admin/subscribers/subscription/?q=Ann.Lee@example.com").content
    part = owner.get("/admin/subscribers/subscription/?q=ann.lee").content

    assert "a…e@example.com".encode() in whole
    assert b"example.com</a>" not in part
