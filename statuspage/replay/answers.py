"""What a replay found, in the form of "Answers" of the trace format: one JSON line per incident."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from probes.vocabulary.causes import Cause, Impact
from statuspage.analysis.values import CauseHeld, Verdict


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One incident: what the format asks of its last verdict."""

    cause: Cause
    components: tuple[str, ...]
    impact: Impact
    started_at: datetime
    detected_at: datetime
    confirmed_at: datetime | None
    resolved_at: datetime | None
    confidence: float
    causes: tuple[CauseHeld, ...]


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
        answers = msgspec.convert(self.in_order(), list[Answer], from_attributes=True)
        return msgspec.json.Encoder().encode_lines(answers)
