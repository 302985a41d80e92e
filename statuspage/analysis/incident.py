"""One incident as the detector holds it: all that may happen to it, each a verb that marks it as changed."""

from typing import Self

import msgspec

from probes.vocabulary.causes import Cause, Extent, Impact
from statuspage.analysis.answered import AnswerCounts, added
from statuspage.analysis.model import INCIDENTS, RECOVERY, TICKS


class AffectedComponent(msgspec.Struct):
    """One component of an incident. ``peak`` (nats) is the highest level of its cause since it joined.

    ``hypothesis`` was the likeliest while it was at its worst; ``well_since`` (epoch seconds) is from when on
    there has been enough evidence of health. ``answers`` are what its payers met until ``told_until``, kept
    when it ceased to fail: evidence of what is over. ``relapses`` is how often it failed again. ``extent`` is
    how much of it fails, or did when that was last known; since ``eased_since`` it looks like less.
    """

    failing: bool = True
    well_since: float | None = None
    hypothesis: str = ""
    peak: float = 0.0
    answers: list[AnswerCounts] = []
    told_until: float = 0.0
    relapses: int = 0
    extent: Extent | None = None
    eased_since: float | None = None


class DetectedIncident(msgspec.Struct):
    """Times in epoch seconds; ``causes`` are those held in turn, each with its time and confidence.

    ``reports_only``: only posts speak of it so far, or, with ``by_signals``, other monitors alone. ``window``
    is the announced one that explains it. It is ``changed`` until a verdict tells of the change.
    """

    key: str
    cause: Cause
    components: dict[str, AffectedComponent]
    started_at: float
    detected_at: float
    causes: list[tuple[float, Cause, float]]
    confidence: float
    alternatives: list[tuple[str, float]]
    impact: Impact = Impact.MINOR
    confirmed_at: float | None = None
    resolved_at: float | None = None
    reports_only: bool = False
    by_signals: bool = False
    window: str | None = None
    last_joined: float = 0.0
    told_at: float = 0.0
    changed: bool = True

    @classmethod
    def open(
        cls,
        *,
        key: str,
        cause: Cause,
        started_at: float,
        now: float,
        confidence: float,
        alternatives: list[tuple[str, float]],
    ) -> Self:
        """A suspicion that is confirmed, joined or resolved later."""
        return cls(
            key=key,
            cause=cause,
            components={},
            started_at=started_at,
            detected_at=now,
            causes=[(now, cause, confidence)],
            confidence=confidence,
            alternatives=alternatives,
        )

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    @property
    def last_growth(self) -> float:
        """When it last took in a component, its first included."""
        return max(self.detected_at, self.last_joined)

    def failing(self) -> list[str]:
        """The components that fail now, in order."""
        return [slug for slug in sorted(self.components) if self.components[slug].failing]

    @property
    def told_only(self) -> bool:
        """Whether no check of its components ever bore out what posts say."""
        return (
            self.reports_only
            and not self.by_signals
            and not any(component.hypothesis for component in self.components.values())
        )

    def holds(self, slug: str) -> bool:
        """Whether it is open and ``slug`` fails in it now."""
        component = self.components.get(slug)
        return self.is_open and component is not None and component.failing

    # verbs

    def join(self, slug: str, now: float) -> None:
        """Take in a failing component; one that was resolved is open again."""
        if not self.is_open:
            self.relapse()
        known = self.components.get(slug)
        if known is None:
            self.components[slug] = AffectedComponent()
        else:
            self.components[slug] = AffectedComponent(
                answers=known.answers, told_until=known.told_until, relapses=known.relapses + 1
            )
        self.last_joined = now
        self.changed = True

    def blame(self, components: list[str], *, by_signals: bool = False) -> None:
        """Name components of which only posts, or other monitors, speak: no check of theirs fails."""
        # What checks bear out already of a suspicion that is widened stays.
        borne_out = self.components if self.reports_only else {}
        self.reports_only, self.by_signals = True, by_signals
        named = {slug: AffectedComponent(failing=False) for slug in components}
        self.components = named | {slug: c for slug, c in borne_out.items() if c.failing}
        self.changed = True

    def confirm(self, now: float) -> None:
        """There is enough evidence to say so in public. Probes now say which components posts spoke of."""
        self.confirmed_at = now
        self.rest_on_checks()
        self.changed = True

    def rest_on_checks(self) -> None:
        """Checks bear it out: they now say which components it is about."""
        if self.reports_only:
            self.reports_only = self.by_signals = False
            self.components = {slug: c for slug, c in self.components.items() if c.failing}
            self.changed = True

    def lean(
        self, slug: str, hypothesis: str, confidence: float, alternatives: list[tuple[str, float]]
    ) -> None:
        """Believe so much in it for now. That alone is no news: it is told with the next refresh."""
        self.components[slug].hypothesis = hypothesis
        self.confidence = confidence
        self.alternatives = alternatives

    def gauge(self, slug: str, extent: Extent, now: float) -> None:
        """Believe that so much of a component fails: more at once, less when it has looked so for a while."""
        component = self.components[slug]
        if component.extent is extent:
            component.eased_since = None
            return
        if component.extent is not None and extent.rank < component.extent.rank:
            if component.eased_since is None:
                component.eased_since = now
            if now - component.eased_since < INCIDENTS.ease_seconds:
                return
        component.extent, component.eased_since = extent, None
        self.changed = True

    def explain(self, window: str) -> None:
        """An announced window explains it; no news by itself, either."""
        self.window = window

    def worsen(self, impact: Impact) -> None:
        """Keep the worst impact that it ever had."""
        if impact.rank > self.impact.rank:
            self.impact = impact
            self.changed = True

    def rename(self, cause: Cause, at: float, confidence: float) -> None:
        """Change its mind about the cause."""
        self.cause = cause
        self.causes.append((at, cause, confidence))
        self.changed = True

    def leave(self, slug: str) -> None:
        """A component fails no longer, or for another reason."""
        self.components[slug].failing = False
        self.changed = True

    def keep(self, slug: str, answers: list[AnswerCounts], until: float) -> None:
        """Keep what a component's payers met up to ``until`` as evidence of what is over."""
        component = self.components[slug]
        component.answers = added([*component.answers, *answers])
        component.told_until = until

    def decline(self, slug: str, level: float) -> float:
        """How far a component's ``level`` has come down from its height, in nats: evidence of health."""
        component = self.components[slug]
        component.peak = max(component.peak, level)
        return component.peak - level

    def recover(self, slug: str, health: float, interval_seconds: float, now: float) -> bool:
        """Test a failing component for recovery, given ``health`` in nats; whether it is over for it.

        Hysteresis twice: evidence must be strong, and it must last. A component that had been well for a
        while and fails again makes both harder.
        """
        component = self.components[slug]
        if health < self._health_needed(component):
            if component.well_since is not None and now - component.well_since >= RECOVERY.relapse_seconds:
                component.relapses += 1
            component.well_since = None
            return False
        if component.well_since is None:
            component.well_since = now
        if now - component.well_since < _hold_seconds(component, interval_seconds):
            return False
        self.leave(slug)
        return True

    def relapse(self) -> None:
        """Open again what was resolved."""
        self.resolved_at = None
        self.changed = True

    def resolve(self, now: float) -> None:
        """Nothing fails in it any more."""
        self.resolved_at = now
        self.changed = True

    def tell(self, now: float) -> bool:
        """Whether there is news at ``now``: a change, or a refresh that is due; told with this."""
        if not self.changed and not (self.is_open and now - self.told_at >= TICKS.refresh_seconds):
            return False
        self.changed = False
        self.told_at = now
        return True

    def _health_needed(self, component: AffectedComponent) -> float:
        if self.cause is Cause.POLICY_CHANGE:
            return RECOVERY.policy_needed_nats
        relapses = min(RECOVERY.most_relapses, component.relapses)
        return RECOVERY.needed_nats + RECOVERY.relapse_nats * relapses


def _hold_seconds(component: AffectedComponent, interval_seconds: float) -> float:
    """How long health must last, where a component is probed so often."""
    hold = max(RECOVERY.hold_seconds, RECOVERY.hold_rounds * interval_seconds)
    return max(hold, min(RECOVERY.hold_cap_seconds, hold * 2.0**component.relapses))
