"""What checks of one series over one window came to."""

from collections import Counter
from dataclasses import dataclass, field

from probes.vocabulary.outcomes import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class TalliedProbe:
    """A probe as far as counting is concerned: primary keys."""

    probe: int
    component: int | None
    persona: int | None
    vantage: int

    @property
    def series(self) -> str:
        return f"{self.component or 0}.{self.persona or 0}.{self.vantage}"


@dataclass(slots=True)
class WindowCounts:
    """What the checks of one series over one window came to; ``excluded`` ones are by reason and outcome.

    Latencies are those of checks that were made and say something.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    excluded: dict[str, Counter[str]] = field(default_factory=dict)
    latency_sum_ms: float = 0.0
    latency_count: int = 0

    def add(self, outcome: str, latency_ms: float | None, excluded: str, count: int = 1) -> None:
        """Count ``count`` checks alike; a negative number takes them back."""
        timed = 0 if latency_ms is None else count
        self.add_many(
            outcome, excluded, count=count, latency_count=timed, latency_ms=timed * (latency_ms or 0)
        )

    def add_many(
        self, outcome: str, excluded: str, *, count: int, latency_count: int, latency_ms: float
    ) -> None:
        """Count ``count`` checks of one outcome; ``latency_ms`` is the sum over those that have a latency."""
        if excluded:
            self.excluded.setdefault(excluded, Counter())[outcome] += count
            return
        self.outcomes[outcome] += count
        if outcome != Outcome.MISSED:
            self.latency_sum_ms += latency_ms
            self.latency_count += latency_count

    def merge(self, other: "WindowCounts") -> None:
        """Add what ``other`` counted."""
        _add(self.outcomes, other.outcomes)
        for reason, outcomes in other.excluded.items():
            _add(self.excluded.setdefault(reason, Counter()), outcomes)
        self.latency_sum_ms += other.latency_sum_ms
        self.latency_count += other.latency_count

    def settle(self) -> None:
        """Make it fit to be stored: nothing below zero, no noughts.

        What is taken back may have been counted by longer windows only, or under another component, before
        its probe was set up anew.
        """
        if self.outcomes and min(self.outcomes.values()) <= 0:
            self.outcomes = +self.outcomes
        self.excluded = {reason: kept for reason, outcomes in self.excluded.items() if (kept := +outcomes)}
        self.latency_count = max(0, self.latency_count)
        self.latency_sum_ms = round(max(0.0, self.latency_sum_ms), 1) if self.latency_count else 0.0


def _add(whole: Counter[str], more: Counter[str]) -> None:
    """As ``Counter.update`` does, in a third of its time: large sites do so thousands of times a minute."""
    for name, count in more.items():
        whole[name] = whole.get(name, 0) + count
