"""Invented people post as usual, and more when something goes wrong."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from probes.simulator.posts import posts_between
from probes.simulator.scenario import Scenario, ScenarioKind
from probes.simulator.world import World
from probes.vocabulary.causes import Cause
from probes.vocabulary.symptoms import Symptom

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def world_with(kind: ScenarioKind, **more: Any) -> World:
    event = Scenario(id="event", kind=kind, starts_s=NOON.timestamp(), lasts_s=3600.0, **more)
    return World(4, [event])


def test_posts_are_the_same_when_the_time_is_cut_differently() -> None:
    world = world_with(ScenarioKind.OUTAGE)

    whole = posts_between(world, NOON - HOUR, NOON + HOUR)
    pieces = [
        post
        for second in range(-3600, 3600, 7)
        for post in posts_between(
            world,
            NOON + timedelta(seconds=second),
            min(NOON + timedelta(seconds=second + 7), NOON + HOUR),
        )
    ]

    assert whole == pieces
    assert len({post.id for post in whole}) == len(whole) > 50


def test_posts_follow_the_day_when_nothing_happens() -> None:
    posts = posts_between(World(4), NOON, NOON + timedelta(days=20))

    hours = Counter((post.at.hour + 8) % 24 for post in posts)
    assert 100 < len(posts) / 20 < 320
    assert hours[19] > 4 * hours[4]
    assert {post.site for post in posts} == {"forum", "microblog", "complaints"}


@pytest.mark.parametrize(
    ("kind", "symptom"),
    [
        (ScenarioKind.OUTAGE, Symptom.PAYMENT_FAILURE),
        (ScenarioKind.RISK_WAVE, Symptom.RISK_DECLINE),
        (ScenarioKind.MAINTENANCE, Symptom.MAINTENANCE),
        (ScenarioKind.POLICY, Symptom.POLICY_CLOSURE),
    ],
)
def test_posts_speak_of_the_cause_when_something_happens(kind: ScenarioKind, symptom: Symptom) -> None:
    posts = posts_between(world_with(kind, components=("fenfu-qr",)), NOON, NOON + HOUR)

    assert Counter(post.symptom for post in posts).most_common(1)[0][0] is symptom


def test_heard_only_wave_makes_people_post_when_no_call_fails() -> None:
    world = world_with(ScenarioKind.HEARD_ONLY, heard_cause=Cause.RISK_CONTROL)

    posts = posts_between(world, NOON, NOON + HOUR)

    assert world.on(NOON + timedelta(minutes=5)) == ()
    assert sum(post.symptom is Symptom.RISK_DECLINE for post in posts) > 30


def test_copy_paste_storm_has_few_authors_when_it_rages() -> None:
    posts = posts_between(world_with(ScenarioKind.COPY_PASTE), NOON, NOON + HOUR)

    text, count = Counter(post.text for post in posts).most_common(1)[0]
    assert count > 50
    assert len({post.author for post in posts if post.text == text}) <= 5
