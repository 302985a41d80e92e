"""Announced maintenance windows: which hypotheses they permit, and when a fault has outlived its window."""

import msgspec

from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import MaintenanceWindow
from statuspage.analysis.hypotheses import Form, Hypothesis
from statuspage.analysis.settings import DetectorSettings

_FORGET_SECONDS = 86400.0


class Window(msgspec.Struct):
    """An announced window; times in epoch seconds."""

    slug: str
    components: tuple[str, ...]
    starts_at: float
    ends_at: float


class Calendar:
    """The windows that stand. ``windows`` is part of the detector's state."""

    def __init__(self, windows: dict[str, Window], settings: DetectorSettings) -> None:
        self.windows, self.settings = windows, settings

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
        for slug in [w.slug for w in self.windows.values() if now - w.ends_at > _FORGET_SECONDS]:
            del self.windows[slug]

    def current(self, component: str, now: float) -> Window | None:
        """The window that ``component`` is in now, with the usual slack at both ends."""
        s = self.settings
        for slug in sorted(self.windows):
            window = self.windows[slug]
            early, late = window.starts_at - s.window_early_seconds, window.ends_at + s.window_late_seconds
            if component in window.components and early <= now <= late:
                return window
        return None

    def outlived(self, component: str, rose_at: float, now: float) -> bool:
        """Whether trouble that began at ``rose_at`` goes on although its window is over."""
        s = self.settings
        return any(
            component in window.components
            and window.starts_at - s.window_early_seconds <= rose_at <= window.ends_at
            and now > window.ends_at + s.window_late_seconds
            for window in self.windows.values()
        )

    def cause_of(self, component: str, hypothesis: Hypothesis, rose_at: float, now: float) -> Cause | None:
        """The cause that a hypothesis stands for now, or None where it cannot be held."""
        if hypothesis.form is Form.TECHNICAL:
            return Cause.MAINTENANCE if self.current(component, now) else Cause.OUTAGE
        if hypothesis.form is Form.OWNED_UP and self.outlived(component, rose_at, now):
            return Cause.OUTAGE if self.current(component, now) is None else Cause.MAINTENANCE
        return hypothesis.cause
