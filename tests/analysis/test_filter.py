"""How checks move the hypotheses of one component."""

from datetime import UTC, datetime

from probes.vocabulary.observations import Check
from probes.vocabulary.outcomes import Outcome
from statuspage.analysis.filter import ComponentFilter, FilterMemory
from statuspage.analysis.kinds import ACCEPTED, SILENT, Seen, Viewpoint
from statuspage.analysis.model import FILTER, DetectorSettings
from statuspage.analysis.values import Observed

AT = datetime(2026, 5, 4, tzinfo=UTC)
VIEW = Viewpoint(component="fenfu-qr", persona="ordinary", vantage="east", tier=0)


def _filter(
    memory: FilterMemory | None = None, personas: tuple[str, ...] = ("ordinary", "reseller")
) -> ComponentFilter:
    thresholds = DetectorSettings().thresholds("fenfu-qr", 11_520)
    return ComponentFilter(
        "fenfu-qr", memory or FilterMemory(), thresholds, vantages=("east",), personas=personas
    )


def _take(component: ComponentFilter, *kinds: int) -> None:
    """All of one moment."""
    for kind in kinds:
        observed = Observed(check=Check(at=AT, probe="fenfu-qr.ordinary.east"), outcome=Outcome.TIMEOUT)
        component.take(Seen(view=VIEW, kind=kind, at=AT.timestamp(), observed=observed), doubt=0.0)
    component.end_moment()


def test_filter_stays_quiet_when_all_is_accepted() -> None:
    component = _filter()

    _take(component, ACCEPTED, ACCEPTED)

    assert component.quiet


def test_filter_rises_by_no_more_than_a_moment_may_when_many_checks_fail_together() -> None:
    component = _filter()

    _take(component, *[SILENT] * 8)

    assert component.top == FILTER.moment_cap_nats


def test_filter_rises_no_higher_than_its_cap_when_checks_go_on_failing() -> None:
    component = _filter()

    for _ in range(10):
        _take(component, SILENT, SILENT)

    assert component.top == component.thresholds.cap_nats


def test_filter_forgets_its_levels_when_checks_are_accepted_again() -> None:
    component = _filter()
    _take(component, SILENT)

    for _ in range(10):
        _take(component, *[ACCEPTED] * 10)

    assert component.quiet
    assert component.top == 0.0


def test_filter_keeps_the_level_of_each_hypothesis_when_personas_change_between_runs() -> None:
    before = _filter()
    _take(before, SILENT, SILENT)
    levels = dict(zip(before.memory.names, before.memory.levels, strict=True))

    after = _filter(before.memory, personas=("newcomer", "ordinary"))

    found = dict(zip(after.memory.names, after.memory.levels, strict=True))
    assert after.top == before.top
    assert found.pop("persona:newcomer-0.95") == 0.0
    assert levels.pop("persona:reseller-0.95") == 0.0
    assert found == levels
