"""Reads results wherever they are: the newest in rows of their own, older ones in blocks."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Min

from probes.vocabulary.outcomes import Outcome
from statuspage.monitoring.blocks import Result, unpack, unpack_ended
from statuspage.monitoring.models import CheckBlock, CheckResult

CHUNK = 2000
BODIES = 100  # of blocks, some kilobytes each, that are read at once
# Between the ends of the first and the last check of a block: an hour of ticks, and what the last may take.
MOST_BETWEEN_ENDS = timedelta(hours=3)
PORTION = 8  # hours of one probe that are read at once
# So many hours of one probe are looked through for its last result of a kind.
MOST_BLOCKS = 48


class JudgedResult(NamedTuple):
    """A result that was or will be judged, as the detector needs it; in the order in which it is told."""

    at: datetime
    probe: str
    tick: datetime
    outcome: str
    error: str | None
    http_status: int | None
    code: str
    message: str
    latency_ms: float | None


def judged_between(since: datetime, until: datetime) -> Iterator[JudgedResult]:
    """Results that ended in (since, until] and were neither missed nor late, by end, probe and tick."""
    rows = (
        CheckResult.objects.filter(at__gt=since, at__lte=until, late=False)
        .exclude(outcome=Outcome.MISSED)
        .order_by("at", "probe__slug", "tick")
        .values_list("at", "probe__slug", *JudgedResult._fields[2:])
    )
    fresh = (JudgedResult(*row) for row in rows.iterator(chunk_size=CHUNK))
    # Rows are asked for before blocks: what is packed between the two is in both then, not in neither.
    first = list(islice(fresh, 1))
    packed = _packed_between(since, until)
    if not packed:
        return chain(first, fresh)
    known = {(result.probe, result.tick) for result in packed}
    others = (result for result in chain(first, fresh) if (result.probe, result.tick) not in known)
    return heapq.merge(others, packed, key=_ORDER)


_ORDER = attrgetter("at", "probe", "tick")
_TOLD = attrgetter(*JudgedResult._fields[2:])


def _packed_between(since: datetime, until: datetime) -> list[JudgedResult]:
    blocks = CheckBlock.objects.filter(
        first_at__lte=until, last_at__gt=since, last_at__lte=until + MOST_BETWEEN_ENDS
    )
    bodies = blocks.order_by().values_list("probe__slug", "body")
    found = [
        JudgedResult(result.at, slug, *_TOLD(result))
        for slug, body in bodies.iterator(chunk_size=BODIES)
        for result in unpack_ended(bytes(body), since, until)
        if not result.late and result.outcome != Outcome.MISSED
    ]
    return sorted(found, key=_ORDER)


def first_judged_at() -> datetime | None:
    """When the first result that is stored and was not late ended."""
    rows = CheckResult.objects.filter(late=False).aggregate(first=Min("at"))
    packed = CheckBlock.objects.aggregate(first=Min("judged_from"))
    return min((at for at in (rows["first"], packed["first"]) if at is not None), default=None)


def last_made_at(probe: int) -> datetime | None:
    """When a probe's last check that was made, not missed, ended."""
    made = CheckResult.objects.filter(probe=probe).exclude(outcome=Outcome.MISSED).order_by("-tick")
    blocks = CheckBlock.objects.filter(probe=probe, made_until__isnull=False).order_by("-start")
    return made.values_list("at", flat=True).first() or blocks.values_list("made_until", flat=True).first()


def latest_results(probe: int, most: int) -> list[Result]:
    """A probe's newest results, newest first, wherever they are; looks some days back."""
    rows = CheckResult.objects.filter(probe=probe).order_by("-tick").values_list(*Result._fields)
    found = {row[0]: Result(*row) for row in rows[:most]}
    if len(found) < most:
        blocks = CheckBlock.objects.filter(probe=probe).order_by("-start").values_list("body", flat=True)
        for body in blocks[:MOST_BLOCKS].iterator(chunk_size=PORTION):
            found |= {result.tick: result for result in unpack(bytes(body)) if result.tick not in found}
            if len(found) >= most:
                break
    return [found[tick] for tick in sorted(found, reverse=True)[:most]]


def last_packed(probe: int, wanted: Callable[[Result], bool]) -> Result | None:
    """The last packed result of a probe that is ``wanted``; looks some days back."""
    blocks = CheckBlock.objects.filter(probe=probe).order_by("-start").values_list("body", flat=True)
    newest_first = (result for body in blocks[:MOST_BLOCKS] for result in reversed(unpack(bytes(body))))
    return next(filter(wanted, newest_first), None)
