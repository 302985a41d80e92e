"""Draws what was measured of one component in the past day, by the hour: acceptance, time to an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from probes.vocabulary.tiers import RiskTier
from statuspage.public.read.values import HourOfChecks
from statuspage.public.render.acceptance import acceptance_chart, floor_of
from statuspage.public.render.charts import CHART_HEIGHT, CHART_WIDTH, Chart, Shape, broken_line
from statuspage.public.render.complaints import rounded_up
from statuspage.wording import charts as words
from statuspage.wording.times import milliseconds

LEAST_LATENCY_MS = 100.0  # the least top of the axis: a few milliseconds more must not look like a wall


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Both charts, either None where nothing was measured, and the hours behind them, oldest first."""

    hours: tuple[HourOfChecks, ...]
    tiers: tuple[RiskTier, ...]
    acceptance: Chart | None
    latency: Chart | None

    @property
    def rows(self) -> list[tuple[datetime, list[tuple[float | None, int, int]]]]:
        """The table of shares, newest first: the share, the accepted and the counted of each tier."""
        return [
            (hour.start, [(hour.share(tier), *hour.accepted.get(tier, (0, 0))) for tier in self.tiers])
            for hour in reversed(self.hours)
        ]

    @property
    def waits(self) -> list[tuple[datetime, str]]:
        """The table of mean times to an answer, newest first."""
        return [
            (hour.start, "–" if hour.latency_ms is None else milliseconds(hour.latency_ms))
            for hour in reversed(self.hours)
        ]


def measured_of(hours: Sequence[HourOfChecks]) -> Measured | None:
    """What ``hours`` in a row say; None where no check of them says anything."""
    tiers = tuple(tier for tier in RiskTier if any(hour.share(tier) is not None for hour in hours))
    if not tiers:
        return None
    lines = [(tier, [hour.share(tier) for hour in hours]) for tier in tiers]
    return Measured(
        hours=tuple(hours),
        tiers=tiers,
        acceptance=acceptance_chart(lines, floor_of(share for _, shares in lines for share in shares)),
        latency=_latency_chart([hour.latency_ms for hour in hours]),
    )


def _latency_chart(waits_ms: Sequence[float | None]) -> Chart | None:
    known = [wait for wait in waits_ms if wait is not None]
    if not known:
        return None
    highest = rounded_up(max(LEAST_LATENCY_MS, *known))
    return Chart(
        width=CHART_WIDTH,
        height=CHART_HEIGHT,
        shapes=(Shape(kind="line", d=broken_line(waits_ms, lowest=0.0, highest=highest)),),
        sentence=words.LATENCY.say(now=milliseconds(known[-1]), most=milliseconds(max(known))),
        top=milliseconds(highest),
        bottom="0",
    )
