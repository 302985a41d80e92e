"""What other monitors say: lends weight to a component's checks, or opens a suspicion of its own.

However many signals one sender sends, they count once: the strongest of a cause at a component. What one is
worth, and for how long, stands in ``model/outside.py``.
"""

from collections.abc import Iterable

import msgspec

from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import OutsideSignal
from probes.vocabulary.strengths import Strength
from statuspage.analysis.announced import Calendar
from statuspage.analysis.incident import DetectedIncident
from statuspage.analysis.model import OUTSIDE
from statuspage.analysis.moments import moment
from statuspage.analysis.sight import Sights
from statuspage.analysis.tracker import Tracker
from statuspage.analysis.values import SignalEvidence


class SignalMemory(msgspec.Struct):
    """One signal; times in epoch seconds. ``heard_at`` is when it was first heard, by our own clock.

    ``until`` is its end: when it was said to be over, or when it will be unless it is heard of again.
    """

    sender: str
    name: str
    components: tuple[str, ...]
    cause: Cause
    strength: Strength
    since: float
    heard_at: float
    until: float

    def goes_on(self, now: float) -> bool:
        return now < self.until


class Outside:
    """Of all senders. ``signals``, by key, are part of the detector's state."""

    def __init__(
        self,
        signals: dict[str, SignalMemory],
        slugs: Iterable[str],
        *,
        tracker: Tracker,
        sights: Sights,
        calendar: Calendar,
    ) -> None:
        self.signals, self.tracker, self.sights, self.calendar = signals, tracker, sights, calendar
        self._watched = frozenset(slugs)

    def hear(self, line: OutsideSignal) -> None:
        """Take in that a signal begins, goes on, is about something else or is over."""
        at, known = line.at.timestamp(), self.signals.get(line.key)
        until = at if line.ended else max(at, line.until.timestamp())
        if known is None and line.ended:
            return
        heard_at = at if known is None else known.heard_at
        since = max(heard_at - OUTSIDE.earlier_seconds, min(heard_at, line.since.timestamp()))
        self.signals[line.key] = SignalMemory(
            sender=line.sender,
            name=line.name[: OUTSIDE.name_characters],
            components=tuple(slug for slug in line.components if slug in self._watched),
            cause=line.cause,
            strength=line.strength,
            since=since,
            heard_at=heard_at,
            until=until,
        )

    def any_telling(self, now: float) -> bool:
        """Whether any signal can still move anything."""
        return any(
            signal.goes_on(now) and now - signal.heard_at <= OUTSIDE.unseen_seconds
            for signal in self.signals.values()
        )

    def help_for(self, slug: str, now: float) -> dict[Cause, float]:
        """Nats that signals which were lately first heard lend to each cause for ``slug``."""
        if not self.signals:
            return {}
        fresh = [s for s in self._about(slug, now) if now - s.heard_at <= OUTSIDE.help_seconds]
        return {
            cause: min(OUTSIDE.help_nats, OUTSIDE.help_share * nats) for cause, nats in _levels(fresh).items()
        }

    def tick(self, now: float) -> None:
        """Open, widen or end the suspicions that rest on signals alone."""
        alone = self._alone(now) if self.signals else {}
        for incident in self.tracker.open_incidents():
            if incident.by_signals:
                self._follow(incident, alone.get(incident.cause, {}), now)
        for cause, levels in sorted(alone.items()):
            self._open(cause, levels, now)

    def said_of(self, incident: DetectedIncident, now: float) -> tuple[SignalEvidence, ...]:
        """What each sender says, or said while the incident was open, of its components, by cause."""
        until = now if incident.resolved_at is None else incident.resolved_at
        found: dict[tuple[str, Cause], list[SignalMemory]] = {}
        for signal in self.signals.values():
            in_time = signal.heard_at <= until and signal.until >= incident.started_at
            if in_time and not incident.components.keys().isdisjoint(signal.components):
                found.setdefault((signal.sender, signal.cause), []).append(signal)
        return tuple(_evidence(signals, incident, until) for _, signals in sorted(found.items()))

    def _about(self, slug: str, now: float) -> list[SignalMemory]:
        """What goes on and is news: what was heard before an incident of ``slug`` ended was told by that."""
        ends = (i.resolved_at for i in self.tracker.incidents.values() if slug in i.components)
        told = max((end for end in ends if end is not None), default=0.0)
        return [
            s for s in self.signals.values() if slug in s.components and s.goes_on(now) and s.heard_at > told
        ]

    def _alone(self, now: float) -> dict[Cause, dict[str, float]]:
        """By cause, the components that signals alone make likelier ill than well, with their nats."""
        found: dict[Cause, dict[str, float]] = {}
        for slug in sorted({slug for signal in self.signals.values() for slug in signal.components}):
            # In a window that was announced other monitors ring for what is known.
            if self.calendar.current(slug, now) is not None:
                continue
            seen = self.sights.is_fresh(slug, now)
            most = OUTSIDE.doubted_seconds if seen else OUTSIDE.unseen_seconds
            telling = [s for s in self._about(slug, now) if now - s.heard_at <= most]
            for cause, nats in _levels(telling).items():
                if nats >= OUTSIDE.even_nats:
                    found.setdefault(cause, {})[slug] = nats
        return found

    def _follow(self, incident: DetectedIncident, levels: dict[str, float], now: float) -> None:
        """Let checks take a suspicion over once they bear it out; end it when nobody tells it any more."""
        if incident.failing():
            incident.rest_on_checks()
        elif incident.components.keys().isdisjoint(levels):
            incident.resolve(now)

    def _open(self, cause: Cause, levels: dict[str, float], now: float) -> None:
        """Suspect what no incident tells yet, once probes had time to bear it out; one incident per cause."""
        told = {slug for incident in self.tracker.open_incidents() for slug in incident.components}
        fresh = [slug for slug in levels if slug not in told and self._waited(slug, cause, now)]
        if not fresh:
            return
        known = self.tracker.signalled(cause)
        if known is not None:
            known.blame(sorted({*known.components, *fresh}), by_signals=True)
            return
        began = min(s.since for slug in fresh for s in self._about(slug, now) if s.cause is cause)
        confidence = round(OUTSIDE.confidence(max(levels[slug] for slug in fresh)), 4)
        self.tracker.suspect(cause, fresh, began, confidence, now, by_signals=True)

    def _waited(self, slug: str, cause: Cause, now: float) -> bool:
        heard = min(s.heard_at for s in self._about(slug, now) if s.cause is cause)
        return now - heard >= OUTSIDE.wait_seconds

    def forget(self, now: float) -> None:
        """Drop what ended long ago; while an incident is open that it is evidence of, it is kept."""
        starts = [incident.started_at for incident in self.tracker.open_incidents()]
        needed = min([now - OUTSIDE.kept_seconds, *starts])
        for key in [key for key, signal in self.signals.items() if signal.until < needed]:
            del self.signals[key]


def _levels(signals: Iterable[SignalMemory]) -> dict[Cause, float]:
    """Nats for each cause: of each sender its strongest, summed over the senders."""
    strongest: dict[tuple[Cause, str], float] = {}
    for signal in signals:
        key = signal.cause, signal.sender
        strongest[key] = max(strongest.get(key, 0.0), OUTSIDE.nats(signal.strength))
    levels: dict[Cause, float] = {}
    for (cause, _), nats in sorted(strongest.items()):
        levels[cause] = levels.get(cause, 0.0) + nats
    return levels


def _evidence(signals: list[SignalMemory], incident: DetectedIncident, until: float) -> SignalEvidence:
    components = {slug for signal in signals for slug in signal.components if slug in incident.components}
    over = max(signal.until for signal in signals)
    return SignalEvidence(
        sender=signals[0].sender,
        cause=signals[0].cause,
        components=tuple(sorted(components)),
        names=tuple(sorted({signal.name for signal in signals})[: OUTSIDE.names]),
        count=len(signals),
        since=moment(min(signal.since for signal in signals)),
        ended_at=None if over > until else moment(over),
        weight=round(max(OUTSIDE.nats(signal.strength) for signal in signals), 3),
    )
