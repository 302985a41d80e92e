"""What situations are made with: a new world, an event in it, an announcement of one."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from probes.vocabulary.observations import MaintenanceWindow
from tests.scenarios.effects import Effect
from tests.scenarios.world import START, Event, World, drawn_shape

Maker = Callable[[random.Random], World]
MINUTE, HOUR = 60.0, 3600.0


def new_world(dice: random.Random, **fixed: Any) -> World:
    return World(dice, drawn_shape(dice, **fixed))


def drawn_start(world: World, length: float) -> float:
    return world.dice.uniform(2.5 * HOUR, max(2.6 * HOUR, world.end - length - 1.2 * HOUR))


def add_event(
    world: World,
    cause: str,
    effect_of: Callable[[float], Effect],
    *,
    minutes: tuple[float, float],
    **more: Any,
) -> Event:
    length = world.dice.uniform(*minutes) * MINUTE
    start = more.pop("start", None) or drawn_start(world, length)
    posts = more.pop("posts", world.dice.choice([0.0, world.dice.uniform(1, 8)]))
    event = Event(
        cause=cause,
        components=more.pop("components", None) or world.some(),
        start=start,
        end=start + length,
        effect=effect_of(start),
        posts=posts,
        **more,
    )
    world.add(event)
    return event


def announce(world: World, event: Event, *, ends: float | None = None, early: float | None = None) -> None:
    lead = world.dice.uniform(0.5, 2.0) * HOUR if early is None else early
    world.notices.append(
        MaintenanceWindow(
            at=START + timedelta(seconds=max(1.0, event.start - lead)),
            slug="m1",
            components=event.components,
            starts_at=START + timedelta(seconds=event.start),
            ends_at=START + timedelta(seconds=event.end if ends is None else ends),
        )
    )
