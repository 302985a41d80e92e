"""In which order readers are told when an incident ends, comes back, or ended long before we were told."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.states import IncidentStatus
from probes.vocabulary.telling import Stage
from statuspage.delivery.delivering import deliver
from statuspage.delivery.models import Delivery, PushSubscription
from statuspage.incidents import handling
from statuspage.incidents.correcting import withdraw
from statuspage.incidents.joining import merge
from statuspage.incidents.models import Incident
from statuspage.incidents.recording import close_orphans
from tests.support.public_rows import World, make_incident
from tests.support.push_services import PushService, ReaderBrowser

Ask = Callable[..., ReaderBrowser]
BEGAN = "Fenfu QR payment: system outage"
OVER, AGAIN = f"Over: {BEGAN}", f"Again: {BEGAN}"


def say(incident: Incident, status: IncidentStatus, at: datetime) -> None:
    author, _ = User.objects.get_or_create(username="ann")
    handling.say(incident, status=status, body=Bilingual(zh="好", en="ok"), author=author, now=at)


def read(reader: ReaderBrowser, pushes: PushService) -> list[dict[str, str]]:
    mine = [push for push in pushes.pushed if reader.endpoint.endswith(push.path)]
    return [json.loads(reader.read(push.body)) for push in mine]


def titles(reader: ReaderBrowser, pushes: PushService) -> list[str]:
    return [told["title"] for told in read(reader, pushes)]


def test_begin_that_waits_is_dropped_when_the_end_is_told(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    reader = subscribed("component/fenfu-qr")
    incident = make_incident(world, ago=timedelta(seconds=-10))
    start = world.now + timedelta(minutes=2)
    pushes.statuses = [503]
    deliver(start)

    say(incident, IncidentStatus.RESOLVED, start + timedelta(seconds=5))
    for seconds in (5, 20, 60, 600):
        deliver(start + timedelta(seconds=seconds))

    assert titles(reader, pushes) == [BEGAN, OVER]
    assert {row.stage for row in Delivery.objects.filter(news__key__endswith="/began")} == {
        Stage.OUTDATED.value
    }


def test_end_that_waits_is_dropped_when_it_comes_back(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    reader = subscribed("component/fenfu-qr")
    incident = make_incident(world)
    say(incident, IncidentStatus.RESOLVED, world.now)
    pushes.statuses = [503]
    deliver(world.now)

    say(incident, IncidentStatus.IDENTIFIED, world.now + timedelta(seconds=5))
    for seconds in (5, 20, 60, 600):
        deliver(world.now + timedelta(seconds=seconds))

    assert titles(reader, pushes) == [OVER, AGAIN]


def test_return_and_second_end_are_told_when_an_incident_comes_back(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    incident = make_incident(world)
    readers = [subscribed("component/fenfu-qr"), subscribed(f"incident/{incident.public_id}")]

    for minute, status in (
        (1, IncidentStatus.RESOLVED),
        (4, IncidentStatus.IDENTIFIED),
        (60, IncidentStatus.RESOLVED),
    ):
        say(incident, status, world.now + timedelta(minutes=minute))
        for second in range(0, 10, 2):
            deliver(world.now + timedelta(minutes=minute, seconds=second))

    assert [titles(reader, pushes) for reader in readers] == [[OVER, AGAIN, OVER]] * 2
    again = read(readers[0], pushes)[1]["body"]
    assert again == "The problem has been back since 12:30 (UTC+8). Open to see what to do now."


def test_return_is_not_told_when_it_is_what_the_reader_saw(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    incident = make_incident(world)
    say(incident, IncidentStatus.RESOLVED, world.now - timedelta(minutes=3))
    say(incident, IncidentStatus.IDENTIFIED, world.now - timedelta(minutes=1))

    subscribed("component/fenfu-qr")
    subscribed(f"incident/{incident.public_id}")
    deliver(world.now)

    assert pushes.pushed == []


def test_who_waits_for_the_end_is_told_when_it_was_hours_ago(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    incident = make_incident(world, ago=timedelta(hours=9))
    waiting = subscribed(f"incident/{incident.public_id}")
    subscribed("component/fenfu-qr")
    say(incident, IncidentStatus.RESOLVED, world.now + timedelta(minutes=1))

    deliver(world.now + timedelta(hours=7))

    assert titles(waiting, pushes) == [OVER]
    assert len(pushes.pushed) == 1
    assert PushSubscription.objects.count() == 2


def test_nobody_is_told_that_it_is_over_when_nobody_saw_it_end(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    incident = make_incident(world)
    readers = [subscribed("component/fenfu-qr"), subscribed(f"incident/{incident.public_id}")]

    close_orphans(at=world.now + timedelta(minutes=1))
    deliver(world.now + timedelta(minutes=2))

    lost = {
        "title": f"Lost track of: {BEGAN}",
        "body": "We did not see it end and cannot say whether it is over. Open to see how things stand now.",
    }
    for reader in readers:
        (told,) = read(reader, pushes)
        assert told.items() >= lost.items()


def test_who_waits_is_told_once_when_it_was_a_false_alarm(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    incident = make_incident(world)
    reader = subscribed(f"incident/{incident.public_id}")

    withdraw(incident, author=None, now=world.now)
    for seconds in (5, 60):
        deliver(world.now + timedelta(seconds=seconds))

    assert titles(reader, pushes) == [f"Withdrawn: {BEGAN}"]


def test_who_waits_is_told_the_end_of_the_whole_when_it_was_merged(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    whole, part = make_incident(world), make_incident(world, components=("fenfu-online",))
    reader = subscribed(f"incident/{part.public_id}")
    merge(part, into=whole, author=None, now=world.now)
    deliver(world.now + timedelta(seconds=5))
    before = titles(reader, pushes)

    say(whole, IncidentStatus.RESOLVED, world.now + timedelta(seconds=10))
    for seconds in (15, 60):
        deliver(world.now + timedelta(seconds=seconds))

    assert (before, len(titles(reader, pushes))) == ([], 1)
