"""What users say: per symptom, how far the posts lie above what is usual at this hour."""

import math
from dataclasses import dataclass

import msgspec

from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import FIRST_PARTY
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.relief import OVER_NATS, Relief, pace_of, silent
from statuspage.analysis.settings import DetectorSettings
from statuspage.analysis.values import Heard

CAUSE_OF_SYMPTOM = {
    Symptom.PAYMENT_FAILURE: Cause.OUTAGE,
    Symptom.RISK_DECLINE: Cause.RISK_CONTROL,
    Symptom.MAINTENANCE: Cause.MAINTENANCE,
    Symptom.POLICY_CLOSURE: Cause.POLICY_CHANGE,
}
_QUOTES = 5
_QUOTE_CHARACTERS = 80
_OLD_POST_SECONDS = 7200.0
LOUD_NATS = 6.0  # three posts in a row
_PACE_POSTS = 60  # a wave's pace is that of its last posts


class SymptomState(msgspec.Struct):
    """``level`` in nats; ``usual`` counts per minute of exposure, all day and by local hour."""

    level: float = 0.0
    rose_at: float = 0.0
    moved_at: float = 0.0
    recent: list[tuple[float, str]] = []  # (time, product) since the rise, at most an hour
    passed_on: list[float] = []
    authors: int = 0
    quotes: list[str] = []
    minutes: float = 0.0
    posts: float = 0.0
    hours: dict[int, tuple[float, float]] = {}  # posts, minutes
    window: int = 0
    peak: float = 0.0
    relief: Relief = msgspec.field(default_factory=Relief)


class VoicesState(msgspec.Struct):
    """By symptom; ``seen`` remembers who said what in which hour."""

    symptoms: dict[str, SymptomState] = {}
    seen: dict[str, float] = {}
    swept_at: float = 0.0
    products: dict[str, float] = {}  # how often each is spoken of at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """A wave of posts: its strength in nats, since when, by how many, about which products."""

    symptom: Symptom
    cause: Cause
    level: float
    since: float
    authors: int
    products: dict[str, int]


