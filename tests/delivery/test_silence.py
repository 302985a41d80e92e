"""A push service that does not answer, and a row that cannot be sent, hold up nobody else."""

import itertools
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from probes.vocabulary.states import IncidentStatus
from probes.vocabulary.telling import Stage
from statuspage.asking.caller import Caller
from statuspage.delivery import pushing, subscribing
from statuspage.delivery.delivering import deliver
from statuspage.delivery.models import Delivery, PushSubscription
from statuspage.delivery.silence import LEFT_ALONE, MOST_UNANSWERED, SilentHosts
from statuspage.delivery.topics import read_topic
from tests.delivery.test_turns_told import say
from tests.support.public_rows import NOW, World, make_incident
from tests.support.push_services import PushService, ReaderBrowser

Ask = Callable[..., ReaderBrowser]


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A push service that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as server:
        server.setblocking(False)
        yield server


def connections(server: socket.socket) -> int:
    for count in itertools.count():
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return count
    raise AssertionError


def test_others_are_told_soon_when_a_push_service_does_not_answer(
    world: World,
    pushes: PushService,
    subscribed: Ask,
    silent: socket.socket,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pushing, "SECONDS", 0.2)
    host = f"127.0.0.1:{silent.getsockname()[1]}"
    settings.PUSH_PRIVATE_HOSTS = [*settings.PUSH_PRIVATE_HOSTS, host]
    incident = make_incident(world)
    topic = f"incident/{incident.public_id}"
    for number in range(150):
        subscribing.subscribe(
            topic=read_topic(topic),
            receiver=ReaderBrowser(f"http://{host}/{number}").receiver,
            language="en",
            caller=Caller(network=str(number), device=""),
            now=world.now,
        )
    subscribed(topic)
    say(incident, IncidentStatus.RESOLVED, world.now)

    for seconds in range(0, 6, 2):
        deliver(world.now + timedelta(seconds=seconds))

    assert len(pushes.pushed) == 1
    # One round waited in vain, and whoever began before all of it was noted.
    assert connections(silent) < 2 * pushing.SIDE_BY_SIDE


def test_what_came_of_the_others_is_noted_when_one_cannot_be_sent(
    world: World, pushes: PushService, subscribed: Ask
) -> None:
    incident = make_incident(world)
    for language in ("en", "zh-hans"):
        subscribed(f"incident/{incident.public_id}", language=language)
    PushSubscription.objects.filter(language="en").update(language="en-none")
    say(incident, IncidentStatus.RESOLVED, world.now)

    deliver(world.now)

    languages = dict(PushSubscription.objects.values_list("key", "language"))
    stages = {languages[row.recipient.name]: row.stage for row in Delivery.objects.all()}
    assert stages == {"en-none": Stage.WAITING.value, "zh-hans": Stage.SENT.value}


def test_host_is_left_alone_for_a_while_when_it_did_not_answer() -> None:
    hosts = SilentHosts()
    for _ in range(MOST_UNANSWERED):
        assert not hosts.is_silent("a", NOW)
        hosts.note("a", NOW, answered=False)

    assert hosts.is_silent("a", NOW)
    assert not hosts.is_silent("b", NOW)
    assert not hosts.is_silent("a", NOW + LEFT_ALONE)
    assert not hosts.is_silent("a", NOW - timedelta(hours=1))  # the clock was put back


def test_host_is_asked_as_before_when_it_answers_again() -> None:
    hosts = SilentHosts()
    for _ in range(MOST_UNANSWERED):
        hosts.note("a", NOW, answered=False)

    hosts.note("a", NOW, answered=True)
    hosts.note("a", NOW, answered=False)

    assert not hosts.is_silent("a", NOW)
