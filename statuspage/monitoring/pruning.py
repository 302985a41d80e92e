"""Removes what is older than the site keeps it, in small portions, so that no writer waits for long."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db.models import Max, Model, Q, QuerySet, Sum

from statuspage.monitoring.models import (
    CheckBlock,
    CheckResult,
    Grain,
    MinuteCounts,
    Report,
    Rollup,
    UnmappedAnswer,
)

Row = TypeVar("Row", bound=Model)

PORTION = 2_000
# In one run: the rest follows in the next.
PORTIONS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many results, minutes and unmapped answers went; of reports, how many lost their text."""

    results: int = 0
    minutes: int = 0
    answers: int = 0
    texts: int = 0


def prune(*, now: datetime) -> Pruned:
    """Remove raw results after RAW_DAYS, counts by the minute after MINUTE_DAYS, and texts after REPORT_DAYS.

    An answer that no rule names goes when no result is kept that shows it: where each holds a number of its
    own, they would be without end.
    Totals, counts by the hour and day, how many people complained, and the fact that a report was made stay
    forever; so does the text of a report that a person labelled, for the machine to learn from, but not where
    it stood or by whom.
    """
    old = Report.objects.filter(at__lt=_horizon(now, settings.REPORT_DAYS))
    old_texts = old.filter(relabelled_at__isnull=True).exclude(Q(text="") & Q(url="") & Q(author=""))
    old.filter(relabelled_at__isnull=False).exclude(Q(url="") & Q(author="")).update(url="", author="")
    raw = _horizon(now, settings.RAW_DAYS)
    results = CheckResult.objects.filter(at__lt=raw)
    # An hour of ticks, of which the last may have been written off a quarter of an hour later.
    blocks = CheckBlock.objects.filter(last_at__lt=raw)
    answers = UnmappedAnswer.objects.filter(last_seen__lt=raw)
    minutes = MinuteCounts.objects.filter(start__lt=_horizon(now, settings.MINUTE_DAYS))
    return Pruned(
        results=_in_portions(results, lambda rows: rows.delete()[0]) + _in_portions(blocks, _drop_blocks),
        minutes=_in_portions(minutes, lambda rows: rows.delete()[0]),
        answers=_in_portions(answers, lambda rows: rows.delete()[0]),
        texts=_in_portions(old_texts, lambda rows: rows.update(text="", url="", author="")),
    )


def _drop_blocks(blocks: QuerySet[CheckBlock]) -> int:
    held: int = blocks.aggregate(held=Sum("count"))["held"] or 0
    blocks.delete()
    return held


def _horizon(now: datetime, days: int) -> datetime:
    """Before which nothing is kept: so many days ago, each a day on which anything was measured.

    A clock that is a month ahead would else have everything go. Without any checks there are no such days,
    and the clock has to do.
    """
    horizon = now - timedelta(days=days)
    measured = Rollup.objects.filter(grain=Grain.DAY)
    newest: datetime | None = measured.aggregate(newest=Max("start"))["newest"]
    if newest is None:
        return horizon
    day = newest
    for _ in range(days):
        before: datetime | None = measured.filter(start__lt=day).aggregate(newest=Max("start"))["newest"]
        if before is None:
            return min(horizon, day - timedelta(days=1))
        day = before
    return min(horizon, day + min(now - newest, timedelta(days=1)))


def _in_portions(rows: QuerySet[Row], act: Callable[[QuerySet[Row]], int]) -> int:
    done = 0
    for _ in range(PORTIONS):
        portion = list(rows.order_by("pk").values_list("pk", flat=True)[:PORTION])
        if not portion:
            break
        done += act(rows.model._default_manager.filter(pk__in=portion))
    return done
