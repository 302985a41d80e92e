"""What is asked while the database is away: that is when people ask."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from probes.vocabulary.causes import Cause
from statuspage.asking.published import published_situation
from statuspage.asking.reading import SituationReader
from statuspage.monitoring.models import Progress
from statuspage.public.publish.publisher import publish
from statuspage.wording.refusals import DATABASE_AWAY, both
from tests.support.public_rows import World, make_incident, make_world

pytestmark = pytest.mark.django_db
TAPPED = "?on=fenfu-qr&what=failed&said=busy"


@pytest.fixture
def world(tmp_path: Path, settings: Settings) -> World:
    """A site with an outage, published; the process has not read anything of it."""
    settings.SNAPSHOT_DIR = tmp_path
    world = make_world(now=timezone.now(), days=2)
    make_incident(world, cause=Cause.OUTAGE)
    publish(world.now)
    return world


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> SituationReader:
    """What the forms read by, as new as after a start."""
    fresh = SituationReader()
    monkeypatch.setattr("statuspage.asking.views._reader", fresh)
    return fresh


@contextmanager
def no_database() -> Iterator[None]:
    def refuse(execute: Callable[..., Any], *args: Any) -> Any:
        raise OperationalError("the database is away")

    with connection.execute_wrapper(refuse):
        yield


def test_only_me_names_what_was_published_when_the_database_is_away(
    world: World, reader: SituationReader
) -> None:
    with no_database():
        answer = Client().get(f"/en/only-me/{TAPPED}")

    assert answer.status_code == 200
    assert "most likely this is a system outage" in answer.content.decode()


def test_places_are_blind_and_trouble_is_remembered_when_it_has_been_away_for_long(
    world: World, reader: SituationReader
) -> None:
    now = world.now + timedelta(hours=1)

    with no_database():
        situation = reader.current(now)

    assert all(place.blind for place in situation.places)
    assert [trouble.cause for trouble in situation.troubles] == [Cause.OUTAGE]
    assert situation.at < now - timedelta(minutes=59)


def test_places_are_blind_when_what_was_published_knew_nothing_newer_for_long(
    world: World, reader: SituationReader, tmp_path: Path
) -> None:
    Progress.objects.update(concluded_until=world.now - timedelta(seconds=100))
    publish(world.now)

    with no_database():
        situation = reader.current(world.now + timedelta(seconds=30))

    assert all(place.blind for place in situation.places)


def test_published_situation_is_that_of_the_tables_but_for_what_people_said(
    world: World, tmp_path: Path
) -> None:
    read, published = SituationReader().current(world.now), published_situation(tmp_path)

    assert published is not None
    assert [(place.slug, place.name, place.group, place.group_name) for place in published.places] == [
        (place.slug, place.name, place.group, place.group_name) for place in read.places
    ]
    assert [(one.id, one.title, one.cause, one.certainty, one.impact) for one in published.troubles] == [
        (one.id, one.title, one.cause, one.certainty, one.impact) for one in read.troubles
    ]


@pytest.mark.parametrize("path", ["/report/", "/en/only-me/", "/metrics", "/api/v1/now"])
def test_nothing_answers_a_bare_500_when_the_database_is_away(
    world: World, reader: SituationReader, path: str
) -> None:
    with no_database():
        answer = Client(raise_request_exception=False).get(path)

    assert answer.status_code in {200, 503}
    assert answer.content


def test_admin_says_in_both_languages_that_the_database_is_away(world: World) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a-session-that-must-be-looked-up"

    with no_database():
        answer = client.get("/admin/")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.content.decode() == both(DATABASE_AWAY)
