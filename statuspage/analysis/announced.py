"""Announced maintenance windows: which hypotheses they permit, and when a fault has outlived its window."""

import msgspec

from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import MaintenanceWindow
from statuspage.analysis.hypotheses import FailureMode, Hypothesis
from statuspage.analysis.model import WINDOWS


class Window(msgspec.Struct, frozen=True):
    """An announced window; times in epoch seconds."""

    slug: str
    components: tuple[str, ...]
    starts_at: float
    ends_at: float

    @property
    def opens_at(self) -> float:
        """From when on work may go on in it."""
        return self.starts_at - WINDOWS.early_seconds

    @property
    def closes_at(self) -> float:
        """Until when."""
        return self.ends_at + WINDOWS.late_seconds


class Calendar:
    """The windows that stand. ``windows``, by slug, is part of the detector's state."""

    def __init__(self, windows: dict[str, Window]) -> None:
        self.windows = windows

    def announce(self, line: MaintenanceWindow) -> None:
        """Take in an announcement, a change or a withdrawal."""
        if line.cancelled:
            self.windows.pop(line.slug, None)
            return
        self.windows[line.slug] = Window(
            slug=line.slug,
            components=line.components,
            starts_at=line.starts_at.timestamp(),
            ends_at=line.ends_at.timestamp(),
        )

    def forget(self, now: float) -> None:
        for slug in [w.slug for w in self.windows.values() if now - w.ends_at > WINDOWS.forget_seconds]:
            del self.windows[slug]

    def current(self, component: str, now: float) -> Window | None:
        """The window that ``component`` is in now, with the usual slack at both ends."""
        for slug in sorted(self.windows):
            window = self.windows[slug]
            if component in window.components and window.opens_at <= now <= window.closes_at:
                return window
        return None

    def outlived(self, component: str, rose_at: float, now: float) -> bool:
        """Whether trouble that began at ``rose_at`` goes on although its window is over."""
        return any(
            component in window.components
            and window.opens_at <= rose_at <= window.ends_at
            and now > window.closes_at
            for window in self.windows.values()
        )

    def cause_of(self, component: str, hypothesis: Hypothesis, rose_at: float, now: float) -> Cause | None:
        """The cause that a hypothesis stands for now, or None where it cannot be held."""
        if hypothesis.mode is FailureMode.TECHNICAL:
            return Cause.MAINTENANCE if self.current(component, now) else Cause.OUTAGE
        if hypothesis.mode is FailureMode.OWNED_UP and self.outlived(component, rose_at, now):
            return Cause.OUTAGE if self.current(component, now) is None else Cause.MAINTENANCE
        return hypothesis.cause
