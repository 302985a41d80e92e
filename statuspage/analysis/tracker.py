"""Decides which incidents there are: which belief opens, joins, renames, leaves or confirms one."""

import math

from probes.vocabulary.causes import Cause, Extent, Impact
from statuspage.analysis.announced import Calendar
from statuspage.analysis.filter import Belief
from statuspage.analysis.hypotheses import FailureMode, Hypothesis
from statuspage.analysis.incident import DetectedIncident
from statuspage.analysis.model import FILTER, INCIDENTS

_SLOW_CAUSES = frozenset({Cause.RISK_CONTROL, Cause.POLICY_CHANGE})
# Both refuse with "system busy" at times: a fault, and risk control that does not say so.
_ALIKE = {Cause.OUTAGE, Cause.RISK_CONTROL}


class Tracker:
    """Moves the incidents of one tick. ``incidents``, by key, are part of the detector's state."""

    def __init__(self, incidents: dict[str, DetectedIncident], calendar: Calendar, total: int) -> None:
        self.incidents, self.calendar, self.total = incidents, calendar, total

    def open_incidents(self) -> list[DetectedIncident]:
        return [incident for incident in self.incidents.values() if incident.is_open]

    def signalled(self, cause: Cause) -> DetectedIncident | None:
        """The open suspicion of this cause that rests on other monitors alone."""
        return next((i for i in self.open_incidents() if i.by_signals and i.cause is cause), None)

    def any_open(self) -> bool:
        return bool(self.incidents) and any(incident.is_open for incident in self.incidents.values())

    def holder(self, slug: str) -> DetectedIncident | None:
        """The open incident in which ``slug`` fails now; a withdrawal only where there is no other."""
        withdrawn = None
        for incident in self.incidents.values():
            if incident.holds(slug):
                if incident.cause is not Cause.POLICY_CHANGE:
                    return incident
                withdrawn = withdrawn or incident
        return withdrawn

    def is_unexplained(self, belief: Belief) -> bool:
        """Whether a component may begin an incident: it is in none, or is withdrawn and has a fault, too."""
        held = self.holder(belief.component)
        if held is None:
            return True
        if held.cause is not Cause.POLICY_CHANGE or not belief.scores:
            return False
        top = belief.top()
        return top is not Cause.POLICY_CHANGE and _speaks_for(belief, top)

    def place(self, belief: Belief, now: float) -> None:
        """Find or open the incident of a component that is in none, where its evidence suffices."""
        if not belief.scores:
            return
        cause, slug = belief.top(), belief.component
        if belief.scores[cause] < belief.thresholds.suspect_nats:
            return
        if belief.share(cause) < INCIDENTS.open_share:
            return
        incident = (
            self._to_reopen(slug, cause, now)
            or self._to_join(belief, cause, now)
            or self._open(belief, cause, now)
        )
        incident.join(slug, now)
        self.follow(incident, belief, now)

    def follow(self, incident: DetectedIncident, belief: Belief, now: float) -> None:
        """Bring an incident up to date with one of its failing components."""
        cause, slug = incident.cause, belief.component
        if incident.confirmed_at is None and _confirms(incident, belief, now):
            incident.confirm(now)
        best = belief.best.get(cause)
        if best is None or belief.own[cause] < incident.components[slug].peak - INCIDENTS.fresh_nats:
            return
        incident.lean(slug, best.name, _probability(belief, cause), _alternatives(belief, cause))
        incident.gauge(slug, _extent(best), now)
        incident.worsen(self._impact(incident))
        window = self.calendar.current(slug, now)
        if cause is Cause.MAINTENANCE and window is not None:
            incident.explain(window.slug)

    def change_mind(self, incident: DetectedIncident, beliefs: dict[str, Belief], now: float) -> None:
        """Rename an incident of which its components together say another cause, or let some leave it.

        1. Pool the evidence of its components: nats add up.
        2. Where another cause leads clearly and somebody's own checks hold it now, the incident is renamed,
           if that is a better look at the same trouble; if it is other trouble, those who hold it leave, and
           all do where an incident of their own tells it already.
        3. Where no cause leads, single components may still part from the others.
        """
        members = [beliefs[slug] for slug in incident.failing() if slug in beliefs]
        pooled = _pooled(members)
        if not pooled:
            return
        top = max(pooled, key=lambda cause: (pooled[cause], cause.value))
        lead = pooled[top] - pooled.get(incident.cause, 0.0)
        fresh = [belief for belief in members if _speaks_for(belief, top)]
        if top is not incident.cause and lead >= INCIDENTS.take_over_nats and fresh:
            if self._told_elsewhere(incident, top):
                leaving = members
            elif _may_rename(incident, fresh[0], top, now):
                incident.rename(top, now, _probability(fresh[0], top))
                return
            else:
                leaving = fresh
        else:
            leaving = [belief for belief in members if _parts(incident, belief)]
        # What else befalls a product that was withdrawn does not bring it back.
        if incident.cause is Cause.POLICY_CHANGE and incident.confirmed_at is not None:
            return
        for belief in leaving:
            incident.leave(belief.component)

    def resolve_finished(self, now: float) -> None:
        """Resolve incidents in which nothing fails any more, and forget those long over."""
        for incident in self.open_incidents():
            if not incident.reports_only and not incident.failing():
                incident.resolve(now)
        for key, incident in list(self.incidents.items()):
            over = incident.resolved_at
            if over is not None and now - over > INCIDENTS.forget_seconds and not incident.changed:
                del self.incidents[key]

    def suspect(
        self,
        cause: Cause,
        components: list[str],
        started_at: float,
        confidence: float,
        now: float,
        *,
        by_signals: bool = False,
    ) -> None:
        """Open a suspicion that rests on posts, or on other monitors, alone."""
        incident = DetectedIncident.open(
            key=self._key(components[0], now),
            cause=cause,
            started_at=started_at,
            now=now,
            confidence=confidence,
            alternatives=[("normal", round(1.0 - confidence, 4))],
        )
        incident.blame(components, by_signals=by_signals)
        self.incidents[incident.key] = incident

    def _open(self, belief: Belief, cause: Cause, now: float) -> DetectedIncident:
        incident = DetectedIncident.open(
            key=self._key(belief.component, now),
            cause=cause,
            started_at=min(now, belief.since[cause] or now),
            now=now,
            confidence=_probability(belief, cause),
            alternatives=_alternatives(belief, cause),
        )
        self.incidents[incident.key] = incident
        return incident

    def _key(self, slug: str, now: float) -> str:
        base = f"{slug}@{round(now)}"
        key, number = base, 1
        while key in self.incidents:
            number += 1
            key = f"{base}.{number}"
        return key

    def _to_reopen(self, slug: str, cause: Cause, now: float) -> DetectedIncident | None:
        """The last incident of the same component and cause, open or resolved a short while ago."""
        for incident in reversed(self.incidents.values()):
            if incident.cause is not cause or slug not in incident.components:
                continue
            over = incident.resolved_at
            if over is not None and now - over <= INCIDENTS.reopen_seconds:
                return incident
            # What only posts speak of is joined, where it is recent.
            if over is None and not incident.reports_only:
                return incident
        return None

    def _to_join(self, belief: Belief, cause: Cause, now: float) -> DetectedIncident | None:
        """The open incident that this is part of: of the same cause and recent, or one that looks alike."""
        return next((i for i in self.open_incidents() if self._belongs(i, belief, cause, now)), None)

    def _belongs(self, incident: DetectedIncident, belief: Belief, cause: Cause, now: float) -> bool:
        if incident.cause is not cause:
            return _looks_alike(incident, belief, cause, now)
        slow = cause in _SLOW_CAUSES
        # What probes did not see for so long is not what they see now.
        if incident.reports_only:
            return slow or now - incident.detected_at <= INCIDENTS.join_told_seconds
        within = INCIDENTS.join_slow_seconds if slow else INCIDENTS.join_seconds
        if now - incident.last_growth <= within:
            return True
        window = self.calendar.current(belief.component, now) if cause is Cause.MAINTENANCE else None
        return window is not None and incident.window == window.slug

    def _told_elsewhere(self, incident: DetectedIncident, cause: Cause) -> bool:
        """Whether another open incident already tells ``cause`` of the same components."""
        mine = set(incident.failing())
        return any(
            other is not incident and other.cause is cause and mine & set(other.failing())
            for other in self.open_incidents()
        )

    def _impact(self, incident: DetectedIncident) -> Impact:
        """As Statuspage has it: major where one component is out altogether, critical where all there are."""
        if incident.cause is Cause.MAINTENANCE:
            return Impact.MINOR
        out = [slug for slug in incident.failing() if incident.components[slug].extent is Extent.ALL]
        if not out:
            return Impact.MINOR
        everything = len(out) == self.total and incident.cause is Cause.OUTAGE
        return Impact.CRITICAL if everything else Impact.MAJOR


