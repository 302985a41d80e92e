"""The life of a push, from the wish to be told to what the browser reads, by a push service here."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from probes.vocabulary.telling import Channel, Stage
from statuspage.analysis.values import Certainty
from statuspage.delivery import outbox
from statuspage.delivery.delivering import deliver
from statuspage.delivery.models import Delivery, PushSubscription
from statuspage.delivery.rules import LEASE, PAUSES
from statuspage.delivery.subscribing import KEPT, MAY_RETURN, Subscribed, forget_fulfilled
from statuspage.incidents.models import Incident
from tests.support.public_rows import World, make_incident
from tests.support.push_services import PushService, ReaderBrowser

Ask = Callable[..., ReaderBrowser]


def resolve(incident: Incident, at: datetime) -> None:
    incident.status, incident.resolved_at, incident.updated_at = "resolved", at, at
    incident.save()


def subscribed_to_what_is_over(world: World, subscribed: Ask) -> None:
    """A reader waits for the end of an incident, which is over now."""
    incident = make_incident(world)
    subscribed(f"incident/{incident.public_id}")
    resolve(incident, world.now)


def stages() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("stage", flat=True))


def test_reader_is_told_once_in_his_language_when_an_incident_is_over(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    incident = make_incident(world)
    reader = subscribed(f"incident/{incident.public_id}")
    chinese = subscribed(f"incident/{incident.public_id}", language="zh-hans")
    deliver(world.now)
    assert pushes.pushed == []

    resolve(incident, world.now)
    for seconds in range(0, 60, 2):
        deliver(world.now + timedelta(seconds=seconds))

    told = {push.path: push for push in pushes.pushed}
    assert len(pushes.pushed) == len(told) == 2
    english = json.loads(reader.read(told["/push/0"].body))
    assert english == {
        "title": "Over: Fenfu QR payment: system outage",
        "body": "It lasted 23 minutes. If it still does not work for you, open to see what to do.",
        "url": f"http://127.0.0.1:8000/en/incidents/{incident.public_id}/",
        "tag": incident.public_id,
        "lang": "en",
    }
    assert json.loads(chinese.read(told["/push/1"].body))["title"] == "已结束：分付扫码支付：系统故障"
    assert told["/push/0"].headers["content-encoding"] == "aes128gcm"
    assert told["/push/0"].headers["authorization"].startswith("vapid t=")
    assert int(told["/push/0"].headers["ttl"]) > 0


def test_nothing_of_the_reader_is_left_when_he_was_told_and_it_did_not_come_back(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    incident, other = make_incident(world), make_incident(world)
    subscribed(f"incident/{incident.public_id}")
    subscribed(f"incident/{other.public_id}")
    subscribed("component/card-checkout")
    resolve(incident, world.now)

    deliver(world.now)
    forget_fulfilled(world.now + MAY_RETURN - timedelta(seconds=1))
    assert PushSubscription.objects.count() == 3
    forget_fulfilled(world.now + MAY_RETURN)

    topics = set(PushSubscription.objects.values_list("topic", flat=True))
    assert topics == {f"incident/{other.public_id}", "component/card-checkout"}
    assert stages() == [Stage.SENT.value]


def test_reader_is_not_forgotten_when_the_push_that_it_is_over_still_waits(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    subscribed_to_what_is_over(world, subscribed)
    pushes.statuses = [503]
    deliver(world.now)

    forget_fulfilled(world.now + timedelta(hours=1))

    assert PushSubscription.objects.exists()


def test_reader_of_a_component_is_told_of_begin_and_end_when_it_is_certain(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    reader = subscribed("component/fenfu-qr")
    subscribed("component/card-checkout")
    later = world.now + timedelta(minutes=5)
    incident = make_incident(world, certainty=Certainty.SUSPECTED, ago=timedelta(minutes=-1))
    deliver(later)
    assert pushes.pushed == []

    incident.certainty, incident.confirmed_at = Certainty.CONFIRMED.value, later
    incident.save()
    deliver(later)
    deliver(later)
    resolve(incident, later + timedelta(minutes=10))
    deliver(later + timedelta(minutes=10))

    titles = [json.loads(reader.read(push.body))["title"] for push in pushes.pushed]
    assert titles == ["Fenfu QR payment: system outage", "Over: Fenfu QR payment: system outage"]
    assert PushSubscription.objects.count() == 2


def test_reader_of_a_component_is_not_told_of_what_he_saw_when_he_asked(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    make_incident(world)
    make_incident(world, ago=timedelta(days=2), lasted=timedelta(minutes=5))

    subscribed("component/fenfu-qr")
    deliver(world.now + timedelta(seconds=2))

    assert pushes.pushed == []


def test_push_is_tried_again_when_the_push_service_is_busy(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    subscribed_to_what_is_over(world, subscribed)
    pushes.statuses, pushes.headers = [503, 429], {"Retry-After": "40"}

    deliver(world.now)
    deliver(world.now + PAUSES[0])
    assert len(pushes.pushed) == 1
    for minutes in (1, 3, 10):
        deliver(world.now + timedelta(minutes=minutes))

    assert len(pushes.pushed) == 3
    assert stages() == [Stage.SENT.value]


@pytest.mark.parametrize("status", [404, 410])
def test_receiver_is_forgotten_with_all_it_wanted_when_it_is_gone(
    status: int, world: World, pushes: PushService, subscribed: Ask
) -> None:
    incident = make_incident(world)
    reader = subscribed(f"incident/{incident.public_id}")
    place = PushSubscription.objects.get().place
    other = PushSubscription.objects.get()
    other.pk, other.key, other.topic = None, "another", "component/card-checkout"
    other.save(force_insert=True)
    resolve(incident, world.now)
    pushes.statuses = [status]

    deliver(world.now)

    assert not PushSubscription.objects.filter(place=place).exists()
    assert stages() == [Stage.GONE.value]
    assert reader.endpoint.endswith(pushes.pushed[0].path)


def test_push_is_given_up_when_nobody_answers_for_hours(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    subscribed_to_what_is_over(world, subscribed)
    pushes.statuses = [500] * 100

    for minutes in range(0, 360, 5):
        deliver(world.now + timedelta(minutes=minutes))

    assert len(pushes.pushed) == len(PAUSES) + 1
    assert stages() == [Stage.GIVEN_UP.value]


def test_push_is_sent_again_when_a_process_ended_before_it_noted_what_came_of_it(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    subscribed_to_what_is_over(world, subscribed)
    pushes.statuses = [503]
    deliver(world.now)
    due = world.now + PAUSES[0]

    (parcel,) = outbox.take_due(Channel.PUSH, due)

    assert outbox.take_due(Channel.PUSH, due) == []
    assert [again.news for again in outbox.take_due(Channel.PUSH, due + LEASE)] == [parcel.news]


def test_nobody_inside_is_asked_when_a_receiver_leads_there_after_all(
    world: World, pushes: PushService, subscribed: Ask, settings: Settings
) -> None:
    subscribed_to_what_is_over(world, subscribed)
    settings.PUSH_PRIVATE_HOSTS = []

    deliver(world.now)

    assert pushes.pushed == []
    assert stages() == [Stage.WAITING.value]


def test_receivers_are_forgotten_when_the_secret_is_another_one(
    world: World, pushes: PushService, subscribed: Ask, settings: Settings
) -> None:
    subscribed_to_what_is_over(world, subscribed)
    settings.SECRET_KEY = "another" * 10

    deliver(world.now)

    assert pushes.pushed == []
    assert not PushSubscription.objects.exists()


def test_wishes_are_forgotten_after_thirty_days_when_nothing_happened(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    subscribed("component/fenfu-qr")

    outbox.prune(world.now + KEPT - timedelta(seconds=1))
    assert PushSubscription.objects.count() == 1
    outbox.prune(world.now + KEPT)

    assert not PushSubscription.objects.exists()


def test_wish_is_refused_when_the_incident_is_over_or_nobody_knows_the_component(
    world: World, subscribed: Ask
) -> None:
    incident = make_incident(world, lasted=timedelta(minutes=5))

    subscribed(f"incident/{incident.public_id}", expected=Subscribed.UNKNOWN)
    subscribed("component/nothing", expected=Subscribed.UNKNOWN)

    assert not PushSubscription.objects.exists()


def test_look_costs_few_questions_when_nobody_waits(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_incident(world)
    while deliver(world.now):
        pass

    with django_assert_num_queries(4):
        deliver(world.now)
