"""A past that is concluded at once: the same as lived, and gone on with where it was broken off."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
import pytest

from probes.vocabulary.observations import MaintenanceWindow, ObservedReport
from statuspage import pipeline
from statuspage.analysis.values import DetectorInput
from statuspage.incidents.models import ComponentDay, Incident, Maintenance, MaintenanceNotice
from statuspage.monitoring.models import CheckResult, CheckTotal, Progress, Rollup
from statuspage.monitoring.models import Report as StoredReport
from statuspage.monitoring.telling import accepted_of
from statuspage.monitoring.voices import people
from tests.pipeline.planting import at, heard, judged, plant_catalog, rounds, small_catalog
from tests.support.minutes import stored_minutes

pytestmark = pytest.mark.django_db

HOUR, DAY = 3600.0, 86400.0
CATALOG = small_catalog(interval_s=300)
DOWN = {"fenfu-qr": (500, "SYSTEM_ERROR", "系统错误")}


def _three_days() -> list[DetectorInput]:
    """An outage of two hours on the second day, a window on the third, and a post."""
    found: list[DetectorInput] = [
        *rounds(CATALOG, since=0, until=30 * HOUR),
        *rounds(CATALOG, since=30 * HOUR, until=32 * HOUR, answer=DOWN),
        *rounds(CATALOG, since=32 * HOUR, until=3 * DAY),
        heard(ObservedReport(at=at(31 * HOUR), source="forum", author="a", text="分付付不了")),
        MaintenanceWindow(
            at=at(50 * HOUR),
            slug="upgrade",
            components=("wxpay-card",),
            starts_at=at(60 * HOUR),
            ends_at=at(61 * HOUR),
        ),
    ]
    return sorted(found, key=lambda item: item.at)


def test_a_past_is_concluded_with_its_incidents_days_and_counts_when_it_is_filled_in() -> None:
    plant_catalog(CATALOG)
    evidence = _three_days()
    told: list[datetime] = []

    checks = pipeline.backfill(evidence, CATALOG, at(3 * DAY), told.append)

    incident = Incident.objects.get()
    days = ComponentDay.objects.filter(component__slug="fenfu-qr")
    outage = sum(days.values_list("outage_seconds", flat=True))
    window = Maintenance.objects.get()
    assert checks == len(evidence) - 2
    assert told[-1] == at(3 * DAY)
    assert (incident.cause, incident.status) == ("outage", "resolved")
    assert outage == pytest.approx(2 * HOUR, rel=0.2)
    assert sum(CheckTotal.objects.values_list("count", flat=True)) == checks
    assert {*Rollup.objects.values_list("grain", flat=True)} == {"hour", "day"}
    assert sum(counts.outcomes.total() for _, _, counts in stored_minutes()) > 1000
    assert not CheckResult.objects.exists()
    assert StoredReport.objects.get().text == "分付付不了"
    assert people(at(31 * HOUR), at(32 * HOUR))[()] == 1
    assert (window.status, MaintenanceNotice.objects.get().at) == ("completed", at(50 * HOUR))


def _breaking_off(evidence: list[DetectorInput], after: float) -> Iterator[DetectorInput]:
    for item in evidence:
        if item.at > at(after):
            raise KeyboardInterrupt
        yield item


def test_a_past_goes_on_where_it_was_broken_off_when_it_is_filled_in_again() -> None:
    plant_catalog(CATALOG)
    evidence = _three_days()
    with pytest.raises(KeyboardInterrupt):
        pipeline.backfill(_breaking_off(evidence, 40 * HOUR), CATALOG, at(3 * DAY))
    done = Progress.objects.get().concluded_until
    assert done is not None

    pipeline.backfill([item for item in evidence if item.at > done], CATALOG, at(3 * DAY))

    assert at(0) < done < at(40 * HOUR)
    assert Incident.objects.get().status == "resolved"
    assert sum(CheckTotal.objects.values_list("count", flat=True)) == len(evidence) - 2


def test_the_live_site_goes_on_after_a_past_was_filled_in() -> None:
    plant_catalog(CATALOG)
    evidence = [item for item in _three_days() if item.at <= at(31 * HOUR)]
    pipeline.backfill(evidence, CATALOG, at(31 * HOUR))

    result = pipeline.advance(at(31 * HOUR + 60))

    incident = Incident.objects.get()
    assert result.caught_up
    assert (incident.status, incident.resolved_at) == ("identified", None)


def test_a_lost_vantage_is_counted_apart_in_a_past_that_is_filled_in() -> None:
    plant_catalog(CATALOG)
    evidence = [
        judged(msgspec.structs.replace(item.check, error="timeout", http_status=None, code=""))
        if at(30 * HOUR) < item.at < at(32 * HOUR) and item.check.probe.endswith(".south")
        else item
        for item in rounds(CATALOG, since=0, until=2 * DAY)
    ]

    pipeline.backfill(evidence, CATALOG, at(2 * DAY))

    days = Rollup.objects.filter(grain="day", component__isnull=False)
    assert all(
        accepted == counted for accepted, counted in map(accepted_of, days.values_list("outcomes", flat=True))
    )
    assert set(
        CheckTotal.objects.filter(outcome="timeout").exclude(component="").values_list("excluded")
    ) == {("vantage_lost",)}
    assert not Incident.objects.exists()
