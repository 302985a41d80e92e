"""One wave of posts about one symptom: how far above the usual it stands, and how it ends."""

import math
from bisect import bisect_right

import msgspec

from probes.vocabulary.observations import FIRST_PARTY, ObservedReport
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.model import BASELINE, INCIDENTS, REPORTS, WAVE_END


class WaveRecovery(msgspec.Struct):
    """Sums of one wave, in nats: for "it is over", and after that for "it goes on all the same".

    ``complaints`` and ``working`` count posts since the wave rose; ``pace`` is in complaints a second when
    the wave was held to be over, 0 while it lasts.
    """

    over: float = 0.0
    relapse: float = 0.0
    moved_at: float = 0.0
    complaints: float = 0.0
    working: float = 0.0
    pace: float = 0.0
    ended_at: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether those for whom it works again are too many for a wave that goes on."""
        return self.over >= WAVE_END.over_nats

    def complaint(self, now: float) -> None:
        """Somebody still complains."""
        usual = self._usual_working()
        self.complaints += 1.0
        self.over = max(0.0, self.over + math.log((1.0 - WAVE_END.recovered_working) / (1.0 - usual)))
        self._fade(now)
        self.relapse = min(WAVE_END.cap_nats, self.relapse - math.log(WAVE_END.fading_pace))

    def works(self, now: float) -> None:
        """Somebody says that it works."""
        usual = self._usual_working()
        # Those who speak while recovery mounts say nothing of what was usual.
        if self.over == 0.0:
            self.working += 1.0
        self.over = min(WAVE_END.cap_nats, self.over + math.log(WAVE_END.recovered_working / usual))
        self._fade(now)
        self.relapse = max(0.0, self.relapse + math.log(usual / WAVE_END.recovered_working))

    def end(self, now: float, pace: float) -> None:
        """The wave is held to be over; ``pace`` is the one that it had."""
        self.over = self.relapse = 0.0
        self.pace, self.moved_at, self.ended_at = pace, now, now

    def goes_on(self, now: float) -> bool:
        """Whether people complain on at the wave's own pace although it was held to be over."""
        self._fade(now)
        return self.pace > 0.0 and self.relapse >= WAVE_END.relapse_nats

    def _fade(self, now: float) -> None:
        """A Poisson process at the fading pace against one at the wave's own: time without posts tells."""
        missed = (1.0 - WAVE_END.fading_pace) * self.pace * max(0.0, now - self.moved_at)
        self.relapse = max(0.0, self.relapse - missed)
        self.moved_at = now

    def _usual_working(self) -> float:
        prior = WAVE_END.usual_posts
        heard = self.complaints + self.working + prior
        return min(WAVE_END.most_usual_working, (self.working + prior * WAVE_END.usual_working) / heard)


class ReportBaseline(msgspec.Struct):
    """How many posts of a symptom are usual: decayed counts and minutes, all day and by local hour."""

    posts: float = 0.0
    minutes: float = 0.0
    hours: dict[int, tuple[float, float]] = {}

    def per_minute(self, hour: int) -> float:
        prior, weight = REPORTS.prior_minutes, REPORTS.hour_prior_minutes
        whole = (self.posts + REPORTS.prior_per_minute * prior) / (self.minutes + prior)
        posts, minutes = self.hours.get(hour, (0.0, 0.0))
        return max(REPORTS.least_per_minute, (posts + whole * weight) / (minutes + weight))

    def learn(self, heard: int, hour: int) -> None:
        """Take in what was heard in one baseline window."""
        keep, spent = BASELINE.kept_per_window, BASELINE.window_seconds / 60.0
        self.posts = self.posts * keep + heard
        self.minutes = self.minutes * keep + spent
        posts, minutes = self.hours.get(hour, (0.0, 0.0))
        self.hours[hour] = (posts * keep + heard, minutes * keep + spent)


