"""What a plan promises is what the detector does: the same catalog watched in drawn worlds."""

import random
from functools import partial
from statistics import median

import pytest

from statuspage.analysis.model import PLAN, DetectorSettings
from statuspage.analysis.plan import Asking, Prospect, askings, plan, prospect, with_persona, with_vantage
from tests.scenarios.answers import BARE
from tests.scenarios.effects import Effect, answering, refusing
from tests.scenarios.making import add_event
from tests.scenarios.play import play
from tests.scenarios.score import mean
from tests.scenarios.world import ELEVATED, HIGH, LOW, START, Shape, World

pytestmark = pytest.mark.slow
SETTINGS = DetectorSettings()
WORLDS = 9


def _world(seed: int, interval: float, payers: tuple[str, ...], vantages: int) -> World:
    shape = Shape(
        components=1,
        payers=payers,
        vantages=vantages,
        controls=False,
        interval=interval,
        hours=interval / 20.0,
        blips_per_day=0.0,
        missed=0.0,
        posts_per_minute=1e-4,
    )
    return World(random.Random(f"plan/{seed}"), shape)


def _effect(world: World, trouble: str, start: float) -> Effect:
    if trouble == "risk-wave":
        return refusing(world, dict(zip((LOW, ELEVATED, HIGH), PLAN.wave_refused, strict=True)))
    return answering(BARE, int(trouble.partition("-")[2]) / 100)


def _delays(trouble: str, interval: float, payers: tuple[str, ...], vantages: int) -> list[float]:
    """After how many seconds the detector confirmed it, in each world in which it did."""
    found: list[float] = []
    for seed in range(WORLDS):
        world = _world(seed, interval, payers, vantages)
        event = add_event(
            world,
            "risk_control" if trouble == "risk-wave" else "outage",
            partial(_effect, world, trouble),
            minutes=(0.4 * interval, 0.4 * interval),
            start=0.6 * world.end,
            posts=0.0,
        )
        confirmed = [v.confirmed_at for v in play(world.lines()) if v.confirmed_at is not None]
        after = [(at - START).total_seconds() - event.start for at in confirmed]
        found += [s for s in after if s > 0][:1]
    return found


def _prospect(interval: float, payers: tuple[str, ...], vantages: int) -> Prospect:
    (asked,) = askings(_world(0, interval, payers, vantages).catalog).values()
    return prospect("fenfu-qr", asked, SETTINGS)


@pytest.mark.parametrize(
    ("interval", "payers", "vantages"),
    [
        (60.0, ("ordinary", "new-device", "heavy-spender", "reseller"), 2),
        (300.0, ("ordinary", "new-device"), 1),
    ],
    ids=["eight checks a minute", "two in five minutes"],
)
@pytest.mark.parametrize("trouble", ["outage-100", "outage-50", "risk-wave"])
def test_detector_is_as_quick_as_the_plan_says(
    trouble: str, interval: float, payers: tuple[str, ...], vantages: int
) -> None:
    promised = _prospect(interval, payers, vantages).delays[trouble]

    delays = _delays(trouble, interval, payers, vantages)

    assert len(delays) == WORLDS
    assert promised.median_s is not None
    assert promised.p90_s is not None
    # A few hours teach less of what is usual than the plan's week: a check more may be wanted.
    rounds = interval / len(payers) / vantages
    assert 0.5 * promised.median_s - rounds <= median(delays) <= 1.5 * promised.median_s + 1.5 * rounds
    assert mean([float(s <= 1.5 * promised.p90_s + rounds) for s in delays]) >= 0.8


def test_plan_expects_no_more_false_incidents_than_the_operator_accepts() -> None:
    (one,) = plan(_world(0, 60.0, ("ordinary", "new-device", "reseller"), 2).catalog, SETTINGS)

    for expected in (one.now, one.with_vantage, one.with_persona):
        assert 0.0 < expected.false_confirmed_90d <= SETTINGS.target_false_per_component_90d
        assert expected.false_suspected_90d > expected.false_confirmed_90d


def test_plan_is_quicker_with_one_more_vantage_and_sees_waves_by_one_more_payer() -> None:
    alone = (Asking(persona="ordinary", tier=0, vantage="east", interval_s=60.0),)

    now, more, other = (
        prospect("fenfu-qr", asked, SETTINGS) for asked in (alone, with_vantage(alone), with_persona(alone))
    )

    assert (more.delays["outage-100"].median_s or 1e9) < (now.delays["outage-100"].median_s or 0.0)
    assert now.delays["risk-wave"].median_s is None
    assert other.delays["risk-wave"].median_s is not None


def test_plan_tells_the_same_whenever_it_is_made() -> None:
    catalog = _world(0, 60.0, ("ordinary", "reseller"), 1).catalog

    assert plan(catalog, SETTINGS) == plan(catalog, SETTINGS)


def test_components_that_are_asked_less_need_less_evidence_for_as_few_false_incidents() -> None:
    often, seldom = SETTINGS.thresholds("a", 11_520.0), SETTINGS.thresholds("a", 576.0)

    assert seldom.confirm_nats < often.confirm_nats - 2.0