def _extent(best: Hypothesis) -> Extent:
    """How much of a component fails where this explains it best."""
    if best.crawls:
        return Extent.SLOW
    return Extent.ALL if best.depth >= INCIDENTS.deep_share else Extent.SOME


def _confirms(incident: DetectedIncident, belief: Belief, now: float) -> bool:
    """Whether a component's evidence suffices to say so in public.

    Without what other monitors say it must suffice for a suspicion: whoever holds one of their tokens may
    make five false suspicions of ours one false incident more, and no incident where there is none.
    """
    lent = belief.signalled.get(incident.cause, 0.0)
    if lent and belief.scores.get(incident.cause, 0.0) - lent < belief.thresholds.suspect_nats:
        return False
    if belief.scores.get(incident.cause, 0.0) < belief.thresholds.confirm_nats:
        return False
    if belief.share(incident.cause) >= INCIDENTS.confirm_share:
        return True
    waited = now - incident.detected_at >= INCIDENTS.wait_for_cause_seconds
    return waited and belief.top() is incident.cause


def _pooled(beliefs: list[Belief]) -> dict[Cause, float]:
    pooled: dict[Cause, float] = {}
    for belief in beliefs:
        for cause, nats in belief.scores.items():
            pooled[cause] = pooled.get(cause, 0.0) + nats
    return pooled


