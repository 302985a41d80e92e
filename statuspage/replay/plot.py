"""Draws a replayed day as one SVG: acceptance per tier, posts, verdicts, incidents and truth.

By hand, so that a replay needs no matplotlib: a few lines and bars are all that is drawn.
"""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import msgspec

from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import WatchedCatalog
from probes.vocabulary.outcomes import Family
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.model import INSTRUMENT
from statuspage.analysis.values import Conclusions, DetectorInput, Heard, Observed, Verdict

_WIDTH, _LEFT, _RIGHT = 1200, 215, 20
_LANE = 90
# At most; beyond it two become one, so that memory does not grow with the trace.
_BUCKETS = 1500
_COLOURS = {
    Cause.OUTAGE: "#c62828",
    Cause.MAINTENANCE: "#1565c0",
    Cause.RISK_CONTROL: "#ef6c00",
    Cause.POLICY_CHANGE: "#6a1b9a",
}
_TIER_COLOURS = {RiskTier.LOW: "#2e7d32", RiskTier.ELEVATED: "#f9a825", RiskTier.HIGH: "#ad1457"}
# Between the labels of the axis: the finest that fits.
_TICKS_SECONDS = (60, 300, 900, 3600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000)
_MOST_TICKS = 14
_MOST_FAILED, _LATELY = 20_000, timedelta(seconds=INSTRUMENT.most_look_back_seconds)


class TruthLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a truth file."""

    cause: Cause
    components: tuple[str, ...]
    start: datetime
    end: datetime | None = None
    must: bool = True


def read_truth(source: str) -> list[TruthLine]:
    """The truth that lies beside a trace, or nothing where there is none."""
    path = Path(source)
    for suffix in (".gz", ".jsonl"):
        path = path.with_name(path.name.removesuffix(suffix))
    beside = path.with_name(f"{path.name}.truth.jsonl")
    if not beside.is_file():
        return []
    return msgspec.json.Decoder(TruthLine).decode_lines(beside.read_bytes())


class Drawing:
    """Collects what a replay sees; ``svg`` draws it."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.truth: list[TruthLine] = []
        self._tier_of: dict[str, RiskTier] = {}
        self._bucket = 60.0
        self._first = self._last = 0.0
        self._checks: dict[tuple[RiskTier, int], list[int]] = {}
        # Tiers of failed checks, by probe and time.
        self._failed: dict[tuple[str, datetime], RiskTier] = {}
        self._posts: Counter[int] = Counter()
        self._probabilities: dict[Cause, list[tuple[float, float]]] = defaultdict(list)
        self._open: dict[str, tuple[Cause, float]] = {}  # by key of the incident

    def begin(self, catalog: WatchedCatalog) -> None:
        """Learn which probe is of which tier."""
        tiers = {persona.slug: persona.risk_tier for persona in catalog.personas}
        self._tier_of = {
            p.slug: tiers[p.persona] for p in catalog.probes if p.component and p.persona in tiers
        }

    def watch(self, batch: list[DetectorInput], step: Conclusions) -> None:
        """Take in a batch and what was concluded from it."""
        for item in batch:
            at = item.at.timestamp()
            self._first = self._first or at
            if isinstance(item, Observed):
                tier = self._tier_of.get(item.check.probe)
                if tier is not None:
                    cell = self._checks.setdefault((tier, self._index(at)), [0, 0])
                    cell[0] += 1
                    cell[1] += item.outcome.family is Family.ACCEPTED
                    if item.outcome.family is not Family.ACCEPTED:
                        self._failed[item.check.probe, item.at] = tier
            elif isinstance(item, Heard) and item.symptom.cause is not None:
                self._posts[self._index(at)] += 1
        self._last = step.at.timestamp()
        self._leave_out(step)
        for verdict in step.verdicts:
            self._believe(verdict)
        if self._last - self._first > self._bucket * _BUCKETS:
            self._coarsen()

    def _leave_out(self, step: Conclusions) -> None:
        """Take back the failures that were found to say nothing, which may be half an hour old."""
        for check in step.excluded:
            tier = self._failed.pop((check.probe, check.at), None)
            if tier is not None:
                self._checks[tier, self._index(check.at.timestamp())][0] -= 1
        if len(self._failed) > _MOST_FAILED:
            since = step.at - _LATELY
            self._failed = {key: tier for key, tier in self._failed.items() if key[1] > since}

    def _believe(self, verdict: Verdict) -> None:
        """Of each cause, follow the likeliest incident that is open; one renamed no longer counts for it."""
        before = self._open.pop(verdict.key, None)
        if verdict.resolved_at is None:
            self._open[verdict.key] = (verdict.cause, verdict.confidence)
        for cause in {verdict.cause, before[0] if before else verdict.cause}:
            likeliest = max((share for held, share in self._open.values() if held is cause), default=0.0)
            points = self._probabilities[cause]
            points.append((verdict.at.timestamp(), likeliest))
            if len(points) > 2 * _BUCKETS:
                del points[::2]

    def svg(self, verdicts: list[Verdict]) -> str:
        """The whole drawing."""
        tiers = [tier for tier in RiskTier if any(key[0] is tier for key in self._checks)]
        parts = [self._acceptance(tier, 50 + _LANE * row) for row, tier in enumerate(tiers)]
        top = 50 + _LANE * len(tiers)
        parts += [self._spoken(top), self._beliefs(top + _LANE)]
        top += 2 * _LANE
        spans = [
            (v.cause, v.components, v.started_at, v.resolved_at, v.confirmed_at is not None) for v in verdicts
        ]
        parts.append(self._bars("incidents", spans, top))
        top += 26 * max(1, len(spans)) + 20
        if self.truth:
            known = [(t.cause, t.components, t.start, t.end, t.must) for t in self.truth]
            parts.append(self._bars("truth", known, top))
            top += 26 * len(known) + 20
        return self._frame("".join(parts), top + 40)

    def _index(self, at: float) -> int:
        return int((at - self._first) // self._bucket)

    def _coarsen(self) -> None:
        self._bucket *= 2
        checks: dict[tuple[RiskTier, int], list[int]] = {}
        for (tier, index), (seen, fine) in self._checks.items():
            cell = checks.setdefault((tier, index // 2), [0, 0])
            cell[0], cell[1] = cell[0] + seen, cell[1] + fine
        posts: Counter[int] = Counter()
        for index, count in self._posts.items():
            posts[index // 2] += count
        self._checks, self._posts = checks, posts

    def _x(self, at: float) -> float:
        span = max(1.0, self._last - self._first)
        return round(_LEFT + (at - self._first) / span * (_WIDTH - _LEFT - _RIGHT), 1)

    def _centre(self, index: int) -> float:
        return self._x(self._first + (index + 0.5) * self._bucket)

    def _acceptance(self, tier: RiskTier, top: int) -> str:
        cells = sorted((index, cell) for (t, index), cell in self._checks.items() if t is tier)
        points = " ".join(
            f"{self._centre(i)},{round(top + 70 - 60 * fine / seen, 1)}" for i, (seen, fine) in cells if seen
        )
        return _lane(f"accepted, {tier.value} risk", top, "100%", "0%") + _line(points, _TIER_COLOURS[tier])

    def _spoken(self, top: int) -> str:
        most = max(self._posts.values(), default=1)
        last = self._index(self._last)
        usual = sorted(self._posts[i] for i in range(last + 1))[(last + 1) // 2] if last >= 0 else 0
        points = " ".join(
            f"{self._centre(i)},{round(top + 70 - 60 * self._posts[i] / most, 1)}" for i in range(last + 1)
        )
        level = round(top + 70 - 60 * usual / most, 1)
        dashes = f'<path d="M{_LEFT} {level}H{_WIDTH - _RIGHT}" stroke="#888" stroke-dasharray="4 4"/>'
        return _lane("complaints (dashed: usual)", top, str(most), "0") + dashes + _line(points, "#37474f")

    def _beliefs(self, top: int) -> str:
        drawn = [_lane("probability of the verdict", top, "1", "0")]
        for cause in Cause:
            points, held = [], 0.0
            for at, probability in self._probabilities[cause]:
                points += [
                    f"{self._x(at)},{top + 70 - 60 * held:.1f}",
                    f"{self._x(at)},{top + 70 - 60 * probability:.1f}",
                ]
                held = probability
            drawn.append(_line(" ".join(points), _COLOURS[cause]))
        return "".join(drawn)

    def _bars(
        self,
        title: str,
        spans: list[tuple[Cause, tuple[str, ...], datetime, datetime | None, bool]],
        top: int,
    ) -> str:
        drawn = [f'<text x="10" y="{top + 14}">{escape(title)}</text>']
        for row, (cause, components, start, end, firm) in enumerate(spans):
            left = self._x(start.timestamp())
            right = self._x(end.timestamp() if end else self._last)
            y = top + 26 * row
            opacity = "1" if firm else "0.35"
            label = escape(f"{cause.value}: {', '.join(components)}")
            drawn.append(
                f'<rect x="{left}" y="{y}" width="{max(2.0, right - left):.1f}" height="12" '
                f'fill="{_COLOURS[cause]}" opacity="{opacity}"/>'
                + (
                    f'<text x="{right:.1f}" y="{y + 21}" font-size="9" text-anchor="end">{label}</text>'
                    if left > _WIDTH * 0.75
                    else f'<text x="{left}" y="{y + 21}" font-size="9">{label}</text>'
                )
            )
        return "".join(drawn)

    def _frame(self, inside: str, height: int) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
            f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>'
            f'<text x="10" y="24" font-size="16">{escape(self.title)}</text>'
            f'<text x="{_WIDTH - _RIGHT}" y="24" text-anchor="end" font-size="10">'
            "pale: only suspected; in the truth, too small to demand</text>"
            f"{self._times(height)}{inside}</svg>\n"
        )

    def _times(self, height: int) -> str:
        """Hairlines at even times (UTC), the date where it is a new one."""
        span = self._last - self._first
        step = next((s for s in _TICKS_SECONDS if span / s <= _MOST_TICKS), _TICKS_SECONDS[-1])
        drawn, day = [], ""
        for tick in range(int(-(-self._first // step)), int(self._last // step) + 1):
            at, x = datetime.fromtimestamp(tick * step, UTC), self._x(tick * step)
            label = f"{at:%H:%M}" if step < 86_400 else ""
            anchor = "middle" if x < _WIDTH - 40 else "end"
            if f"{at:%Y-%m-%d}" != day:
                day = f"{at:%Y-%m-%d}"
                drawn.append(
                    f'<text x="{x}" y="{height - 6}" text-anchor="{anchor}" font-size="10">{day}</text>'
                )
            drawn.append(
                f'<path d="M{x} 40V{height - 32}" stroke="#eee"/>'
                f'<text x="{x}" y="{height - 20}" text-anchor="{anchor}" font-size="10">{label}</text>'
            )
        zone = f'<text x="10" y="{height - 20}">time, UTC</text>'
        return "".join(drawn) + zone


def _lane(title: str, top: int, high: str, low: str) -> str:
    return (
        f'<text x="10" y="{top + 40}">{escape(title)}</text>'
        f'<text x="{_LEFT - 6}" y="{top + 14}" text-anchor="end" font-size="9">{high}</text>'
        f'<text x="{_LEFT - 6}" y="{top + 72}" text-anchor="end" font-size="9">{low}</text>'
        f'<path d="M{_LEFT} {top + 70}H{_WIDTH - _RIGHT}" stroke="#ddd"/>'
    )


def _line(points: str, colour: str) -> str:
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.2"/>'
