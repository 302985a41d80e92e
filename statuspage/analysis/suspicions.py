"""What posts may do: lend weight to a component's checks, or open a suspicion of their own."""

import math

from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import WatchedCatalog
from probes.vocabulary.symptoms import Product
from statuspage.analysis.announced import Calendar
from statuspage.analysis.settings import DetectorSettings
from statuspage.analysis.stories import Stories
from statuspage.analysis.story import Story
from statuspage.analysis.voices import CAUSE_OF_SYMPTOM, Surge, Voices

_MARKS = {
    Product.FENFU: ("fenfu", "分付"),
    Product.WECHAT_PAY: ("wechat", "weixin", "wxpay", "微信", "零钱"),
}
_SYMPTOM_OF_CAUSE = {cause: symptom for symptom, cause in CAUSE_OF_SYMPTOM.items()}
_SURE_AT_MOST = 0.9  # posts alone never are surer
_OUTLASTS_SECONDS = 900.0
_USUAL_VOTES = 5.0  # what is spoken of anyway counts as so many posts
_NAMED_SHARE = 0.35  # of the posts that name a product
_HELP_SHARE = 0.3  # of a surge's nats is lent to checks


class Suspicions:
    """Reads :class:`Voices`, writes :class:`Stories`. earlier posts than ``explained_until`` had theirs."""

    def __init__(
        self,
        catalog: WatchedCatalog,
        settings: DetectorSettings,
        voices: Voices,
        stories: Stories,
        calendar: Calendar,
    ) -> None:
        self.settings, self.voices, self.stories, self.calendar = settings, voices, stories, calendar
        self.explained_until = 0.0
        self.heard_until = 0.0
        self._all = [component.slug for component in catalog.components]
        self._of_product: dict[str, list[str]] = {}
        for product, marks in _MARKS.items():
            named = [
                c.slug
                for c in catalog.components
                if any(mark in f"{c.slug} {c.group} {c.name}".lower() for mark in marks)
            ]
            self._of_product[product.value] = named

    def help_for(self, slug: str, now: float) -> dict[Cause, float]:
        """Nats that the posts lend to each cause for ``slug``."""
        s = self.settings
        if any(not story.heard for story in self.stories.open_stories()):
            return {}
        return {
            surge.cause: min(s.report_help_nats, surge.level * _HELP_SHARE)
            for surge in self.voices.surges()
            if surge.authors >= 3
            and surge.since > self.explained_until
            and now - surge.since <= s.report_help_seconds
            and slug in self.components(surge)
        }

    def components(self, surge: Surge) -> list[str]:
        """Those that the posts speak of: of the product named most often, or all."""
        usual = {p: n for p, n in self.voices.state.products.items() if self._of_product.get(p)}
        whole = sum(usual.values())
        votes = {p: _USUAL_VOTES * n / whole for p, n in usual.items()}
        for product, count in surge.products.items():
            if self._of_product.get(product):
                votes[product] = votes.get(product, 0.0) + count
        if not votes:
            return self._all
        enough = _NAMED_SHARE * sum(votes.values())
        chosen = {
            slug for product, count in votes.items() if count >= enough for slug in self._of_product[product]
        }
        return [slug for slug in self._all if slug in chosen]

    def tick(self, now: float) -> None:
        """Open, keep or end the suspicion that rests on posts alone."""
        for story in self.stories.open_stories():
            if story.heard:
                self._follow(story, now)
            else:
                self.explained_until = now
        self._take_up_again(now)
        surges = [] if self.stories.any_open() else self.voices.surges()
        if not surges:
            return
        s = self.settings
        surge = max(surges, key=lambda x: (x.level + x.authors / 1000.0, x.symptom.value))
        if surge.level < s.suspect_report_nats() or surge.authors < s.report_min_authors:
            return
        if self.voices.over(surge.symptom):
            return
        if now - surge.since < s.report_wait_seconds or self._explained(surge, now):
            return
        if any(now < self._talked_about_until(story) for story in self.stories.stories.values()):
            return
        named = self.components(surge)
        if surge.cause is Cause.MAINTENANCE and any(self.calendar.current(slug, now) for slug in named):
            return
        confidence = 1.0 - math.exp(-(surge.level - s.suspect_report_nats() + 1.0))
        self.stories.suspect(
            surge.cause, list(named), surge.since, round(min(_SURE_AT_MOST, confidence), 4), now
        )

    def _explained(self, surge: Surge, now: float) -> bool:
        """Whether a wave belongs to an incident of before; what outlasts it has a reason of its own."""
        known = self.explained_until
        if surge.since > known + 300.0:
            return False
        return known == self.heard_until or now - known <= _OUTLASTS_SECONDS

    def _talked_about_until(self, story: Story) -> float:
        """People go on talking after an incident, the longer the longer it was."""
        s = self.settings
        if story.heard or story.resolved_at is None:
            return 0.0
        lasted = story.resolved_at - story.started_at
        return story.resolved_at + min(s.report_silence_seconds, max(s.report_wait_seconds, lasted))

    def _follow(self, story: Story, now: float) -> None:
        """Resolve a suspicion once people have fallen silent, or say that it works again."""
        if self.voices.over(_SYMPTOM_OF_CAUSE[story.cause]):
            story.resolved_at = now
            story.dirty = True
            self.explained_until = self.heard_until = now
            self.voices.end(_SYMPTOM_OF_CAUSE[story.cause], now)

    def _take_up_again(self, now: float) -> None:
        """Open the last suspicion again where people complain on as they did before it was resolved."""
        for story in self.stories.stories.values():
            if not story.heard or story.resolved_at is None or self.stories.any_open():
                continue
            symptom = _SYMPTOM_OF_CAUSE[story.cause]
            if now - story.resolved_at > self.settings.reopen_seconds:
                continue
            if self.voices.goes_on(symptom, now):
                story.resolved_at = None
                story.relapses += 1
                story.dirty = True
