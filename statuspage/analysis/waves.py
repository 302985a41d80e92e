"""What users say: a wave of posts for every symptom, and who spoke when, so that nobody counts twice."""

from collections.abc import Collection, Mapping

import msgspec

from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.leaks import Leaks
from statuspage.analysis.model import LEAKS, REPORTS
from statuspage.analysis.naming import named_in
from statuspage.analysis.values import Heard
from statuspage.analysis.wave import Wave


class WavesMemory(msgspec.Struct):
    """``last_said`` is when an author last spoke of a symptom; ``products`` how often each is named."""

    waves: dict[Symptom, Wave] = {}
    last_said: dict[str, float] = {}
    swept_at: float = 0.0
    products: dict[Product, float] = {}


class Waves:
    """Moves a :class:`WavesMemory`, which is its whole state.

    ``leaks`` are the reader's errors, ``names`` the words by which posts name components.
    """

    def __init__(self, memory: WavesMemory, leaks: Leaks, names: Mapping[str, str] | None = None) -> None:
        self.memory, self.leaks, self.names = memory, leaks, names or {}

    def hear(self, heard: Heard, now: float, hour: int) -> None:
        """Take in one post."""
        products = self.memory.products
        if not heard.repeats:
            products[heard.product] = products.get(heard.product, 0.0) + 1.0
        if not _tells_of_now(heard, now):
            return
        symptom = heard.symptom
        if heard.repeats and symptom.complains:
            if known := self.of(symptom):
                known.pass_on(now)
        elif self._is_new(heard.report.author, symptom, now):
            self._leak(symptom, LEAKS.repeated_share if heard.repeats else 1.0, now)
            if symptom.cause is not None:
                named = named_in(heard.report.text, self.names)
                self._begin(symptom, now).complain(heard, now, hour, named)
            elif symptom is Symptom.WORKING:
                for wave in self.memory.waves.values():
                    wave.works(now)

    def unhear(self, heard: Heard, now: float, hour: int) -> None:
        """Take back a post that a person hid; what was concluded from it stays, as does what it taught."""
        products = self.memory.products
        if heard.repeats:
            return
        products[heard.product] = max(0.0, products.get(heard.product, 0.0) - 1.0)
        known = self.of(heard.symptom)
        if known is not None and heard.symptom.cause is not None:
            known.take_back(heard, now, hour)

    def of(self, symptom: Symptom) -> Wave | None:
        """The wave of ``symptom``; None where it was never heard of."""
        return self.memory.waves.get(symptom)

    def any_loud(self) -> bool:
        # Asked at every tick, and a plain loop is several times as quick as any().
        for wave in self.memory.waves.values():  # noqa: SIM110
            if wave.excess.level >= REPORTS.loud_nats:
                return True
        return False

    def news(self) -> list[Wave]:
        """Those in which more is said than anything explains."""
        return [wave for wave in self.memory.waves.values() if wave.news.loud]

    def named_share(self, products: Collection[Product]) -> float:
        """The usual share (0 to 1) of ``products`` among all posts that may be about one of ours."""
        named = self.memory.products
        whole = sum(count for product, count in named.items() if product is not Product.OTHER)
        return sum(named.get(product, 0.0) for product in products) / whole if whole else 1.0

    def settle(self, now: float, hour: int) -> None:
        """Let silence count against every wave; one that people have stopped talking about is over."""
        for wave in self.memory.waves.values():
            wave.settle_or_fall_silent(now, hour)

    def close_window(self, now: float, hour: int, *, learn: bool) -> None:
        """End a baseline window."""
        for wave in self.memory.waves.values():
            wave.close_window(now, hour, learn=learn)

    def _leak(self, read: Symptom, posts: float, now: float) -> None:
        for said, share in self.leaks[read].items():
            self._begin(said, now).leak(share * posts, now)

    def _begin(self, symptom: Symptom, now: float) -> Wave:
        known = self.of(symptom)
        if known is None:
            known = self.memory.waves[symptom] = Wave(symptom=symptom, moved_at=now)
        return known

    def _is_new(self, author: str, symptom: Symptom, now: float) -> bool:
        """Whether an author says this for the first time in this clock hour.

        So every number of people that is told counts, too: ``people.py``.
        """
        if not author:
            return True
        memory, limit = self.memory, REPORTS.author_seconds
        if now - memory.swept_at > REPORTS.sweep_seconds:
            memory.swept_at = now
            memory.last_said = {key: at for key, at in memory.last_said.items() if now - at < limit}
        key = f"{symptom}\n{author}"
        last = memory.last_said.get(key)
        if last is not None and now // limit == last // limit:
            return False
        memory.last_said[key] = now
        return True


def _tells_of_now(heard: Heard, now: float) -> bool:
    """Whether a post may say something of how our payments fare now, if only what people talk about."""
    if heard.product is Product.OTHER or heard.probability < REPORTS.least_probability:
        return False
    published = heard.report.published_at
    return published is None or now - published.timestamp() <= REPORTS.old_post_seconds
