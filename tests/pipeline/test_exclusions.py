"""What the detector says nothing can be learnt from is stored in its turn, and left out of every count."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from django.conf import settings

from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.observations import WatchedCatalog
from statuspage import pipeline
from statuspage.analysis.detector import Detector
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.values import Conclusions, DetectorInput, ExcludedCheck, Observed
from statuspage.monitoring.models import CheckResult, CheckTotal, Grain, Progress, Rollup
from statuspage.pipeline.detectors import DetectorKeeper
from tests.pipeline.planting import at, plant_catalog, rounds, small_catalog, store

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
    days = Rollup.objects.filter(grain=Grain.DAY, component__slug="fenfu-qr").order_by("series")
    assert set(south.values_list("excluded", flat=True)) == {"vantage_lost"}
    assert not CheckResult.objects.exclude(probe__vantage__slug="south").exclude(excluded="").exists()
    assert [(row.outcomes, row.excluded) for row in days] == 2 * [
        ({"accepted": 20}, {}),
        ({}, {"vantage_lost": {"accepted": 20}}),
    ]
    assert (_counted(""), _counted("vantage_lost")) == (70, 70)
