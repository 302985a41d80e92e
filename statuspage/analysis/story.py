"""What is remembered of an incident while it lives, in a form that survives a restart."""

import msgspec

from probes.vocabulary.causes import Cause, Impact

IMPACT_ORDER = (Impact.NONE, Impact.MINOR, Impact.MAJOR, Impact.CRITICAL)


class Member(msgspec.Struct):
    """One component of an incident; times in epoch seconds."""

    active: bool
    since: float
    recovered_at: float | None = None
    hypothesis: str = ""  # the likeliest one while it was at its worst
    peak: float = 0.0  # the highest level of its cause since it joined, in nats


class Story(msgspec.Struct):
    """One incident as the detector holds it. ``heard``: only posts speak of it so far."""

    key: str
    cause: Cause
    members: dict[str, Member]
    started_at: float
    detected_at: float
    causes: list[tuple[float, Cause, float]]
    confidence: float
    alternatives: list[tuple[str, float]]
    impact: Impact = Impact.MINOR
    confirmed_at: float | None = None
    resolved_at: float | None = None
    heard: bool = False
    relapses: int = 0
    window: str | None = None
    last_joined: float = 0.0
    told_at: float = 0.0
    dirty: bool = True

    @property
    def open(self) -> bool:
        return self.resolved_at is None

    def active_members(self) -> list[str]:
        return [slug for slug in sorted(self.members) if self.members[slug].active]

    def worsen(self, impact: Impact) -> None:
        """Keep the worst impact that it ever had."""
        if IMPACT_ORDER.index(impact) > IMPACT_ORDER.index(self.impact):
            self.impact = impact
            self.dirty = True

    def hold_cause(self, cause: Cause, at: float, confidence: float) -> None:
        """Change its mind about the cause."""
        if cause is not self.cause:
            self.cause = cause
            self.causes.append((at, cause, confidence))
            self.dirty = True
