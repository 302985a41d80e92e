"""What payers were answered while something was the matter, kept by time: evidence is of its own time."""

from collections.abc import Iterable

import msgspec

from statuspage.analysis.kinds import ACCEPTED, KINDS, Seen
from statuspage.analysis.model import EVIDENCE


class AnswerCounts(msgspec.Struct):
    """What one persona met from one vantage; ``sample`` is one raw answer that was not accepted."""

    persona: str
    vantage: str
    tier: int
    kinds: list[int]
    outcomes: dict[str, int] = {}
    sample: str = ""

    def add(self, other: "AnswerCounts") -> None:
        self.kinds = [a + b for a, b in zip(self.kinds, other.kinds, strict=True)]
        for outcome, count in other.outcomes.items():
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + count
        self.sample = self.sample or other.sample


class AnswerSlice(msgspec.Struct):
    """The answers from ``start`` to ``end`` (epoch seconds, both included), by persona and vantage."""

    start: float
    end: float
    views: dict[str, AnswerCounts] = {}

    def is_troubled(self) -> bool:
        """Whether anything in it was not accepted."""
        return any(counts.outcomes for counts in self.views.values())


class AnswerLog(msgspec.Struct):
    """Slices in order of time. Old ones grow coarse in a long incident, so that there are never too many."""

    slices: list[AnswerSlice] = []

    def count(self, seen: Seen) -> None:
        """Take in one check."""
        view = seen.view
        key = f"{view.persona}\n{view.vantage}"
        views = self._slice_at(seen.at).views
        counts = views.get(key)
        if counts is None:
            counts = views[key] = AnswerCounts(
                persona=view.persona, vantage=view.vantage, tier=view.tier, kinds=[0] * KINDS
            )
        counts.kinds[seen.kind] += 1
        if seen.kind != ACCEPTED:
            outcome = seen.observed.outcome.value
            counts.outcomes[outcome] = counts.outcomes.get(outcome, 0) + 1
            if not counts.sample:
                counts.sample = seen.sample()

    def between(self, since: float, until: float, *, after: float = 0.0) -> list[AnswerCounts]:
        """What was answered in that time, added up; slices that began by ``after`` are told already."""
        slices = [s for s in self.slices if s.start > after and s.start <= until and s.end >= since]
        return added(counts for one in slices for counts in one.views.values())

    def last_unaccepted(self, at: float) -> float:
        """When the last slice ended, of those begun by ``at``, in which something was not accepted."""
        return next((s.end for s in reversed(self.slices) if s.start <= at and s.is_troubled()), at)

    def forget_before(self, at: float) -> None:
        """Drop what is too old to belong to trouble that begins at ``at``."""
        self.slices = [s for s in self.slices if s.end >= at - EVIDENCE.kept_seconds]

    def _slice_at(self, at: float) -> AnswerSlice:
        slices = self.slices
        if slices and at - slices[-1].start < EVIDENCE.slice_seconds:
            slices[-1].end = max(slices[-1].end, at)
            return slices[-1]
        if len(slices) >= EVIDENCE.most_slices:
            self._coarsen()
        slices = self.slices
        slices.append(AnswerSlice(start=at, end=at))
        return slices[-1]

    def _coarsen(self) -> None:
        """Join the older half two by two."""
        half = len(self.slices) // 4 * 2
        old, new = self.slices[:half], self.slices[half:]
        self.slices = [_joined(a, b) for a, b in zip(old[::2], old[1::2], strict=True)] + new


def added(counts: Iterable[AnswerCounts]) -> list[AnswerCounts]:
    """Added up by persona and vantage, in their order."""
    whole: dict[tuple[str, str], AnswerCounts] = {}
    for one in counts:
        key = (one.persona, one.vantage)
        known = whole.get(key)
        if known is None:
            whole[key] = msgspec.structs.replace(one, kinds=list(one.kinds), outcomes=dict(one.outcomes))
        else:
            known.add(one)
    return [whole[key] for key in sorted(whole)]


def _joined(a: AnswerSlice, b: AnswerSlice) -> AnswerSlice:
    views = {f"{c.persona}\n{c.vantage}": c for c in added([*a.views.values(), *b.views.values()])}
    return AnswerSlice(start=a.start, end=b.end, views=views)
