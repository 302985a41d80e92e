"""The demo's day on a driven clock: each event is on the page in time, under its cause, and nothing else."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from statuspage.demo.story import INTERVAL_FACTOR
from statuspage.monitoring.models import Component
from tests.demo.driven import Lived, Told, live_through
from tests.support.postgres import postgres_server

START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # noon in Shanghai
SEEN_WITHIN = timedelta(seconds=60)
RESOLVED_WITHIN = timedelta(seconds=90)
TALK = (timedelta(minutes=21, seconds=30), timedelta(minutes=29, seconds=30))
WHOSE_FAULT = (timedelta(minutes=29, seconds=15), timedelta(minutes=37))
KEY_EXPIRES = timedelta(minutes=33)
HEARD_WAVE = (timedelta(minutes=53, seconds=30), timedelta(minutes=69))


@pytest.mark.django_db(transaction=True)
def test_demo_day_is_published_as_it_happens_when_the_clock_is_driven(
    tmp_path: Path, settings: Settings
) -> None:
    settings.CHECK_INTERVAL_FACTOR = INTERVAL_FACTOR

    lived = live_through(START, tmp_path)

    assert [event.cause.value for event in lived.truth] == ["risk_control", "maintenance", "outage"]
    _assert_told_in_time(lived)


def _assert_told_in_time(lived: Lived) -> None:
    """Every event has its incident, under its cause and of its components, in time, and there is no other."""
    truth, told = lived.truth, lived.told
    names = dict(Component.objects.values_list("slug", "name_en"))
    incidents = sorted(told.values(), key=lambda incident: incident.causes[0][0])
    assert len(incidents) == len(truth), [_story(incident) for incident in incidents]
    for event, incident in zip(truth, incidents, strict=True):
        right = [at for at, cause in incident.causes if cause == event.cause.value]
        assert right, (event, _story(incident))
        assert timedelta(0) <= right[0] - event.start <= SEEN_WITHIN, (event, _story(incident))
        assert incident.causes[-1][1] == event.cause.value, (event, _story(incident))
        assert incident.gone_at is not None, (event, _story(incident))
        assert event.end is not None
        assert incident.gone_at - event.end <= RESOLVED_WITHIN, (event, _story(incident))
        assert incident.components == {names[slug] for slug in event.components}, (event, _story(incident))


@pytest.mark.django_db(transaction=True)
def test_demo_day_shows_nothing_when_an_article_goes_round_and_an_outcry_is_copied(
    tmp_path: Path, settings: Settings
) -> None:
    settings.CHECK_INTERVAL_FACTOR = INTERVAL_FACTOR

    lived = live_through(START, tmp_path, TALK)

    assert (lived.truth, [_story(incident) for incident in lived.told.values()]) == ([], [])
    assert not lived.unknown


@pytest.mark.django_db(transaction=True)
def test_demo_day_tells_an_outage_when_all_get_404_and_only_unknown_when_our_own_key_has_expired(
    tmp_path: Path, settings: Settings
) -> None:
    settings.CHECK_INTERVAL_FACTOR = INTERVAL_FACTOR

    lived = live_through(START, tmp_path, WHOSE_FAULT)

    assert [event.cause.value for event in lived.truth] == ["outage"]
    _assert_told_in_time(lived)
    assert set(lived.unknown) == {"card-checkout"}
    assert WHOSE_FAULT[0] + lived.unknown["card-checkout"] - KEY_EXPIRES <= timedelta(minutes=2)


@pytest.mark.django_db(transaction=True)
def test_demo_day_suspects_a_wave_when_only_users_see_it(tmp_path: Path, settings: Settings) -> None:
    settings.CHECK_INTERVAL_FACTOR = INTERVAL_FACTOR

    lived = live_through(START, tmp_path, HEARD_WAVE)

    assert [(event.cause.value, event.heard) for event in lived.truth] == [("risk_control", True)]
    (incident,) = lived.told.values()
    assert [cause for _, cause in incident.causes] == ["risk_control"]
    assert incident.certainties == {"suspected"}
    assert incident.gone_at is not None, _story(incident)


@pytest.mark.slow
def test_demo_day_is_published_as_it_happens_when_the_database_is_postgresql() -> None:
    test = f"{__file__}::{test_demo_day_is_published_as_it_happens_when_the_clock_is_driven.__name__}"
    with postgres_server() as url:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", test],
            env={**os.environ, "TEST_DATABASE_URL": url, "PYTEST_ADDOPTS": ""},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stdout[-3000:]
    assert "1 passed" in done.stdout


def _story(incident: Told) -> str:
    causes = ", ".join(f"{cause} at {at:%H:%M:%S}" for at, cause in incident.causes)
    return f"{sorted(incident.components)}: {causes}; gone at {incident.gone_at}"
