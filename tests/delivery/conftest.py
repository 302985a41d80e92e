"""A small world, and a push service of the test's own."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from statuspage.asking.caller import Caller
from statuspage.delivery.subscribing import Subscribed, subscribe
from statuspage.delivery.topics import read_topic
from tests.support.public_rows import World, make_world
from tests.support.push_services import PushService, ReaderBrowser, push_service


@pytest.fixture
def world(db: None) -> World:
    return make_world(days=2)


@pytest.fixture
def pushes(settings: Settings) -> Iterator[PushService]:
    with push_service() as service:
        settings.PUSH_PRIVATE_HOSTS = [service.host]
        yield service


@pytest.fixture
def subscribed(world: World, pushes: PushService) -> Callable[..., ReaderBrowser]:
    """Has a new browser subscribe to a topic; gives the browser."""
    made: list[ReaderBrowser] = []

    def ask(topic: str, *, language: str = "en", expected: Subscribed = Subscribed.TAKEN) -> ReaderBrowser:
        browser = ReaderBrowser(f"http://{pushes.host}/push/{len(made)}")
        made.append(browser)
        done = subscribe(
            topic=read_topic(topic),
            receiver=browser.receiver,
            language=language,
            caller=Caller(network=f"10.0.{len(made)}.0/24", device="x"),
            now=world.now,
        )
        assert done is expected
        return browser

    return ask
