"""Writes what a live system saw as a trace, whose replay gives the incidents that the system published."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from probes.vocabulary.observations import without_setups
from probes.vocabulary.traces import End, write_line
from statuspage.analysis.values import Heard, Observed, Unheard
from statuspage.monitoring.models import Progress, Report
from statuspage.monitoring.results import first_judged_at
from statuspage.monitoring.selectors import watched_catalog
from statuspage.pipeline.inputs import inputs_between

# What was packed is sorted in memory, a portion at a time: of four hundred checks a second 120,000. A block
# holds an hour, and is read for each of its portions.
PORTION = timedelta(minutes=5)


class ExportError(ValueError):
    """There is nothing to export; says why."""


def export(*, since: datetime | None, until: datetime | None) -> Iterator[bytes]:
    """The lines of a trace of (since, until]; by default everything that is stored and concluded.

    What came too late to be judged is left out, and so is what has not been judged yet; a trace does not know
    that a post was hidden afterwards. Raises
    :class:`ExportError` where that leaves nothing.
    """
    known = Progress.objects.values_list("concluded_until", flat=True).first()
    if known is None:
        raise ExportError("nothing has been concluded yet")
    end = min(until or known, known)
    start = since or _first_moment()
    if start is None or start >= end:
        raise ExportError(f"nothing was concluded before {end.isoformat()}")
    yield write_line(without_setups(watched_catalog()))
    while start < end:
        stop = min(end, start + PORTION)
        for item in inputs_between(start, stop):
            if isinstance(item, Observed):
                yield write_line(item.check)
            elif not isinstance(item, Unheard):
                yield write_line(item.report if isinstance(item, Heard) else item)
        start = stop
    yield write_line(End(at=end))


def _first_moment() -> datetime | None:
    """Just before the first check that is still stored: posts are kept for longer, and alone they mislead."""
    reports = Report.objects.filter(late=False).order_by("at").values_list("at", flat=True)
    first = first_judged_at() or reports.first()
    return first and first - timedelta(microseconds=1)