class Voices:
    """Poisson CUSUM (Lucas 1985) per symptom against ``report_ratio`` times the usual."""

    def __init__(self, state: VoicesState, settings: DetectorSettings) -> None:
        self.state, self.settings = state, settings

    def hear(self, heard: Heard, now: float, hour: int) -> None:
        """Take in one post."""
        spoken = self.state.products
        if not heard.repeats:
            spoken[heard.product.value] = spoken.get(heard.product.value, 0.0) + 1.0
        told = heard.symptom in CAUSE_OF_SYMPTOM or heard.symptom is Symptom.WORKING
        if not told or heard.product is Product.OTHER or heard.probability < 0.4:
            return
        report = heard.report
        if report.published_at is not None and now - report.published_at.timestamp() > _OLD_POST_SECONDS:
            return
        if heard.symptom is Symptom.WORKING:
            self._relieve(report.author, now)
        elif heard.repeats:
            self._keep_alive(heard.symptom.value, now)
        elif not self._repeated(report.author, heard.symptom.value, now):
            self._count(heard, now, hour)

    def _count(self, heard: Heard, now: float, hour: int) -> None:
        """Take in a complaint of somebody not heard before."""
        report = heard.report
        kept = self._symptom(heard.symptom.value, now)
        if kept.level > 0.0:
            self.settle(kept, now, hour)
        kept.moved_at = now
        if report.source == FIRST_PARTY and kept.level >= self.settings.form_cap_nats:
            return  # anybody can file these: by themselves they neither open anything nor become usual
        kept.window += 1
        if kept.level == 0.0:
            kept.rose_at, kept.authors = now, 0
            kept.recent, kept.passed_on, kept.quotes = [], [], []
            if now - kept.relief.ended_at > self.settings.reopen_seconds:
                kept.relief = Relief()
        kept.relief.complaint(now)
        kept.level = min(self.settings.report_cap_nats, kept.level + math.log(self.settings.report_ratio))
        kept.recent.append((now, heard.product.value))
        if len(kept.recent) > _PACE_POSTS:
            del kept.recent[0]
        kept.authors += 1
        kept.peak = max(kept.peak, kept.level)
        if len(kept.quotes) < _QUOTES and report.source != FIRST_PARTY:  # those nobody has looked at
            kept.quotes.append(report.text[:_QUOTE_CHARACTERS])

    def settle(self, kept: SymptomState, now: float, hour: int) -> None:
        """Let silence since the last post count against a wave."""
        minutes = (now - kept.moved_at) / 60.0
        if minutes > 0:
            fall = (self.settings.report_ratio - 1.0) * self.usual_per_minute(kept, hour) * minutes
            kept.level = max(0.0, kept.level - fall)
            kept.moved_at = now

    def loud(self) -> bool:
        """Whether any wave is high enough to matter to anyone."""
        return any(kept.level >= LOUD_NATS for kept in self.state.symptoms.values())

    def settle_all(self, now: float, hour: int) -> None:
        """Let silence count against every wave; one that people have stopped talking about is over."""
        for name in sorted(self.state.symptoms):
            kept = self.state.symptoms[name]
            if kept.level >= LOUD_NATS:
                self.settle(kept, now, hour)
                if silent(_voiced(kept), now):
                    kept.level = 0.0

    def usual_per_minute(self, kept: SymptomState, hour: int) -> float:
        s = self.settings
        whole = (kept.posts + s.report_prior_per_minute * s.report_prior_minutes) / (
            kept.minutes + s.report_prior_minutes
        )
        posts, minutes = kept.hours.get(hour, (0.0, 0.0))
        return max(0.01, (posts + whole * 120.0) / (minutes + 120.0))

    def surges(self) -> list[Surge]:
        """Every symptom that is above nothing, strongest first."""
        found = []
        for name in sorted(self.state.symptoms):
            kept = self.state.symptoms[name]
            if kept.level < LOUD_NATS:
                continue
            products: dict[str, int] = {}
            for _, product in kept.recent:
                products[product] = products.get(product, 0) + 1
            symptom = Symptom(name)
            found.append(
                Surge(
                    symptom=symptom,
                    cause=CAUSE_OF_SYMPTOM[symptom],
                    level=kept.level,
                    since=kept.rose_at,
                    authors=kept.authors,
                    products=products,
                )
            )
        return sorted(found, key=lambda surge: (-surge.level, surge.symptom.value))

    def close_window(self, hour: int, *, learn: bool) -> None:
        """End a baseline window: what was heard in it becomes usual unless something was the matter."""
        s = self.settings
        minutes = s.baseline_window_seconds / 60.0
        keep = 0.5 ** (s.baseline_window_seconds / (s.baseline_half_life_days * 86400.0))
        for name in sorted(self.state.symptoms):
            kept = self.state.symptoms[name]
            if learn and kept.peak < 12.0:
                kept.posts = kept.posts * keep + kept.window
                kept.minutes = kept.minutes * keep + minutes
                posts, spent = kept.hours.get(hour, (0.0, 0.0))
                kept.hours[hour] = (posts * keep + kept.window, spent * keep + minutes)
            kept.window = 0
            kept.peak = kept.level

    def _keep_alive(self, name: str, now: float) -> None:
        """A post passed on within a wave: no new voice, but no silence either."""
        kept = self.state.symptoms.get(name)
        if kept is not None and kept.level > 0.0:
            kept.passed_on.append(now)
            kept.relief.complaint(now)
            if len(kept.passed_on) > _PACE_POSTS:
                del kept.passed_on[0]

    def _relieve(self, author: str, now: float) -> None:
        """A post that says that it works counts against every wave."""
        if not self._repeated(author, Symptom.WORKING.value, now):
            for name in sorted(self.state.symptoms):
                if self.state.symptoms[name].level > 0.0:
                    self.state.symptoms[name].relief.works(now)

    def over(self, symptom: Symptom) -> bool:
        """Whether a wave is over: people have fallen silent, or say that it works again."""
        kept = self.state.symptoms.get(symptom.value)
        return kept is None or kept.level < LOUD_NATS or kept.relief.over >= OVER_NATS

    def end(self, symptom: Symptom, now: float) -> None:
        """Hold a wave to be over, and remember its pace."""
        kept = self.state.symptoms.get(symptom.value)
        if kept is not None and (times := _voiced(kept)):
            kept.relief.end(now, pace_of(times))

    def goes_on(self, symptom: Symptom, now: float) -> bool:
        """Whether a wave that was held to be over goes on all the same."""
        kept = self.state.symptoms.get(symptom.value)
        if kept is None or kept.level < LOUD_NATS or not kept.relief.goes_on(now):
            return False
        kept.relief = Relief(complaints=kept.relief.complaints, working=kept.relief.working)
        return True

    def _symptom(self, name: str, now: float) -> SymptomState:
        kept = self.state.symptoms.get(name)
        if kept is None:
            kept = self.state.symptoms[name] = SymptomState(moved_at=now)
        return kept

    def _repeated(self, author: str, symptom: str, now: float) -> bool:
        """An author counts once per symptom and hour, and not at all once he is loud."""
        if not author:
            return False
        seen = self.state.seen
        if now - self.state.swept_at > 600.0:
            self.state.swept_at = now
            self.state.seen = seen = {k: at for k, at in seen.items() if now - at < 3600.0}
        key = f"{symptom}\n{author}"
        last = seen.get(key)
        if last is not None and now - last < 3600.0:
            return True
        seen[key] = now
        return False


def _voiced(kept: SymptomState) -> list[float]:
    """When a wave's last posts came, passed on or not."""
    return sorted([*(at for at, _ in kept.recent), *kept.passed_on])[-_PACE_POSTS:]
