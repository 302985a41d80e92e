"""Every situation that the detector must get right, as a maker of worlds: ``SITUATIONS[name](dice)``."""

import random
from collections.abc import Callable
from datetime import timedelta

from probes.vocabulary.observations import MaintenanceWindow
from probes.vocabulary.tiers import RiskTier
from tests.scenarios.effects import (
    crawling,
    failing,
    frozen,
    gentle,
    maintained,
    plain,
    refusing,
    unreachable,
    wide,
    withdrawn,
)
from tests.scenarios.making import HOUR, MINUTE, Maker, add_event, announce, drawn_start, new_world
from tests.scenarios.talk import chatter, told
from tests.scenarios.world import ELEVATED, HIGH, LOW, World


def _outage(depth: tuple[float, float], minutes: tuple[float, float]) -> Maker:
    def make(dice: random.Random) -> World:
        world = new_world(dice)
        share = dice.uniform(*depth)
        add_event(world, "outage", lambda _: failing(world, share), minutes=minutes, kind="outage")
        return world

    return make


def crawl(dice: random.Random) -> World:
    world = new_world(dice)
    factor = dice.uniform(7, 25)
    add_event(world, "outage", lambda _: crawling(world, factor), minutes=(20, 70), kind="crawl")
    return world


def provider_wide(depth: tuple[float, float], minutes: tuple[float, float]) -> Maker:
    """The provider as a whole fails in a share of the checks."""

    def make(dice: random.Random) -> World:
        world = new_world(dice)
        share = dice.uniform(*depth)
        add_event(
            world,
            "outage",
            lambda _: failing(world, share),
            minutes=minutes,
            components=tuple(world.components),
            kind="provider",
        )
        return world

    return make


def flapping(dice: random.Random) -> World:
    world = new_world(dice)
    on, off = dice.uniform(150, 420), dice.uniform(120, 420)
    share = dice.uniform(0.7, 0.97)
    add_event(
        world,
        "outage",
        lambda _: failing(world, share),
        minutes=(50, 70),
        stretches=lambda since: since % (on + off) < on,
        kind="flapping",
    )
    return world


def announced(dice: random.Random) -> World:
    world = new_world(dice)
    event = add_event(world, "maintenance", lambda _: maintained(world), minutes=(30, 100), kind="announced")
    announce(world, event)
    return world


def owned_up(dice: random.Random) -> World:
    world = new_world(dice)
    depth = dice.uniform(0.5, 1.0)
    add_event(world, "maintenance", lambda _: maintained(world, depth), minutes=(20, 90), kind="owned-up")
    return world


def announced_bare(dice: random.Random) -> World:
    world = new_world(dice)
    share = dice.uniform(0.6, 1.0)
    event = add_event(
        world, "maintenance", lambda _: failing(world, share, bare=True), minutes=(30, 90), kind="bare"
    )
    announce(world, event)
    return world


def overrun(dice: random.Random) -> World:
    world = new_world(dice)
    bare = dice.random() < 0.5
    first = add_event(
        world,
        "maintenance",
        lambda _: failing(world, 0.9, bare=True) if bare else maintained(world),
        minutes=(30, 60),
        kind="overrun",
        end_told=False,
    )
    announce(world, first)
    add_event(
        world,
        "outage",
        lambda _: failing(world, 0.9, bare=True),
        minutes=(20, 50),
        start=first.end,
        components=first.components,
        kind="overrun",
    )
    return world


def cancelled(dice: random.Random) -> World:
    world = new_world(dice)
    share = dice.uniform(0.4, 0.97)
    event = add_event(world, "outage", lambda _: failing(world, share), minutes=(20, 60), kind="cancelled")
    announce(world, event, early=1.9 * HOUR)
    notice = world.notices[0]
    world.notices.append(
        MaintenanceWindow(
            at=notice.at + timedelta(minutes=dice.uniform(10, 90)),
            slug="m1",
            components=notice.components,
            starts_at=notice.starts_at,
            ends_at=notice.ends_at,
            cancelled=True,
        )
    )
    return world


def _risk(profile_of: Callable[[random.Random], dict[RiskTier, float]], *, masked: bool = False) -> Maker:
    def make(dice: random.Random) -> World:
        world = new_world(dice)
        profile = profile_of(dice)
        add_event(
            world,
            "risk_control",
            lambda _: refusing(world, profile, masked=masked),
            minutes=(40, 120),
            kind="risk",
        )
        return world

    return make


def policy(ramp: tuple[float, float], **fixed: object) -> Maker:
    """A withdrawal that is rolled out within ``ramp`` hours (least, most)."""

    def make(dice: random.Random) -> World:
        world = new_world(dice, **fixed)
        tiers = dice.choice([(HIGH,), (ELEVATED, HIGH), (LOW, ELEVATED, HIGH)])
        depth, rise = dice.uniform(0.6, 1.0), dice.uniform(*ramp) * HOUR
        event = add_event(
            world,
            "policy_change",
            lambda start: withdrawn(world, tiers, start, rise, depth),
            minutes=(600, 600),
            start=dice.uniform(2.5, 4) * HOUR,
            forever=True,
            kind="policy",
        )
        event.end = world.end
        return world

    return make


