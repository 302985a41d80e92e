"""What a replay found, in the form of "Answers" of the trace format: one JSON line per incident."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from probes.vocabulary.causes import Cause, Impact
from statuspage.analysis.values import Verdict


class AnsweredCause(msgspec.Struct, frozen=True, kw_only=True):
    """From ``at`` on, the incident was held to be of this cause."""

    at: datetime
    cause: Cause
    confidence: float


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One incident."""

    cause: Cause
    components: tuple[str, ...]
    impact: Impact
    started_at: datetime
    detected_at: datetime
    confirmed_at: datetime | None
    resolved_at: datetime | None
    confidence: float
    causes: tuple[AnsweredCause, ...]


class Answers:
    """Collects verdicts; the last of a key stands."""

    def __init__(self) -> None:
        self.verdicts: dict[str, Verdict] = {}

    def add(self, verdicts: Iterable[Verdict]) -> None:
        for verdict in verdicts:
            self.verdicts[verdict.key] = verdict

    def in_order(self) -> list[Verdict]:
        """By the time that each was opened."""
        return sorted(self.verdicts.values(), key=lambda v: (v.detected_at, v.key))

    def lines(self) -> bytes:
        """The whole file."""
        return b"".join(msgspec.json.encode(answer_of(verdict)) + b"\n" for verdict in self.in_order())


def answer_of(verdict: Verdict) -> Answer:
    """One verdict in the form of the format."""
    return Answer(
        cause=verdict.cause,
        components=verdict.components,
        impact=verdict.impact,
        started_at=verdict.started_at,
        detected_at=verdict.detected_at,
        confirmed_at=verdict.confirmed_at,
        resolved_at=verdict.resolved_at,
        confidence=verdict.confidence,
        causes=tuple(
            AnsweredCause(at=held.at, cause=held.cause, confidence=held.confidence) for held in verdict.causes
        ),
    )