def _speaks_for(belief: Belief, cause: Cause) -> bool:
    """Whether a component's own checks hold ``cause`` now, not only as a memory that fades."""
    own = belief.own.get(cause, 0.0)
    return own >= belief.thresholds.cap_nats - INCIDENTS.fresh_nats and belief.top() is cause


def _parts(incident: DetectedIncident, belief: Belief) -> bool:
    """Whether a component clearly has another trouble than the rest of its incident."""
    cause = belief.top() if belief.scores else incident.cause
    if cause is incident.cause or not _speaks_for(belief, cause):
        return False
    # The others are about to follow: a window ends for all of them at once.
    if incident.cause is Cause.MAINTENANCE and cause is Cause.OUTAGE:
        return False
    alike = {incident.cause, cause} == _ALIKE and _masked(belief) and len(incident.failing()) > 1
    needed = INCIDENTS.part_alike_nats if alike else INCIDENTS.part_nats
    return belief.scores[cause] - belief.scores.get(incident.cause, 0.0) >= needed


def _may_rename(incident: DetectedIncident, belief: Belief, cause: Cause, now: float) -> bool:
    """Whether this is a better look at the same trouble, and not another one."""
    if incident.confirmed_at is None:
        return True
    if incident.cause is Cause.MAINTENANCE and cause is Cause.OUTAGE:
        return True
    alike = {incident.cause, cause} == _ALIKE and _masked(belief)
    limit = INCIDENTS.rename_alike_seconds if alike else INCIDENTS.rename_seconds
    return now - incident.detected_at <= limit


def _looks_alike(incident: DetectedIncident, belief: Belief, cause: Cause, now: float) -> bool:
    """Whether an incident of just now may be the same: faults and masked refusals look alike."""
    if {incident.cause, cause} != _ALIKE or not _masked(belief) or incident.reports_only:
        return False
    likely = belief.scores.get(incident.cause, 0.0) >= belief.scores[cause] - INCIDENTS.part_nats
    wide = incident.cause is Cause.OUTAGE and len(incident.failing()) > 1
    within = INCIDENTS.join_seconds if wide else FILTER.neighbour_early_seconds
    return likely and now - incident.last_growth <= within


def _masked(belief: Belief) -> bool:
    best = belief.best.get(Cause.RISK_CONTROL)
    return best is not None and best.mode is FailureMode.MASKED


def _probability(belief: Belief, cause: Cause) -> float:
    """That there is trouble at all (logistic in its nats), times the share of ``cause`` in it."""
    even = belief.thresholds.confirm_nats - INCIDENTS.even_odds_below_confirm_nats
    some = 1.0 / (1.0 + math.exp(even - belief.scores.get(cause, 0.0)))
    return round(some * belief.share(cause), 4)


def _alternatives(belief: Belief, cause: Cause) -> list[tuple[str, float]]:
    """All other explanations with their probabilities, likeliest first."""
    others = [(other.value, _probability(belief, other)) for other in belief.scores if other is not cause]
    if belief.nuisance_name:
        others.append((belief.nuisance_name, round(belief.nuisance_share, 4)))
    normal = max(0.0, 1.0 - _probability(belief, cause) - sum(p for _, p in others))
    others.append(("normal", round(normal, 4)))
    told = [other for other in others if other[1] >= INCIDENTS.least_alternative]
    return sorted(told, key=lambda other: (-other[1], other[0]))
