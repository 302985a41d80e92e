"""The detector at the demo's pace: probes every five seconds, troubles of little more than a minute."""

import random

from probes.vocabulary.tiers import RiskTier
from tests.scenarios.effects import failing, maintained, plain, refusing, unreachable
from tests.scenarios.making import announce
from tests.scenarios.play import play
from tests.scenarios.world import START, Event, Shape, World

LENGTH, GAP = 80.0, 150.0


def _demo(seed: int) -> World:
    dice = random.Random(seed)
    world = World(dice, Shape(components=7, interval=5.0, hours=5 * (LENGTH + GAP) / 3600, blips_per_day=0.0))
    wave = Event(
        cause="risk_control",
        components=("fenfu-qr", "fenfu-online"),
        start=GAP,
        end=GAP + LENGTH,
        effect=refusing(world, {**plain(dice), RiskTier.LOW: 0.02}),
    )
    work = Event(
        cause="maintenance",
        components=("fenfu-repay",),
        start=2 * GAP + LENGTH,
        end=2 * (GAP + LENGTH),
        effect=maintained(world),
    )
    fault = Event(
        cause="outage",
        components=("wxpay-card",),
        start=3 * GAP + 2 * LENGTH,
        end=3 * (GAP + LENGTH),
        effect=failing(world, 0.9),
    )
    for event in (wave, work, fault):
        world.add(event)
    announce(world, work, early=100.0)
    world.meddlers.append(unreachable("east", 4 * GAP + 3 * LENGTH, 4 * (GAP + LENGTH), controls=True))
    return world


def test_detector_tells_each_trouble_within_a_minute_and_its_end_soon_after_when_probes_run_every_5_s() -> (
    None
):
    world = _demo(7)

    found = play(world.lines())

    assert [verdict.cause.value for verdict in found] == [event.cause for event in world.events]
    for verdict, event in zip(found, world.events, strict=True):
        assert verdict.components == tuple(sorted(event.components))
        assert verdict.confirmed_at is not None
        assert (verdict.confirmed_at - START).total_seconds() - event.start <= 45
        assert verdict.resolved_at is not None
        assert (verdict.resolved_at - START).total_seconds() - event.end <= 75
