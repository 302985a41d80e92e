"""A second family of situations: an unkind world, in other words and at other rates than the first."""

import math
import random
from datetime import timedelta

from tests.scenarios.answers import BARE, BROKEN, Answer
from tests.scenarios.effects import (
    Effect,
    answering,
    failing,
    growing,
    maintained,
    of_payers,
    refusing,
    wide,
    withdrawn,
)
from tests.scenarios.making import HOUR, MINUTE, Maker, add_event, announce, new_world
from tests.scenarios.odd import (
    BAD_REQUEST,
    HOLLOW,
    KEY_EXPIRED,
    NOT_FOUND,
    ODD_BARE,
    ODD_CLIENT,
    ODD_SPOKEN,
    ODD_SUCCESS,
    THROTTLED,
    all_cut,
    answered,
    frozen_here,
    frozen_in_wave,
    masked_success,
    month_end,
    ours,
    starved,
    way_half_lost,
    way_refused,
)
from tests.scenarios.situations import provider_wide
from tests.scenarios.talk import echo, theft, told, viral
from tests.scenarios.world import ELEVATED, HIGH, LOW, START, Call, Event, World


def _sparse(dice: random.Random) -> World:
    """Asked from one place, as two payers, once in five minutes."""
    payers = dice.choice([("ordinary", "reseller"), ("ordinary", "new-device")])
    return new_world(
        dice, vantages=1, payers=payers, interval=300.0, hours=14.0, controls=dice.random() < 0.5
    )


def sparse_outage(dice: random.Random) -> World:
    world = _sparse(dice)
    share = dice.uniform(0.85, 1.0)
    add_event(world, "outage", lambda _: failing(world, share), minutes=(60, 120), kind="sparse")
    return world


def sparse_wave(dice: random.Random) -> World:
    world = _sparse(dice)
    profile = {LOW: 0.0, ELEVATED: dice.uniform(0.7, 0.95), HIGH: dice.uniform(0.8, 0.98)}
    add_event(world, "risk_control", lambda _: refusing(world, profile), minutes=(90, 180), kind="sparse")
    return world


def sparse_policy(dice: random.Random) -> World:
    world = _sparse(dice)
    tiers = dice.choice([(ELEVATED, HIGH), (LOW, ELEVATED, HIGH)])
    event = add_event(
        world,
        "policy_change",
        lambda start: withdrawn(world, tiers, start, 0.0, dice.uniform(0.85, 1.0)),
        minutes=(600, 600),
        start=dice.uniform(3, 5) * HOUR,
        forever=True,
        kind="sparse",
    )
    event.end = world.end
    return world


def slow_onset(dice: random.Random) -> World:
    """A fault that grows over two hours."""
    world = new_world(dice, hours=10.0)
    ways, depth = tuple(dice.sample(BROKEN, 1)), dice.uniform(0.5, 0.95)
    add_event(
        world,
        "outage",
        lambda start: growing(ways, start, 2 * HOUR, depth),
        minutes=(140, 180),
        start=dice.uniform(2.5, 4.0) * HOUR,
        kind="slow",
    )
    return world


def crawl_growing(dice: random.Random) -> World:
    """Answers that take longer and longer."""
    world = new_world(dice)
    factor, rise = dice.uniform(12, 25), dice.uniform(10, 25) * MINUTE

    def effect_of(start: float) -> Effect:
        def effect(w: World, call: Call) -> Answer | None:
            grown = 1.0 + (factor - 1.0) * min(1.0, (call.at - start) / rise)
            latency = w.shape.latency * grown * math.exp(w.dice.gauss(0, 0.42))
            if latency > 10_000:
                return Answer(error="timeout", latency=10_000.0)
            return w.answers.fine(latency, "SUCCESS")

        return effect

    add_event(world, "outage", effect_of, minutes=(40, 70), kind="slow")
    return world


def timeouts_then_errors(dice: random.Random) -> World:
    """It hangs first and fails fast later."""
    world = new_world(dice)
    depth, hangs = dice.uniform(0.5, 0.97), dice.uniform(4, 12) * MINUTE
    hanging = answering((("timeout", None, "", ""),), depth)
    errors = answering(tuple(dice.sample(BARE, 1)), depth)
    add_event(
        world,
        "outage",
        lambda start: lambda w, call: (hanging if call.at < start + hangs else errors)(w, call),
        minutes=(20, 50),
        kind="turning",
    )
    return world


def some_payers(dice: random.Random) -> World:
    """A technical fault that befalls some payers, an ordinary one among them."""
    world = new_world(dice)
    unlucky = ("ordinary", *dice.sample([p for p in world.personas if p != "ordinary"], dice.randint(0, 1)))
    ways, share = tuple(dice.sample(BROKEN[:6], 1)), dice.uniform(0.85, 1.0)
    add_event(
        world,
        "outage",
        lambda _: of_payers(unlucky, answering(ways, share)),
        minutes=(25, 60),
        kind="some-payers",
    )
    return world