class Wave(msgspec.Struct):
    """A Poisson CUSUM (Lucas 1985) of complaints against ``REPORTS.ratio`` times the usual.

    ``level`` is in nats; ``recent`` and ``passed_on`` are the last posts since it rose, of people's own with
    their product and passed on; ``window`` and ``peak`` are of the baseline window that is open.
    """

    symptom: Symptom
    level: float = 0.0
    rose_at: float = 0.0
    moved_at: float = 0.0
    recent: list[tuple[float, Product]] = []
    passed_on: list[float] = []
    authors: int = 0
    quotes: list[str] = []
    window: int = 0
    peak: float = 0.0
    baseline: ReportBaseline = msgspec.field(default_factory=ReportBaseline)
    recovery: WaveRecovery = msgspec.field(default_factory=WaveRecovery)

    @property
    def loud(self) -> bool:
        """Whether it is high enough to matter to anyone."""
        return self.level >= REPORTS.loud_nats

    @property
    def over(self) -> bool:
        """Whether people have fallen silent, or say that it works again."""
        return not self.loud or self.recovery.is_over

    def complain(self, report: ObservedReport, product: Product, now: float, hour: int) -> None:
        """Take in a complaint of somebody not heard before."""
        if self.level > 0.0:
            self.settle(now, hour)
        self.moved_at = now
        # Anybody can file these: by themselves they neither open anything nor become usual.
        if report.source == FIRST_PARTY and self.level >= REPORTS.first_party_cap_nats:
            return
        self.window += 1
        if self.level == 0.0:
            self._rise(now)
        self.recovery.complaint(now)
        self.level = min(REPORTS.cap_nats, self.level + math.log(REPORTS.ratio))
        self.peak = max(self.peak, self.level)
        self.recent.append((now, product))
        del self.recent[: -REPORTS.pace_posts]
        self.authors += 1
        # What is filed on the page itself is not quoted: nobody has looked at it.
        if len(self.quotes) < REPORTS.quotes and report.source != FIRST_PARTY:
            self.quotes.append(report.text[: REPORTS.quote_characters])

    def pass_on(self, now: float) -> None:
        """Take in a post passed on within a wave: no new voice, but no silence either."""
        if self.level > 0.0:
            self.passed_on.append(now)
            del self.passed_on[: -REPORTS.pace_posts]
            self.recovery.complaint(now)

    def works(self, now: float) -> None:
        """Take in somebody who says that it works."""
        if self.level > 0.0:
            self.recovery.works(now)

    def settle(self, now: float, hour: int) -> None:
        """Let the time since the last post count against the wave."""
        minutes = (now - self.moved_at) / 60.0
        if minutes > 0:
            fall = (REPORTS.ratio - 1.0) * self.baseline.per_minute(hour) * minutes
            self.level = max(0.0, self.level - fall)
            self.moved_at = now

    def settle_or_fall_silent(self, now: float, hour: int) -> None:
        """The same, and end a loud wave of which people have stopped talking."""
        if self.loud:
            self.settle(now, hour)
            if silent(self._last_posts(), now):
                self.level = 0.0

    def end(self, now: float) -> None:
        """Hold the wave to be over, and remember its pace."""
        if times := self._last_posts():
            self.recovery.end(now, _pace_of(times))

    def goes_on(self, now: float) -> bool:
        """Whether a wave that was held to be over goes on all the same; it is taken up again then."""
        if not self.loud or not self.recovery.goes_on(now):
            return False
        self.recovery = WaveRecovery(complaints=self.recovery.complaints, working=self.recovery.working)
        return True

    def products(self) -> dict[Product, int]:
        """How many of its last posts are about each product."""
        counts: dict[Product, int] = {}
        for _, product in self.recent:
            counts[product] = counts.get(product, 0) + 1
        return counts

    def close_window(self, hour: int, *, learn: bool) -> None:
        """End a baseline window: what was heard in it becomes usual unless something was the matter."""
        if learn and self.peak < REPORTS.learned_below_nats:
            self.baseline.learn(self.window, hour)
        self.window = 0
        self.peak = self.level

    def _rise(self, now: float) -> None:
        self.rose_at, self.authors = now, 0
        self.recent, self.passed_on, self.quotes = [], [], []
        # Soon after its end a wave goes on with what was known of it.
        if now - self.recovery.ended_at > INCIDENTS.reopen_seconds:
            self.recovery = WaveRecovery()

    def _last_posts(self) -> list[float]:
        """When its last posts came, passed on or not."""
        return sorted([*(at for at, _ in self.recent), *self.passed_on])[-REPORTS.pace_posts :]


def silent(times: list[float], now: float) -> bool:
    """Whether far fewer posts came lately than the pace of posts at ``times`` would have brought."""
    pace = _pace_of(times)
    window = min(WAVE_END.most_lull_seconds, max(WAVE_END.least_lull_seconds, WAVE_END.lull_posts / pace))
    if now - times[0] < window:
        return False
    return bisect_right(times, now - window) >= len(times) - WAVE_END.lull_share * pace * window


def _pace_of(times: list[float]) -> float:
    """Posts a second of a wave with posts at ``times`` (sorted, seconds)."""
    return len(times) / max(WAVE_END.least_wave_seconds, times[-1] - times[0])
