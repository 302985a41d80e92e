"""The world without a network: checks, posts and notices in the order in which they became known."""

from datetime import UTC, datetime, timedelta

from probes.simulator.observe import observations_between, observe
from probes.simulator.scenario import Scenario, ScenarioKind
from probes.simulator.truth import truth_between
from probes.simulator.world import World
from probes.vocabulary.observations import (
    Check,
    MaintenanceWindow,
    Observation,
    ObservedReport,
    WatchedCatalog,
    WatchedPersona,
    WatchedProbe,
)
from probes.vocabulary.tiers import RiskTier

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def probe(
    component: str | None = "fenfu-qr", persona: str | None = "ordinary", vantage: str = "east"
) -> WatchedProbe:
    slug = ".".join((component or "control", persona or "web", vantage))
    return WatchedProbe(slug=slug, component=component, persona=persona, vantage=vantage, interval_s=30)


def catalog_of(*probes: WatchedProbe) -> WatchedCatalog:
    return WatchedCatalog(
        components=(), personas=(WatchedPersona(slug="reseller", risk_tier=RiskTier.HIGH),), probes=probes
    )


def test_observe_gives_an_accepted_check_when_all_is_well() -> None:
    check = observe(World(1), probe(), NOON)

    assert (check.error, check.http_status, check.code) == (None, 200, "SUCCESS")
    assert check.at == NOON + timedelta(milliseconds=check.latency_ms or 0)


def test_observe_gives_an_empty_code_when_the_probe_is_a_control() -> None:
    check = observe(World(1), probe(None, None), NOON)

    assert (check.http_status, check.code, check.message) == (200, "", "")


def test_observe_gives_a_timeout_as_long_as_the_probe_waits_when_nothing_answers() -> None:
    world = World(
        1, [Scenario(id="o", kind=ScenarioKind.OUTAGE, starts_s=NOON.timestamp(), flavour="timeout")]
    )

    check = observe(world, probe(), NOON, timeout_s=4.0)

    assert (check.error, check.http_status, check.latency_ms) == ("timeout", None, 4000.0)


def test_observations_come_in_order_and_once_when_asked_for_a_stretch() -> None:
    window = Scenario(
        id="w",
        kind=ScenarioKind.MAINTENANCE,
        starts_s=NOON.timestamp() + 1800,
        lasts_s=600,
        announced_s=900,
        posts=5,
    )
    world = World(1, [window])
    probes = (probe(), probe(persona="reseller"), probe(None, None))

    found = list(observations_between(world, catalog_of(*probes), NOON, NOON + timedelta(hours=1)))

    assert [seen.at for seen in found] == sorted(seen.at for seen in found)
    assert 355 <= sum(isinstance(seen, Check) for seen in found) <= 360
    assert sum(isinstance(seen, ObservedReport) for seen in found) > 10
    assert [seen.slug for seen in found if isinstance(seen, MaintenanceWindow)] == ["w"]


def test_observations_are_the_same_when_made_again() -> None:
    def run() -> list[Observation]:
        catalog = catalog_of(probe(), probe(persona="reseller"))
        return list(observations_between(World(9), catalog, NOON, NOON + timedelta(minutes=30)))

    assert run() == run()


def test_truth_has_two_events_when_a_window_overruns() -> None:
    window = Scenario(
        id="w",
        kind=ScenarioKind.MAINTENANCE,
        starts_s=NOON.timestamp(),
        lasts_s=600,
        overruns_s=300,
        components=("fenfu-qr",),
    )

    events = truth_between(World(1, [window]), NOON, NOON + timedelta(hours=1))

    assert [(event.cause, event.end and (event.end - event.start).total_seconds()) for event in events] == [
        ("maintenance", 600),
        ("outage", 300),
    ]


def test_truth_leaves_the_end_open_when_the_event_is_still_on() -> None:
    policy = Scenario(id="p", kind=ScenarioKind.POLICY, starts_s=NOON.timestamp())
    lost = Scenario(id="v", kind=ScenarioKind.VANTAGE_LOST, starts_s=NOON.timestamp(), vantages=("east",))

    events = truth_between(World(1, [policy, lost]), NOON, NOON + timedelta(hours=1))

    assert [(event.cause, event.end) for event in events] == [("policy_change", None)]