def maintenance_elsewhere(dice: random.Random) -> World:
    """A fault of one component while another is worked on."""
    world = new_world(dice)
    first, second = dice.sample(world.components, 2)
    window = add_event(
        world,
        "maintenance",
        lambda _: maintained(world),
        minutes=(50, 90),
        components=(first,),
        kind="announced",
    )
    announce(world, window)
    share = dice.uniform(0.5, 0.97)
    add_event(
        world,
        "outage",
        lambda _: failing(world, share),
        minutes=(15, 30),
        start=window.start + dice.uniform(3, 15) * MINUTE,
        components=(second,),
        kind="elsewhere",
    )
    return world


def twice(dice: random.Random) -> World:
    """Two short faults with twenty minutes between them."""
    world = new_world(dice)
    share = dice.uniform(0.7, 1.0)
    effect = failing(world, share)
    first = add_event(world, "outage", lambda _: effect, minutes=(6, 9), posts=0.0, kind="twice")
    add_event(
        world,
        "outage",
        lambda _: effect,
        minutes=(6, 9),
        start=first.end + dice.uniform(21, 24) * MINUTE,
        components=first.components,
        posts=0.0,
        kind="twice",
    )
    return world


def flapping_slow(dice: random.Random) -> World:
    """It comes and goes in stretches of ten minutes."""
    world = new_world(dice, hours=10.0)
    on, off = dice.uniform(7, 12) * MINUTE, dice.uniform(8, 12) * MINUTE
    share, rounds = dice.uniform(0.7, 0.97), dice.randint(4, 6)
    length = (rounds * (on + off) - off) / MINUTE
    add_event(
        world,
        "outage",
        lambda _: failing(world, share),
        minutes=(length, length),
        stretches=lambda since: since % (on + off) < on,
        kind="flapping",
    )
    return world


def deploys(dice: random.Random) -> World:
    """Every release costs a minute of errors: too small to demand."""
    world = new_world(dice, hours=12.0)
    everything = dice.random() < 0.4
    for _ in range(dice.randint(3, 8)):
        start = dice.uniform(1.0, 11.5) * HOUR
        world.add(
            Event(
                cause="outage",
                components=tuple(world.components) if everything else world.some(1, 1),
                start=start,
                end=start + dice.uniform(60, 90),
                effect=answering(BARE, dice.uniform(0.5, 0.95)),
                must=False,
                kind="deploy",
            )
        )
    return world


def ends_blind(dice: random.Random) -> World:
    """A fault that ends while nothing is asked."""
    world = new_world(dice)
    share = dice.uniform(0.6, 1.0)
    event = add_event(world, "outage", lambda _: failing(world, share), minutes=(25, 50), kind="blind")
    since, until = event.end - dice.uniform(4, 15) * MINUTE, event.end + dice.uniform(4, 15) * MINUTE
    world.silences.append((since, until))
    event.end_seen = until
    return world


def given_back(dice: random.Random) -> World:
    """Withdrawn from some, and given back after some hours."""
    world = new_world(dice, hours=11.0)
    tiers = dice.choice([(ELEVATED, HIGH), (LOW, ELEVATED, HIGH)])
    depth = dice.uniform(0.7, 1.0)
    add_event(
        world,
        "policy_change",
        lambda start: withdrawn(world, tiers, start, 0.0, depth),
        minutes=(120, 240),
        kind="given-back",
    )
    return world


def night_wave(dice: random.Random) -> World:
    """At night, told by two or three payers of whom some are refused anyway."""
    payers = dice.choice(
        [("ordinary", "heavy-spender", "night-gamer"), ("ordinary", "new-device", "overdue")]
    )
    world = new_world(dice, payers=payers, hours=23.0, interval=dice.choice([60.0, 120.0]))
    world.shape.risk = {LOW: 0.004, ELEVATED: dice.uniform(0.03, 0.06), HIGH: dice.uniform(0.12, 0.2)}
    profile = {LOW: dice.uniform(0.0, 0.05), ELEVATED: dice.uniform(0.5, 0.85), HIGH: dice.uniform(0.8, 0.98)}
    add_event(
        world,
        "risk_control",
        lambda _: refusing(world, profile),
        minutes=(50, 120),
        start=dice.uniform(16.5, 20.0) * HOUR,
        kind="night",
    )
    return world


