"""Keeps the detector between turns; makes it anew from its stored state where another process moved it."""

import logging
import uuid
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from django.conf import settings

from probes.vocabulary.observations import WatchedCatalog
from statuspage.analysis.detector import Detector, StateError
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.state import timeless
from statuspage.incidents.recording import close_orphans
from statuspage.monitoring.conditions import stored_conditions
from statuspage.monitoring.models import Progress
from statuspage.monitoring.selectors import cautions
from statuspage.pipeline.anew import time_to_judge

COARSEST_TICKS = 12  # a minute, where a tick is five seconds

log = logging.getLogger(__name__)


def detector_settings() -> DetectorSettings:
    """The site's target and the cautions of its components."""
    return DetectorSettings(
        target_false_per_component_90d=settings.FALSE_INCIDENTS_PER_COMPONENT_90D,
        caution_by_component=cautions(),
    )


def coarse_settings(catalog: WatchedCatalog) -> DetectorSettings:
    """The same for a past whose checks are far apart: ten decisions in the shortest interval suffice."""
    usual = detector_settings()
    shortest = min((probe.interval_s for probe in catalog.probes), default=0.0)
    ticks = min(COARSEST_TICKS, max(1, int(shortest / 10 / usual.tick_seconds)))
    return replace(usual, tick_seconds=usual.tick_seconds * ticks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    token: str
    catalog: WatchedCatalog
    settings: DetectorSettings
    detector: Detector


class DetectorKeeper:
    """One detector that has seen exactly what ``Progress`` says, or none."""

    def __init__(self) -> None:
        self._kept: _Kept | None = None

    def take(
        self, progress: Progress, catalog: WatchedCatalog, wanted: DetectorSettings, *, at: datetime
    ) -> Detector:
        """The detector as ``progress`` left it, handed out: :meth:`keep` it when its work is committed."""
        kept, self._kept = self._kept, None
        if kept is not None and kept.token and kept.token == progress.state_token:
            if kept.catalog == catalog and kept.settings == wanted:
                return kept.detector
            return Detector(catalog, wanted, kept.detector.dump())
        state = bytes(progress.detector_state) if progress.detector_state else None
        try:
            return Detector(catalog, wanted, state)
        except StateError as error:  # as after an upgrade
            log.warning("The detector begins anew and learns again what is usual: %s", error)
            _lose_track(progress, catalog, at=at)
            return Detector(catalog, wanted)

    def begin_anew(
        self, progress: Progress, catalog: WatchedCatalog, wanted: DetectorSettings, *, at: datetime
    ) -> None:
        """Forget all that has a time, keep what is usual, and close at ``at`` what nobody follows now."""
        known = self.take(progress, catalog, wanted, at=at)
        self.save(progress, Detector(catalog, wanted, timeless(known.dump())))
        _lose_track(progress, catalog, at=at)

    def save(self, progress: Progress, detector: Detector) -> None:
        """Put the detector's state into ``progress``, under a token of its own."""
        progress.detector_state = detector.dump()
        progress.state_token = uuid.uuid4().hex

    def keep(self, progress: Progress, detector: Detector) -> None:
        """Keep a detector whose state is committed."""
        self._kept = _Kept(
            token=progress.state_token,
            catalog=detector.catalog,
            settings=detector.settings,
            detector=detector,
        )


def _lose_track(progress: Progress, catalog: WatchedCatalog, *, at: datetime) -> None:
    """Close what nobody follows now; where that was anything, nobody knows for a while what works."""
    if close_orphans(at=at):
        anew = replace(stored_conditions(progress), anew_until=at + time_to_judge(catalog))
        progress.conditions = msgspec.to_builtins(anew)


KEEPER = DetectorKeeper()  # this process's
