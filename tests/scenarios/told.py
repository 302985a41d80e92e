"""A third family: what people say, through a reader that errs as often as it does on strangers' posts."""

import random
from collections.abc import Callable

from tests.scenarios.effects import failing, withdrawn
from tests.scenarios.making import HOUR, MINUTE, Maker, add_event, drawn_start, new_world
from tests.scenarios.talk import VIRAL, post, theft_in, told_in, viral_in
from tests.scenarios.world import ELEVATED, HIGH, World

_ASIDE = {
    "outage": ("payment_failure", {"risk_decline": 0.1, "maintenance": 0.03, "irrelevant": 0.2}),
    "maintenance": ("maintenance", {"payment_failure": 0.35, "risk_decline": 0.05, "irrelevant": 0.1}),
    "risk_control": ("risk_decline", {"payment_failure": 0.25, "irrelevant": 0.1}),
    "policy_change": ("policy_closure", {"payment_failure": 0.1, "risk_decline": 0.2, "irrelevant": 0.1}),
}

_BESIDE = {"irrelevant": 0.2}


def _misread(dice: random.Random, **fixed: object) -> World:
    return new_world(dice, misread=True, **fixed)


def _told(cause: str) -> Maker:
    def make(dice: random.Random) -> World:
        world = _misread(dice)
        own, aside = _ASIDE[cause]
        told_in(world, cause, own=own, aside=aside)
        return world

    return make


def _only(tell: Callable[[World], object], **fixed: object) -> Maker:
    def make(dice: random.Random) -> World:
        world = _misread(dice, **fixed)
        tell(world)
        return world

    return make


def in_an_article(world: World) -> None:
    """Users complain of an outage while everybody speaks of an article."""
    start, length = drawn_start(world, 2 * HOUR), _minutes(world, 80, 110)
    post(world, start, start + length, world.dice.uniform(10, 25), VIRAL)
    told_in(
        world,
        "outage",
        own="payment_failure",
        aside={"irrelevant": 0.2},
        start=start + 25 * MINUTE,
        posts=(8, 14),
    )


def late_talk(world: World) -> None:
    """A short fault of which people speak only once it is over."""
    share = world.dice.uniform(0.8, 1.0)
    event = add_event(
        world, "outage", lambda _: failing(world, share), minutes=(6, 9), posts=0.0, kind="late"
    )
    start = event.end + _minutes(world, 0, 4)
    post(world, start, start + _minutes(world, 15, 40), world.dice.uniform(1, 5), {"payment_failure": 1.0})


def steady_talk(world: World) -> None:
    """A fault of which people speak on at the same pace for half an hour."""
    share = world.dice.uniform(0.6, 1.0)
    event = add_event(
        world, "outage", lambda _: failing(world, share), minutes=(8, 30), posts=0.0, kind="steady"
    )
    mixture = {"payment_failure": 0.7, "risk_decline": 0.1, "working": 0.1, "irrelevant": 0.1}
    post(world, event.start + 60.0, event.end + _minutes(world, 20, 35), world.dice.uniform(2, 9), mixture)


def another_cause(world: World) -> None:
    """An outage, and after its end a risk wave of which only users speak."""
    share = world.dice.uniform(0.6, 1.0)
    start = world.dice.uniform(2.5, 3.5) * HOUR
    event = add_event(
        world,
        "outage",
        lambda _: failing(world, share),
        minutes=(10, 25),
        start=start,
        posts=3.0,
        kind="before",
    )
    own, aside = _ASIDE["risk_control"]
    told_in(world, "risk_control", own=own, aside=aside, start=event.end + _minutes(world, 40, 80))


def beside_a_withdrawal(world: World) -> None:
    """Users complain of an outage hours after a product was withdrawn from some, for good."""
    event = add_event(
        world,
        "policy_change",
        lambda start: withdrawn(world, (ELEVATED, HIGH), start, 0.0, 0.95),
        minutes=(600, 600),
        start=2.5 * HOUR,
        components=(world.components[0],),
        posts=2.0,
        forever=True,
        kind="policy",
    )
    event.end = world.end
    own, aside = _ASIDE["outage"]
    told = told_in(world, "outage", own=own, aside=aside, start=world.dice.uniform(6.5, 8.0) * HOUR)
    told.components = tuple(world.components[1:3])


def busy_days_end(world: World) -> None:
    """For some hours three to five times as many posts of every kind: nothing."""
    start, times = drawn_start(world, 3 * HOUR), world.dice.uniform(3, 5)
    end = start + 3 * HOUR
    world.busier = lambda at: times if start <= at < end else 1.0


def _minutes(world: World, least: float, most: float) -> float:
    """Seconds."""
    return world.dice.uniform(least, most) * MINUTE


TOLD: dict[str, Maker] = {
    "say-outage": _told("outage"),
    "say-maintenance": _told("maintenance"),
    "say-risk": _told("risk_control"),
    "say-policy": _told("policy_change"),
    "say-article": _only(viral_in),
    "say-in-article": _only(in_an_article),
    "say-theft": _only(theft_in),
    "say-late": _only(late_talk),
    "say-steady": _only(steady_talk),
    "say-another": _only(another_cause, hours=9.0),
    "say-withdrawn": _only(beside_a_withdrawal, hours=11.0),
    "say-night": _only(
        lambda world: told_in(world, "outage", own="payment_failure", aside=_BESIDE, posts=(1.5, 3.0)),
        posts_per_minute=0.04,
    ),
    "say-busy": _only(busy_days_end),
    "say-little": _only(lambda world: None, hours=60.0, components=4, posts_per_minute=0.05),
    "say-much": _only(lambda world: None, hours=60.0, components=4, posts_per_minute=4.0),
}