def noisy(*, outage: bool) -> Maker:
    """Three to five per cent of all checks fail at any time."""

    def make(dice: random.Random) -> World:
        world = new_world(dice, technical=dice.uniform(0.03, 0.05), hours=12.0 if outage else 36.0)
        if outage:
            share = dice.uniform(0.4, 0.7)
            add_event(world, "outage", lambda _: failing(world, share), minutes=(25, 60), kind="noisy")
        return world

    return make


def unasked(dice: random.Random) -> World:
    """Many checks are never made, and then a fault comes."""
    world = new_world(dice, missed=dice.uniform(0.1, 0.3))
    share = dice.uniform(0.5, 0.97)
    add_event(world, "outage", lambda _: failing(world, share), minutes=(20, 60), kind="unasked")
    return world


def unasked_wave(dice: random.Random) -> World:
    world = new_world(dice, missed=dice.uniform(0.1, 0.3))
    add_event(world, "risk_control", lambda _: refusing(world, wide(dice)), minutes=(40, 90), kind="unasked")
    return world


def moved_window(dice: random.Random) -> World:
    """A window that is announced anew for another time; what fails in the old one is an outage."""
    world = new_world(dice)
    share = dice.uniform(0.5, 0.97)
    event = add_event(world, "outage", lambda _: failing(world, share), minutes=(20, 40), kind="moved")
    announce(world, event, early=1.9 * HOUR)
    notice, later = world.notices[0], timedelta(hours=3)
    world.notices.append(
        type(notice)(
            at=START + timedelta(seconds=event.start - dice.uniform(20, 60) * MINUTE),
            slug=notice.slug,
            components=notice.components,
            starts_at=notice.starts_at + later,
            ends_at=notice.ends_at + later,
        )
    )
    return world


HARDER: dict[str, Maker] = {
    "hollow-full": answered(HOLLOW, (0.9, 1.0)),
    "hollow-half": answered(HOLLOW, (0.4, 0.6), (25, 70)),
    "odd-spoken": answered(ODD_SPOKEN, (0.4, 1.0)),
    "odd-bare": answered(ODD_BARE, (0.4, 1.0)),
    "odd-success": answered(ODD_SUCCESS, (0.6, 1.0)),
    "odd-client": answered(ODD_CLIENT, (0.9, 1.0)),
    "not-found": answered(NOT_FOUND, (0.95, 1.0), everywhere=True),
    "bad-request": answered(BAD_REQUEST, (0.95, 1.0), everywhere=True),
    "not-found-half": answered(NOT_FOUND, (0.4, 0.6), (25, 70), everywhere=True),
    "key-expired": ours(KEY_EXPIRED, (0.98, 1.0)),
    "key-half-expired": ours(KEY_EXPIRED, (0.3, 0.7)),
    "way-refused": way_refused,
    "all-cut": all_cut,
    "throttled-all": ours(THROTTLED, (0.98, 1.0)),
    "throttled-share": ours(THROTTLED, (0.3, 0.7)),
    "sparse-outage": sparse_outage,
    "sparse-wave": sparse_wave,
    "sparse-policy": sparse_policy,
    "slow-onset": slow_onset,
    "crawl-growing": crawl_growing,
    "timeouts-then-errors": timeouts_then_errors,
    "some-payers": some_payers,
    "provider-quarter": provider_wide((0.2, 0.3), (30, 80)),
    "maintenance-elsewhere": maintenance_elsewhere,
    "moved-window": moved_window,
    "twice": twice,
    "flapping-slow": flapping_slow,
    "deploys": deploys,
    "ends-blind": ends_blind,
    "given-back": given_back,
    "frozen-here": frozen_here,
    "frozen-in-wave": frozen_in_wave,
    "way-half-lost": way_half_lost,
    "night-wave": night_wave,
    "month-end": month_end,
    "masked-success": masked_success,
    "noisy-outage": noisy(outage=True),
    "noisy-quiet": noisy(outage=False),
    "unasked-outage": unasked,
    "unasked-wave": unasked_wave,
    "starved": starved,
    "echo-short": echo((6, 12)),
    "echo-one": echo((25, 50)),
    "viral": viral(outage=False),
    "viral-outage": viral(outage=True),
    "told-maintenance": told(
        "maintenance", own="maintenance", aside={"payment_failure": 0.3, "irrelevant": 0.1}
    ),
    "told-risk": told("risk_control", own="risk_decline", aside={"payment_failure": 0.25, "irrelevant": 0.1}),
    "told-policy": told(
        "policy_change",
        own="policy_closure",
        aside={"payment_failure": 0.15, "risk_decline": 0.1, "irrelevant": 0.1},
    ),
    "told-outage": told("outage", own="payment_failure", aside={"risk_decline": 0.1, "irrelevant": 0.2}),
    "told-theft": theft,
}
