"""What posts may do: lend weight to a component's checks, or open a suspicion of their own."""

import math

import msgspec

from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import WatchedCatalog
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.announced import Calendar
from statuspage.analysis.incident import DetectedIncident
from statuspage.analysis.model import INCIDENTS, REPORTS, DetectorSettings
from statuspage.analysis.tracker import Tracker
from statuspage.analysis.wave import Wave
from statuspage.analysis.waves import Waves


class SuspicionMemory(msgspec.Struct):
    """Until when posts had an incident that explains them, in epoch seconds.

    ``suspected_until`` is the same where that was a suspicion that rested on posts alone.
    """

    explained_until: float = 0.0
    suspected_until: float = 0.0


class Suspicion:
    """Reads the waves and moves the incidents that rest on posts alone."""

    def __init__(
        self,
        memory: SuspicionMemory,
        catalog: WatchedCatalog,
        settings: DetectorSettings,
        *,
        waves: Waves,
        tracker: Tracker,
        calendar: Calendar,
    ) -> None:
        self.memory, self.waves, self.tracker, self.calendar = memory, waves, tracker, calendar
        self._threshold = settings.report_suspect_nats()
        self._all = [component.slug for component in catalog.components]
        self._of_product = _by_product(catalog)

    def help_for(self, slug: str, now: float) -> dict[Cause, float]:
        """Nats that the posts lend to each cause for ``slug``; none while an incident explains them."""
        if any(not incident.reports_only for incident in self.tracker.open_incidents()):
            return {}
        return {
            cause: min(REPORTS.help_nats, wave.level * REPORTS.help_share)
            for wave in self.waves.loud()
            if (cause := wave.symptom.cause) is not None
            and wave.authors >= REPORTS.help_authors
            and wave.rose_at > self.memory.explained_until
            and now - wave.rose_at <= REPORTS.help_seconds
            and slug in self.components(wave)
        }

    def components(self, wave: Wave) -> list[str]:
        """Those that the posts speak of: of the product named most often, or all."""
        usual = {p: n for p, n in self.waves.memory.products.items() if p in self._of_product}
        whole = sum(usual.values())
        votes = {p: REPORTS.usual_votes * n / whole for p, n in usual.items()}
        for product, count in wave.products().items():
            if product in self._of_product:
                votes[product] = votes.get(product, 0.0) + count
        if not votes:
            return self._all
        enough = REPORTS.named_share * sum(votes.values())
        chosen = {slug for p, count in votes.items() if count >= enough for slug in self._of_product[p]}
        return [slug for slug in self._all if slug in chosen]

    def tick(self, now: float) -> None:
        """Open, keep or end the suspicion that rests on posts alone."""
        for incident in self.tracker.open_incidents():
            if incident.reports_only:
                self._resolve_if_over(incident, now)
            else:
                self.memory.explained_until = now
        self._take_up_again(now)
        if self.tracker.any_open() or not (loud := self.waves.loud()):
            return
        wave = max(loud, key=lambda w: (w.level + w.authors / REPORTS.authors_per_nat, w.symptom.value))
        cause = wave.symptom.cause
        if cause is None or not self._suffices(wave, now):
            return
        named = self.components(wave)
        if cause is Cause.MAINTENANCE and any(self.calendar.current(slug, now) for slug in named):
            return
        above = wave.level - self._threshold + REPORTS.threshold_confidence_nats
        confidence = round(min(REPORTS.most_confidence, 1.0 - math.exp(-above)), 4)
        self.tracker.suspect(cause, named, wave.rose_at, confidence, now)

    def _suffices(self, wave: Wave, now: float) -> bool:
        """Whether a wave is high, broad and old enough, goes on, and nothing explains it."""
        if wave.level < self._threshold or wave.authors < REPORTS.suspect_authors or wave.over:
            return False
        if now - wave.rose_at < REPORTS.wait_seconds or self._explained(wave, now):
            return False
        return all(now >= self._talked_about_until(i) for i in self.tracker.incidents.values())

    def _explained(self, wave: Wave, now: float) -> bool:
        """Whether a wave belongs to an incident of before; what outlasts it has a reason of its own."""
        known = self.memory.explained_until
        if wave.rose_at > known + REPORTS.aftermath_seconds:
            return False
        return known == self.memory.suspected_until or now - known <= REPORTS.outlast_seconds

    def _talked_about_until(self, incident: DetectedIncident) -> float:
        """People go on talking after an incident, the longer the longer it was."""
        if incident.reports_only or incident.resolved_at is None:
            return 0.0
        lasted = incident.resolved_at - incident.started_at
        return incident.resolved_at + min(REPORTS.talk_seconds, max(REPORTS.wait_seconds, lasted))

    def _resolve_if_over(self, incident: DetectedIncident, now: float) -> None:
        """Resolve a suspicion once people have fallen silent, or say that it works again."""
        wave = self.waves.of(Symptom.of(incident.cause))
        if wave is None or wave.over:
            incident.resolve(now)
            self.memory.explained_until = self.memory.suspected_until = now
            if wave is not None:
                wave.end(now)

    def _take_up_again(self, now: float) -> None:
        """Open the last suspicion again where people complain on as they did before it was resolved."""
        for incident in self.tracker.incidents.values():
            over = incident.resolved_at
            if not incident.reports_only or over is None or self.tracker.any_open():
                continue
            wave = self.waves.of(Symptom.of(incident.cause))
            if wave is not None and now - over <= INCIDENTS.reopen_seconds and wave.goes_on(now):
                incident.relapse()


def _by_product(catalog: WatchedCatalog) -> dict[Product, list[str]]:
    """The components of each product of ours; who names another one, or none, speaks of no component."""
    found: dict[Product, list[str]] = {}
    for component in catalog.components:
        if component.product in (Product.FENFU, Product.WECHAT_PAY):
            found.setdefault(component.product, []).append(component.slug)
    return found
