"""Concludes a long past at once, from observations that are not stored one by one."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from django.conf import settings

from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.observations import MaintenanceWindow, WatchedCatalog
from statuspage.analysis.values import DetectorInput, Heard, Observed
from statuspage.incidents.maintenance import AnnouncedWindow, move_by_time, store_window
from statuspage.monitoring.excluding import FOUND_WITHIN
from statuspage.monitoring.models import Probe, Progress, Report, Source
from statuspage.monitoring.tallies import HOUR, MINUTE, Tally, watched_probes
from statuspage.monitoring.totals import Totals, labels_by_probe
from statuspage.monitoring.voices import recount
from statuspage.pipeline.detectors import KEEPER, coarse_settings
from statuspage.pipeline.turns import Judged, conclude, locked_progress

TURN = timedelta(days=1)  # of data in one transaction
# So much of the end is counted by the minute, for the page's curves.
BY_MINUTE = timedelta(days=1)
BY_HOUR = timedelta(days=2)  # and so much by the hour; what is older by the day


class HistoryError(RuntimeError):
    """Another writer moved the cursor meanwhile."""


def backfill(
    observations: Iterable[DetectorInput],
    catalog: WatchedCatalog,
    until: datetime,
    on_progress: Callable[[datetime], None] | None = None,
) -> int:
    """Conclude ``observations``, in order and all after the cursor, up to ``until``; gives how many checks.

    Checks become counts and no rows of their own, the finer the more recent; reports and maintenance are
    stored. Every day of data is a transaction, so that it can be broken off and gone on with from
    ``Progress.concluded_until``. Raises :class:`HistoryError` if another writer moves the cursor.
    """
    source = iter(observations)
    first = next(source, None)
    if first is None:
        return 0
    history = _History(catalog, until, start=first.at - timedelta(microseconds=1))
    report = on_progress or (lambda _at: None)
    waiting: list[DetectorInput] = []
    for item in chain([first], source):
        while history.end < min(item.at, until):
            history.turn(waiting)
            waiting = []
            report(history.start)
        waiting.append(item)
    while history.start < until:
        history.turn(waiting)
        waiting = []
        report(history.start)
    return history.checks


class _History:
    def __init__(self, catalog: WatchedCatalog, until: datetime, *, start: datetime) -> None:
        self.catalog, self.until = catalog, until
        self.settings = coarse_settings(catalog)
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.start = Progress.objects.values_list("concluded_until", flat=True).first() or start
        self.checks = 0
        # The last of the turn before: those that are found to say nothing later are moved in the counts.
        self.counted: list[Observed] = []
        by_pk = watched_probes()
        self.probes = {slug: by_pk[pk] for pk, slug in Probe.objects.values_list("pk", "slug")}
        self.labels = labels_by_probe()
        self.sources = dict(Source.objects.values_list("slug", "pk"))
        shortest = min((probe.interval_s for probe in catalog.probes), default=60.0)
        self.stride = timedelta(seconds=min(600.0, max(60.0, shortest)))

    @property
    def end(self) -> datetime:
        return min(self.until, self.start + TURN)

    def turn(self, evidence: list[DetectorInput]) -> None:
        """Conclude one day of data."""
        with locked_progress() as progress:
            if progress.concluded_until not in (None, self.start):
                raise HistoryError(f"concluded until {progress.concluded_until}, not {self.start}")
            detector = KEEPER.take(progress, self.catalog, self.settings, at=self.start)
            judged = Judged()
            for stop, batch in self._strides(evidence):
                step = detector.advance(batch, stop)
                judged.note(step, marked=True)
            self._store(evidence, judged)
            end = self.end
            move_by_time(end)
            conclude(progress, judged, self.start, end, now=end)
            progress.changed_at = progress.counted_until = progress.tallied_until = end
            KEEPER.save(progress, detector)
            progress.save()
        KEEPER.keep(progress, detector)
        self.start = end

    def _strides(self, evidence: list[DetectorInput]) -> Iterator[tuple[datetime, list[DetectorInput]]]:
        stop, index = self.start, 0
        while stop < self.end:
            stop = min(self.end, stop + self.stride)
            begin = index
            while index < len(evidence) and evidence[index].at <= stop:
                index += 1
            yield stop, evidence[begin:index]

    def _store(self, evidence: list[DetectorInput], judged: Judged) -> None:
        self._count(evidence, {(check.probe, check.at): check.reason for check in judged.excluded})
        reports: list[Report] = []
        for item in evidence:
            if isinstance(item, Heard):
                reports += self._report(item)
            elif isinstance(item, MaintenanceWindow):
                store_window(AnnouncedWindow(window=item), now=item.at, notice_at=item.at)
        Report.objects.bulk_create(reports, batch_size=500, ignore_conflicts=True)
        recount((report.at for report in reports), now=self.end)

    def _count(self, evidence: list[DetectorInput], excluded: dict[tuple[str, datetime], Exclusion]) -> None:
        left = self.until - self.start
        tally = Tally(
            self.zone,
            unit_seconds=MINUTE if left <= BY_MINUTE + TURN else HOUR,
            only_days=left > BY_HOUR,
        )
        totals = Totals()
        for item in evidence:
            if isinstance(item, Observed) and item.check.probe in self.probes:
                probe, reason = self.probes[item.check.probe], excluded.get((item.check.probe, item.at), "")
                outcome, latency_ms = item.outcome.value, item.check.latency_ms
                self.checks += 1
                tally.add(probe, item.at, outcome, latency_ms, reason)
                totals.add(self.labels[probe.probe], outcome, latency_ms, reason)
        for item in self.counted:
            if (reason := excluded.get((item.check.probe, item.at), "")) and item.check.probe in self.probes:
                probe = self.probes[item.check.probe]
                tally.exclude(probe, item.at, item.outcome.value, item.check.latency_ms, reason)
        since = self.end - FOUND_WITHIN
        self.counted = [item for item in evidence if isinstance(item, Observed) and item.at > since]
        tally.store()
        totals.store()

    def _report(self, heard: Heard) -> Iterator[Report]:
        post = heard.report
        if post.source not in self.sources:
            return
        told = f"{post.at.isoformat()}\0{post.author}\0{post.url}\0{post.text}"
        yield Report(
            source_id=self.sources[post.source],
            external_id=hashlib.sha256(told.encode()).hexdigest()[:32],
            at=post.at,
            published_at=post.published_at,
            author=post.author,
            text=post.text,
            url=post.url,
            symptom=heard.symptom,
            product=heard.product,
            probability=heard.probability,
        )
