"""Situations at the edges: of a trace's time, of how seldom is probed, of how slowly something comes."""

import random

from tests.scenarios.effects import failing, maintained, plain, refusing
from tests.scenarios.making import HOUR, MINUTE, Maker, add_event, announce, new_world
from tests.scenarios.situations import SITUATIONS, policy
from tests.scenarios.world import World


def outage_early(dice: random.Random) -> World:
    """Within the first minutes, before anything is known of what is usual."""
    world = new_world(dice)
    share = dice.uniform(0.5, 0.97)
    start = dice.uniform(5, 25) * MINUTE
    add_event(world, "outage", lambda _: failing(world, share), minutes=(20, 40), start=start, kind="early")
    return world


def outage_late(dice: random.Random) -> World:
    """Still open when the trace ends."""
    world = new_world(dice)
    share = dice.uniform(0.5, 0.97)
    start = world.end - dice.uniform(10, 19) * MINUTE
    event = add_event(
        world,
        "outage",
        lambda _: failing(world, share),
        minutes=(20, 20),
        start=start,
        forever=True,
        kind="late",
    )
    event.end = world.end
    return world


def maintenance_coarse(dice: random.Random) -> World:
    """An announced window where every probe asks but once in five or ten minutes."""
    world = new_world(dice, interval=dice.choice([300.0, 600.0]), hours=11.0)
    bare = dice.random() < 0.5
    event = add_event(
        world,
        "maintenance",
        lambda _: failing(world, 0.95, bare=True) if bare else maintained(world),
        minutes=(40, 100),
        kind="coarse",
    )
    announce(world, event)
    return world


def outage_alone(dice: random.Random) -> World:
    """One component, asked from one place without controls."""
    world = new_world(dice, components=1, vantages=1, controls=False)
    share = dice.uniform(0.4, 0.97)
    add_event(world, "outage", lambda _: failing(world, share), minutes=(20, 60), kind="alone")
    return world


def risk_then_outage(dice: random.Random) -> World:
    """A fault on a component that a wave has just left."""
    world = new_world(dice, hours=9.0)
    first = add_event(
        world,
        "risk_control",
        lambda _: refusing(world, plain(dice)),
        minutes=(30, 60),
        start=dice.uniform(2.5, 4) * HOUR,
        kind="risk",
    )
    add_event(
        world,
        "outage",
        lambda _: failing(world, dice.uniform(0.7, 0.97)),
        minutes=(20, 40),
        start=first.end + dice.uniform(20, 40) * MINUTE,
        components=first.components,
        kind="outage",
    )
    return world


EVERY: dict[str, Maker] = {
    **SITUATIONS,
    "outage-early": outage_early,
    "outage-late": outage_late,
    "outage-alone": outage_alone,
    "maintenance-coarse": maintenance_coarse,
    "risk-then-outage": risk_then_outage,
    "policy-slow": policy((3.0, 6.0), hours=14.0),
}
