"""What posts may do: lend weight to a component's checks, or open a suspicion of their own."""

import math

import msgspec

from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import WatchedCatalog
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.announced import Calendar
from statuspage.analysis.incident import DetectedIncident
from statuspage.analysis.leaks import TELLING
from statuspage.analysis.model import ECHO, INCIDENTS, REPORTS, STORIES, DetectorSettings
from statuspage.analysis.naming import mostly_named
from statuspage.analysis.stories import Stories, likelihoods
from statuspage.analysis.testimony import votes_of
from statuspage.analysis.tracker import Tracker
from statuspage.analysis.wave import Wave
from statuspage.analysis.waves import Waves


class SuspicionMemory(msgspec.Struct):
    """Until when an incident of each cause was ``known``, in epoch seconds, and until when any was ``new``.

    A withdrawal stays for good and is new for a while only.
    """

    known: dict[Cause, float] = {}
    new: float = 0.0


class Suspicion:
    """Reads the waves and moves the incidents that rest on posts alone."""

    def __init__(
        self,
        memory: SuspicionMemory,
        catalog: WatchedCatalog,
        settings: DetectorSettings,
        *,
        stories: Stories,
        waves: Waves,
        tracker: Tracker,
        calendar: Calendar,
    ) -> None:
        self.memory, self.waves, self.tracker, self.calendar = memory, waves, tracker, calendar
        self._stories = stories
        self._threshold = settings.report_suspect_nats()
        self._all = [component.slug for component in catalog.components]
        self._of_product = _by_product(catalog)

    def help_for(self, slug: str, now: float) -> dict[Cause, float]:
        """Nats that the posts lend to each cause for ``slug``; none while an incident explains them."""
        if any(not incident.reports_only for incident in self.tracker.open_incidents()):
            return {}
        return {
            cause: min(REPORTS.help_nats, wave.news.level * REPORTS.help_share)
            for wave in self.waves.news()
            if (cause := wave.symptom.cause) is not None
            and wave.count(wave.news.rose_at, now) >= REPORTS.help_authors
            and now - wave.news.rose_at <= REPORTS.help_seconds
            and slug in self.components(wave, now)
        }

    def components(self, wave: Wave, now: float) -> list[str]:
        """Those that most posts name; else those of the product named most often, or all."""
        named = self._of_named_products(wave, now)
        voices = (voice.named for voice in wave.voices if voice.at >= wave.news.rose_at)
        spoken_of = mostly_named(voices, REPORTS.component_share)
        return [slug for slug in named if slug in spoken_of] or named

    def _of_named_products(self, wave: Wave, now: float) -> list[str]:
        named = wave.products(wave.news.rose_at, now)
        votes = votes_of(named, self.waves.memory.products, self._of_product)
        enough = REPORTS.named_share * sum(votes.values())
        if not enough:
            return self._all
        chosen = {slug for p, count in votes.items() if count >= enough for slug in self._of_product[p]}
        return [slug for slug in self._all if slug in chosen]

    def tick(self, now: float, hour: int) -> None:
        """Open, keep or end the suspicion that rests on posts alone."""
        for incident in self.tracker.open_incidents():
            if incident.by_signals:
                continue
            if incident.reports_only:
                self._follow(incident, now, hour)
            elif incident.confirmed_at is not None:
                self._know(incident, now)
        self._explain(now)
        self._take_up_again(now)
        if any(_is_new(i, now) for i in self.tracker.open_incidents() if not i.by_signals):
            return
        enough = [wave for wave in self.waves.news() if self._suffices(wave, now, hour)]
        if enough:
            self._open(max(enough, key=lambda w: (w.news.level, w.symptom.value)), now, hour)

    def _open(self, wave: Wave, now: float, hour: int) -> None:
        cause = self._cause(wave.news.rose_at, now, hour)
        named = self.components(wave, now)
        if cause is Cause.MAINTENANCE and any(self.calendar.current(slug, now) for slug in named):
            return
        told = self.waves.of(Symptom.of(cause))
        # What is left of talk about something known is no new wave of another kind.
        if told is None or not told.news.loud or told.over:
            return
        # What another monitor said before is what they speak of, and theirs from now on.
        signalled = self.tracker.signalled(cause)
        if signalled is not None:
            signalled.blame(sorted({*signalled.components, *named}))
            return
        above = wave.news.level - self._threshold + REPORTS.threshold_confidence_nats
        confidence = round(min(REPORTS.most_confidence, 1.0 - math.exp(-above)), 4)
        self.tracker.suspect(cause, named, min(now, wave.began(now, hour)), confidence, now)

    def _suffices(self, wave: Wave, now: float, hour: int) -> bool:
        """Whether a wave is high, broad and old enough, and goes on."""
        if wave.news.level < self._threshold or wave.over:
            return False
        if wave.count(wave.news.rose_at, now) < REPORTS.suspect_authors:
            return False
        return now - wave.began(now, hour) >= REPORTS.wait_seconds

    def _cause(self, since: float, now: float, hour: int) -> Cause:
        """The cause that tells best what was said since ``since`` beyond the usual."""
        found = likelihoods(self._stories, self._complaints(since, now, hour))
        return max(found, key=lambda cause: (found[cause], cause.value))

    def _complaints(self, since: float, now: float, hour: int) -> dict[Symptom, float]:
        """How many more complained of each symptom than usual."""
        return {
            symptom: max(0.0, wave.count(since, now) - wave.baseline.per_minute(hour) * (now - since) / 60.0)
            for symptom in TELLING
            if (wave := self.waves.of(symptom)) is not None
        }

    def _follow(self, incident: DetectedIncident, now: float, hour: int) -> None:
        """Take a suspicion for what its posts say by now, or resolve it."""
        found = likelihoods(self._stories, self._complaints(incident.started_at, now, hour))
        cause = max(found, key=lambda cause: (found[cause], cause.value))
        if found[cause] - found[incident.cause] >= STORIES.rename_nats:
            incident.rename(cause, now, incident.confidence)
        wave = self.waves.of(Symptom.of(incident.cause))
        if wave is None or wave.over:
            incident.resolve(now)
            self._know(incident, now)
            if wave is not None:
                wave.end(now)

    def _know(self, incident: DetectedIncident, now: float) -> None:
        self.memory.known[incident.cause] = now
        if _is_new(incident, now):
            self.memory.new = now

    def _explain(self, now: float) -> None:
        """Let what is known, or was until a while ago, explain what people say.

        Whatever is new, payments fail by it; so much else is said beside it.
        """
        oldest = now - ECHO.aftermath_seconds
        about = {Symptom.of(cause) for cause, until in self.memory.known.items() if until >= oldest}
        new = self.memory.new >= oldest
        if new:
            about.add(Symptom.PAYMENT_FAILURE)
        waves = [wave for symptom in TELLING if (wave := self.waves.of(symptom)) is not None]
        talk = sum(wave.pace.rate(now) for wave in waves if wave.symptom in about)
        for wave in waves:
            if wave.symptom in about:
                wave.explain(now)
            elif new:
                wave.explain(now, ECHO.aside_share * talk)

    def _take_up_again(self, now: float) -> None:
        """Open the last suspicion again where people complain on as they did before it was resolved."""
        for incident in self.tracker.incidents.values():
            over = incident.resolved_at
            by_posts = incident.reports_only and not incident.by_signals
            if not by_posts or over is None or self.tracker.any_open():
                continue
            wave = self.waves.of(Symptom.of(incident.cause))
            if wave is not None and now - over <= INCIDENTS.reopen_seconds and wave.goes_on(now):
                incident.relapse()


def _is_new(incident: DetectedIncident, now: float) -> bool:
    """Whether an open incident may be what people complain of: a withdrawal is known by and by."""
    old = now - incident.detected_at > ECHO.withdrawal_seconds
    return not (incident.cause is Cause.POLICY_CHANGE and old)


def _by_product(catalog: WatchedCatalog) -> dict[Product, list[str]]:
    """The components of each product of ours; who names another one, or none, speaks of no component."""
    found: dict[Product, list[str]] = {}
    for component in catalog.components:
        if component.product in (Product.FENFU, Product.WECHAT_PAY):
            found.setdefault(component.product, []).append(component.slug)
    return found
