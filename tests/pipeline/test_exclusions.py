"""What the detector says nothing can be learnt from is stored in its turn, and left out of every count."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from django.conf import settings
from django.core.management import call_command

from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.observations import WatchedCatalog
from statuspage import pipeline
from statuspage.analysis.detector import Detector
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.values import Conclusions, DetectorInput, ExcludedCheck, Observed
from statuspage.incidents.models import Incident
from statuspage.monitoring.models import CheckResult, CheckTotal, Grain, Progress, Rollup
from statuspage.monitoring.telling import accepted_of
from statuspage.pipeline.detectors import DetectorKeeper, detector_settings
from statuspage.replay.run import replay
from tests.pipeline.planting import at, judged, plant_catalog, rounds, small_catalog, store
from tests.support.minutes import component_minutes

pytestmark = pytest.mark.django_db
CATALOG = small_catalog()
LAST = timedelta(seconds=120)


class _Suspicious(Detector):
    """Finds after two minutes that the south says nothing, and what it said since then neither."""

    def __init__(self, catalog: WatchedCatalog, settings: DetectorSettings, state: bytes | None) -> None:
        super().__init__(catalog, settings, state)
        self._seen: list[ExcludedCheck] = []

    def advance(self, observations: Iterable[DetectorInput], until: datetime) -> Conclusions:
        items = list(observations)
        self._seen += [
            ExcludedCheck(probe=item.check.probe, at=item.at, reason=Exclusion.VANTAGE_LOST)
            for item in items
            if isinstance(item, Observed) and item.check.probe.endswith(".south")
        ]
        said = super().advance(items, until)
        if until < at(0) + LAST:
            return said
        found, self._seen = tuple(self._seen), []
        return Conclusions(at=said.at, verdicts=said.verdicts, conditions=said.conditions, excluded=found)


class _Keeper(DetectorKeeper):
    def take(
        self, progress: Progress, catalog: WatchedCatalog, settings: DetectorSettings, *, at: datetime
    ) -> Detector:
        detector = super().take(progress, catalog, settings, at=at)
        return detector if isinstance(detector, _Suspicious) else _Suspicious(catalog, settings, None)


def _counted(excluded: str) -> int:
    return sum(CheckTotal.objects.filter(excluded=excluded).values_list("count", flat=True))


@pytest.mark.parametrize("step", [15, 60, 600], ids=["by quarters of a minute", "by the minute", "at once"])
def test_what_is_excluded_is_the_same_however_time_is_cut_into_turns(step: int) -> None:
    plant_catalog(CATALOG)
    store(rounds(CATALOG, since=0, until=600))
    keeper = _Keeper()

    for second in range(0, 600, step):
        pipeline.advance(at(second + step) + timedelta(seconds=settings.SETTLE_SECONDS), keeper=keeper)

    south = CheckResult.objects.filter(probe__vantage__slug="south")
    days = Rollup.objects.filter(grain=Grain.DAY, component__slug="fenfu-qr").order_by(
        "persona__slug", "vantage__slug"
    )
    assert set(south.values_list("excluded", flat=True)) == {"vantage_lost"}
    assert not CheckResult.objects.exclude(probe__vantage__slug="south").exclude(excluded="").exists()
    assert [(row.outcomes, row.excluded) for row in days] == 2 * [
        ({"accepted": 20}, {}),
        ({}, {"vantage_lost": {"accepted": 20}}),
    ]
    assert (_counted(""), _counted("vantage_lost")) == (79, 78)


CUT_OFF = {"error": "timeout", "http_status": None, "code": "", "message": "", "latency_ms": 10_000.0}
NOT_HERE = {"http_status": 404, "code": "", "message": "default backend - 404"}
EXPIRED = {"http_status": 401, "code": "SIGN_ERROR", "message": "签名错误"}
# Seconds: when trouble begins, when all is well again, and when the tale ends.
TROUBLE, WELL, OVER = 600.0, 1200.0, 1800.0


def _live(trouble: Mapping[str, object], *, hits: Callable[[str], bool]) -> None:
    """A day on which the probes that are ``hits`` get the answers of the trouble."""
    plant_catalog(CATALOG)
    quiet = [*rounds(CATALOG, since=0, until=TROUBLE), *rounds(CATALOG, since=WELL, until=OVER)]
    troubled = rounds(CATALOG, since=TROUBLE, until=WELL)
    store(quiet)
    store(
        judged(msgspec.structs.replace(item.check, **trouble)) if hits(item.check.probe) else item
        for item in troubled
    )
    for second in range(0, int(OVER), 60):
        pipeline.advance(at(second + 60) + timedelta(seconds=settings.SETTLE_SECONDS))


def _excluded() -> dict[tuple[str, datetime], str]:
    rows = CheckResult.objects.exclude(excluded="").values_list("probe__slug", "at", "excluded")
    return {(slug, moment): reason for slug, moment, reason in rows}


def _accepted(since: float, until: float) -> float:
    """The share of checks of components that was accepted in these minutes, as the chart has it."""
    minutes = component_minutes(since=at(since), until=at(until))
    cells = [accepted_of(counts.outcomes) for counts in minutes]
    return sum(cell[0] for cell in cells) / sum(cell[1] for cell in cells)


def _replayed(folder: Path) -> dict[tuple[str, datetime], str]:
    trace = folder / "live.jsonl"
    call_command("export_observations", str(trace), stdout=StringIO())
    found: dict[tuple[str, datetime], str] = {}

    def watch(_: list[DetectorInput], step: Conclusions) -> None:
        found.update({(check.probe, check.at): check.reason.value for check in step.excluded})

    replay(str(trace), detector_settings(), watch=watch)
    return found


def test_a_lost_vantage_lowers_no_ratio_and_no_counter_shows_its_failures(tmp_path: Path) -> None:
    _live(CUT_OFF, hits=lambda probe: probe.endswith(".south"))

    found = _excluded()
    failed = CheckResult.objects.filter(outcome="timeout", probe__component__isnull=False)
    counted = CheckTotal.objects.filter(outcome="timeout").exclude(component="")
    assert set(found.values()) == {"vantage_lost"}
    assert len(found) == failed.count()
    assert _accepted(0, OVER) == 1.0
    assert set(counted.values_list("vantage", "excluded")) == {("south", "vantage_lost")}
    assert not Incident.objects.exists()
    assert _replayed(tmp_path) == found


def test_an_expired_key_shows_as_ours_and_lowers_no_ratio(tmp_path: Path) -> None:
    _live(EXPIRED, hits=lambda probe: not probe.startswith("control"))

    assert set(_excluded().values()) == {"unauthenticated"}
    assert _accepted(0, OVER) == 1.0
    assert not Incident.objects.exists()
    assert _replayed(tmp_path) == _excluded()


def test_a_404_to_everybody_lowers_the_ratio_as_any_outage_does(tmp_path: Path) -> None:
    _live(NOT_HERE, hits=lambda probe: not probe.startswith("control"))

    assert _accepted(TROUBLE, WELL) == 0.0
    assert _accepted(0, TROUBLE) == _accepted(WELL, OVER) == 1.0
    assert set(Incident.objects.values_list("cause", flat=True)) == {"outage"}
    assert _replayed(tmp_path) == _excluded() == {}
