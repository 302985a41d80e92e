"""One wave of posts about one symptom: how far above the usual it stands, who spoke in it, how it ends."""

import math
from collections.abc import Collection, Iterator

import msgspec

from probes.vocabulary.observations import FIRST_PARTY
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.excess import Echo, Excess, Pace, Rates
from statuspage.analysis.model import BASELINE, ECHO, INCIDENTS, LEAKS, REPORTS
from statuspage.analysis.quoting import is_quotable
from statuspage.analysis.values import Heard
from statuspage.analysis.wave_end import WaveRecovery, pace_of, silent


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

    def learn(self, heard: float, hour: int) -> None:
        """Take in what was heard in one baseline window."""
        keep, spent = BASELINE.kept_per_window, BASELINE.window_seconds / 60.0
        self.posts = self.posts * keep + heard
        self.minutes = self.minutes * keep + spent
        posts, minutes = self.hours.get(hour, (0.0, 0.0))
        self.hours[hour] = (posts * keep + heard, minutes * keep + spent)


class Voice(msgspec.Struct, frozen=True, gc=False):
    """One complaint: heard ``at``, written ``told_at`` (epoch seconds); no ``text`` if not to be quoted.

    ``named`` are the components that it names.
    """

    at: float
    told_at: float
    product: Product
    text: str
    named: tuple[str, ...] = ()