def two_causes(dice: random.Random) -> World:
    world = new_world(dice)
    first, second = dice.sample(world.components, 2)
    wave = add_event(
        world,
        "risk_control",
        lambda _: refusing(world, plain(dice)),
        minutes=(60, 120),
        components=(first,),
        kind="risk",
    )
    add_event(
        world,
        "outage",
        lambda _: failing(world, dice.uniform(0.5, 0.97)),
        minutes=(15, 40),
        start=wave.start + dice.uniform(5, 30) * MINUTE,
        components=(second,),
        kind="outage",
    )
    return world


def one_after_other(dice: random.Random) -> World:
    world = new_world(dice, hours=9.0)
    first = add_event(
        world,
        "outage",
        lambda _: failing(world, dice.uniform(0.5, 0.97)),
        minutes=(20, 45),
        start=dice.uniform(2.5, 4) * HOUR,
        kind="outage",
    )
    add_event(
        world,
        "risk_control",
        lambda _: refusing(world, plain(dice)),
        minutes=(40, 90),
        start=first.end + dice.uniform(20, 60) * MINUTE,
        components=first.components,
        kind="risk",
    )
    return world


def _vantage(*, controls: bool, outage: bool) -> Maker:
    def make(dice: random.Random) -> World:
        world = new_world(dice, vantages=dice.choice([2, 2, 3]), controls=dice.random() < 0.75 or not outage)
        length = dice.uniform(15, 60) * MINUTE
        start = drawn_start(world, length)
        cut = controls and world.shape.controls
        world.meddlers.append(unreachable(dice.choice(world.vantages), start, start + length, controls=cut))
        if outage:
            share = dice.uniform(0.5, 0.97)
            add_event(
                world,
                "outage",
                lambda _: failing(world, share),
                minutes=(15, 30),
                start=start + dice.uniform(2, 10) * MINUTE,
                kind="meanwhile",
            )
        return world

    return make


def account_frozen(dice: random.Random) -> World:
    world = new_world(dice)
    start = drawn_start(world, 2 * HOUR)
    persona = dice.choice(list(world.personas))
    world.meddlers.append(frozen(dice, persona, start, start + dice.uniform(0.5, 4) * HOUR))
    return world


def blind(dice: random.Random) -> World:
    world = new_world(dice)
    start = drawn_start(world, HOUR)
    world.silences.append((start, start + dice.uniform(10, 60) * MINUTE))
    return world


def festival(dice: random.Random) -> World:
    world = new_world(dice)
    start = drawn_start(world, 3 * HOUR)
    end = start + 3 * HOUR
    world.slower = lambda at: 2.0 if start <= at < end else 1.0
    world.busier = lambda at: 3.0 if start <= at < end else 1.0
    world.shape.throttled = 0.005
    return world


def noise(dice: random.Random) -> World:
    return new_world(
        dice,
        components=3,
        technical=0.03,
        missed=0.1,
        interval=120.0,
        hours=96.0,
        blips_per_day=0.0,
        vantages=2,
    )


def quiet(dice: random.Random) -> World:
    return new_world(dice, hours=36.0, interval=60.0, components=4)


SITUATIONS: dict[str, Maker] = {
    "outage-full": _outage((0.85, 1.0), (20, 60)),
    "outage-half": _outage((0.4, 0.6), (25, 70)),
    "outage-quarter": _outage((0.2, 0.3), (35, 80)),
    "outage-short": _outage((0.8, 1.0), (6, 6.5)),
    "crawl": crawl,
    "provider-wide": provider_wide((0.3, 0.97), (15, 60)),
    "flapping": flapping,
    "maintenance-announced": announced,
    "maintenance-owned-up": owned_up,
    "maintenance-bare": announced_bare,
    "maintenance-overrun": overrun,
    "maintenance-cancelled": cancelled,
    "risk-explicit": _risk(plain),
    "risk-gentle": _risk(gentle),
    "risk-masked": _risk(plain, masked=True),
    "risk-masked-gentle": _risk(gentle, masked=True),
    "risk-low-too": _risk(wide),
    "risk-masked-low-too": _risk(wide, masked=True),
    "policy-step": policy((0.0, 0.0)),
    "policy-ramp": policy((0.5, 3.0)),
    "two-causes": two_causes,
    "one-after-other": one_after_other,
    "heard-outage": told("outage"),
    "heard-risk": told("risk_control"),
    "heard-policy": told("policy_change"),
    "chatter": chatter,
    "vantage-cut": _vantage(controls=True, outage=False),
    "vantage-way": _vantage(controls=False, outage=False),
    "vantage-and-outage": _vantage(controls=True, outage=True),
    "account-frozen": account_frozen,
    "blind": blind,
    "festival": festival,
    "noise": noise,
    "quiet": quiet,
}