class Wave(msgspec.Struct):
    """What is said of one symptom.

    ``excess`` tells it from the usual, ``news`` from all that is expected, talk about what is known included.
    ``voices`` and ``passed_on`` are the last posts, of people's own and passed on; ``people`` counts the
    former by the minute in which they were written. ``window``, ``window_leaks`` and ``peak`` are of the
    baseline window that is open.
    """

    symptom: Symptom
    excess: Excess = msgspec.field(default_factory=Excess)
    news: Excess = msgspec.field(default_factory=Excess)
    moved_at: float = 0.0
    voices: list[Voice] = []
    passed_on: list[float] = []
    people: dict[int, dict[Product, int]] = {}
    window: int = 0
    window_leaks: float = 0.0
    peak: float = 0.0
    baseline: ReportBaseline = msgspec.field(default_factory=ReportBaseline)
    leaked: Pace = msgspec.field(default_factory=lambda: Pace(LEAKS.fade_seconds))
    pace: Pace = msgspec.field(default_factory=lambda: Pace(ECHO.pace_seconds))
    echo: Echo = msgspec.field(default_factory=Echo)
    recovery: WaveRecovery = msgspec.field(default_factory=WaveRecovery)

    @property
    def loud(self) -> bool:
        """Whether it is high enough to matter to anyone."""
        return self.excess.loud

    @property
    def over(self) -> bool:
        """Whether people have fallen silent, or say that it works again."""
        return not self.loud or self.recovery.is_over

    # what is heard

    def complain(self, heard: Heard, now: float, hour: int, named: tuple[str, ...] = ()) -> None:
        """Take in a complaint of somebody not heard before, who named these components."""
        self.settle(now, hour)
        # Anybody can file these: by themselves they neither open anything nor become usual.
        if heard.report.source == FIRST_PARTY and self.excess.level >= REPORTS.first_party_cap_nats:
            return
        self.window += 1
        if self.excess.level == 0.0:
            self._rise(now)
        self.recovery.complaint(now)
        self.excess.rise(self._rates(now, hour).gain, now)
        self.news.rise(self._rates(now, hour, self.echo.rate(now)).gain, now)
        self.peak = max(self.peak, self.excess.level)
        self.pace.add(1.0, now)
        self._remember(_voice(heard, now, named))

    def take_back(self, heard: Heard, now: float, hour: int) -> None:
        """Count a complaint no more, if it counted: the wave falls by as much as one says now."""
        heard_at, product = heard.at.timestamp(), heard.product
        told_at = _written_at(heard, heard_at)
        mine = (voice for voice in self.voices if (voice.at, voice.told_at) == (heard_at, told_at))
        voice = next((voice for voice in mine if voice.product is product), None)
        # Of what was said before the last voices nobody knows whether its author counted.
        if voice is None and (not self.voices or heard_at >= self.voices[0].at):
            return
        if voice is not None:
            self.voices.remove(voice)
        said = self.people.get(int(told_at // 60.0), {})
        if said.get(product):
            said[product] -= 1
        self.settle(now, hour)
        self.excess.fall(self._rates(now, hour).gain)
        self.news.fall(self._rates(now, hour, self.echo.rate(now)).gain)
        self.pace.take_back(1.0, heard_at, now)
        if heard_at // BASELINE.window_seconds == now // BASELINE.window_seconds:
            self.window = max(0, self.window - 1)

    def pass_on(self, now: float) -> None:
        """Take in a post passed on within a wave: no new voice, but no silence either."""
        if self.excess.level > 0.0:
            self.passed_on.append(now)
            del self.passed_on[: -REPORTS.pace_posts]
            self.recovery.complaint(now)

    def works(self, now: float) -> None:
        """Take in somebody who says that it works."""
        if self.excess.level > 0.0:
            self.recovery.works(now)

    def leak(self, posts: float, now: float) -> None:
        """Expect so many posts (mostly a small part of one) of those that something else brings."""
        self.leaked.add(posts, now)
        self.window_leaks += posts
        self.excess.fall((LEAKS.ratio - 1.0) * posts)
        self.news.fall((LEAKS.ratio - 1.0) * posts)

    # time that passes

    def settle(self, now: float, hour: int) -> None:
        """Let the time since the last post count against the wave."""
        seconds = now - self.moved_at
        if seconds > 0:
            echoed = (self.echo.rate(self.moved_at) + self.echo.rate(now)) / 2.0
            self.excess.fall(self._rates(now, hour).fall(seconds))
            self.news.fall(self._rates(now, hour, echoed).fall(seconds))
            self.moved_at = now

    def settle_or_fall_silent(self, now: float, hour: int) -> None:
        """The same, and end a loud wave of which people have stopped talking."""
        if self.loud:
            self.settle(now, hour)
            if (times := self._last_posts()) and silent(times, now):
                self.excess.level = self.news.level = 0.0

    def explain(self, now: float, most: float = math.inf) -> None:
        """Take what is said now, up to ``most`` posts a second, for talk about what is known."""
        pace = self.pace.rate(now)
        self.echo.follow(min(most, pace), now)
        if pace <= most:
            self.news.level = 0.0

    def end(self, now: float) -> None:
        """Hold the wave to be over, and remember its pace."""
        if times := self._last_posts():
            self.recovery.end(now, pace_of(times))

    def goes_on(self, now: float) -> bool:
        """Whether a wave that was held to be over goes on all the same; it is taken up again then."""
        if not self.loud or not self.recovery.goes_on(now):
            return False
        self.recovery = WaveRecovery(complaints=self.recovery.complaints, working=self.recovery.working)
        return True

    def close_window(self, now: float, hour: int, *, learn: bool) -> None:
        """End a baseline window: what was heard in it becomes usual unless something was the matter."""
        if learn and self.peak < REPORTS.learned_below_nats:
            self.baseline.learn(max(0.0, self.window - self.window_leaks), hour)
        self.window, self.window_leaks = 0, 0.0
        self.peak = self.excess.level
        oldest = (now - REPORTS.counted_seconds) // 60.0
        self.people = {minute: said for minute, said in self.people.items() if minute >= oldest}

    # what is known of it

    def count(self, since: float, until: float, products: Collection[Product] = tuple(Product)) -> int:
        """How many people complained of ``products`` between two moments, both to the minute."""
        return sum(said.get(product, 0) for said in self._said(since, until) for product in products)

    def products(self, since: float, until: float) -> dict[Product, int]:
        """How many complained of each product between two moments."""
        counts: dict[Product, int] = {}
        for said in self._said(since, until):
            for product, number in said.items():
                counts[product] = counts.get(product, 0) + number
        return counts

    def began(self, now: float, hour: int) -> float:
        """When the rate rose to what it is: the likeliest change point of the posts since there was news.

        Posts come at the expected rate before it and at one rate after it (a Poisson process); the first
        comes one mean interval after the change.
        """
        expected = self._expected(now, hour)
        times = sorted(voice.told_at for voice in self.voices if voice.at >= self.news.rose_at)
        best, began = -math.inf, self.news.rose_at
        for earlier, at in enumerate(times):
            posts, seconds = len(times) - earlier, max(1.0, now - at)
            likelihood = posts * math.log(posts / (seconds * expected)) - posts + expected * seconds
            if likelihood > best:
                best, began = likelihood, at - seconds / posts
        return began

    def quotes(self, since: float, until: float, products: Collection[Product]) -> tuple[str, ...]:
        """A few of the texts about ``products`` written between two moments, in order of time.

        Those that name a product go first, and of those the newest.
        """
        chosen: dict[str, Voice] = {}
        said = (v for v in self.voices if since <= v.told_at <= until and v.product in products and v.text)
        for voice in sorted(said, key=lambda v: (v.product is Product.NONE, -v.told_at)):
            chosen.setdefault(voice.text, voice)
        few = list(chosen.values())[: REPORTS.quotes]
        return tuple(voice.text for voice in sorted(few, key=lambda v: v.told_at))

    def _said(self, since: float, until: float) -> Iterator[dict[Product, int]]:
        return (said for minute, said in self.people.items() if since // 60.0 <= minute <= until // 60.0)

    def _rates(self, now: float, hour: int, echoed: float = 0.0) -> Rates:
        return Rates(usual=self.baseline.per_minute(hour) / 60.0, leaked=self.leaked.rate(now), echoed=echoed)

    def _expected(self, now: float, hour: int) -> float:
        """Posts a second that are no news."""
        rates = self._rates(now, hour, self.echo.rate(now))
        return rates.usual + rates.leaked + rates.echoed

    def _rise(self, now: float) -> None:
        # Soon after its end a wave goes on with what was known of it.
        if now - self.recovery.ended_at > INCIDENTS.reopen_seconds:
            self.recovery = WaveRecovery()

    def _remember(self, voice: Voice) -> None:
        self.voices.append(voice)
        del self.voices[: -REPORTS.kept_posts]
        said = self.people.setdefault(int(voice.told_at // 60.0), {})
        said[voice.product] = said.get(voice.product, 0) + 1

    def _last_posts(self) -> list[float]:
        """When its last posts came since it rose, passed on or not."""
        own = [voice.at for voice in self.voices if voice.at >= self.excess.rose_at]
        passed_on = [at for at in self.passed_on if at >= self.excess.rose_at]
        return sorted([*own, *passed_on])[-REPORTS.pace_posts :]


def _voice(heard: Heard, now: float, named: tuple[str, ...]) -> Voice:
    report = heard.report
    # What is filed on the page itself is not quoted: nobody has looked at it.
    quotable = report.source != FIRST_PARTY and is_quotable(report.text, heard.probability)
    text = report.text[: REPORTS.quote_characters] if quotable else ""
    return Voice(at=now, told_at=_written_at(heard, now), product=heard.product, text=text, named=named)


def _written_at(heard: Heard, now: float) -> float:
    published = heard.report.published_at
    return now if published is None else min(now, published.timestamp())
