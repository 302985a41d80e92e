"""What users say: a wave of posts for every symptom, and who spoke when, so that nobody counts twice."""

import msgspec

from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.model import REPORTS
from statuspage.analysis.values import Heard
from statuspage.analysis.wave import Wave


class WavesMemory(msgspec.Struct):
    """``last_said`` is when an author last spoke of a symptom; ``products`` how often each is named."""

    waves: dict[Symptom, Wave] = {}
    last_said: dict[str, float] = {}
    swept_at: float = 0.0
    products: dict[Product, float] = {}


class Waves:
    """Moves a :class:`WavesMemory`, which is its whole state."""

    def __init__(self, memory: WavesMemory) -> None:
        self.memory = memory

    def hear(self, heard: Heard, now: float, hour: int) -> None:
        """Take in one post."""
        named, report = self.memory.products, heard.report
        if not heard.repeats:
            named[heard.product] = named.get(heard.product, 0.0) + 1.0
        if not _tells_of_now(heard, now):
            return
        if heard.symptom is Symptom.WORKING:
            if self._is_new(report.author, heard.symptom, now):
                for wave in self.memory.waves.values():
                    wave.works(now)
        elif heard.repeats:
            if known := self.of(heard.symptom):
                known.pass_on(now)
        elif self._is_new(report.author, heard.symptom, now):
            self._begin(heard.symptom, now).complain(report, heard.product, now, hour)

    def of(self, symptom: Symptom) -> Wave | None:
        """The wave of ``symptom``; None where it was never heard of."""
        return self.memory.waves.get(symptom)

    def any_loud(self) -> bool:
        return any(wave.loud for wave in self.memory.waves.values())

    def loud(self) -> list[Wave]:
        """The loud ones, strongest first."""
        found = [wave for wave in self.memory.waves.values() if wave.loud]
        return sorted(found, key=lambda wave: (-wave.level, wave.symptom.value))

    def settle(self, now: float, hour: int) -> None:
        """Let silence count against every wave; one that people have stopped talking about is over."""
        for wave in self.memory.waves.values():
            wave.settle_or_fall_silent(now, hour)

    def close_window(self, hour: int, *, learn: bool) -> None:
        """End a baseline window."""
        for wave in self.memory.waves.values():
            wave.close_window(hour, learn=learn)

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
    """Whether a post says anything of how payments fare now."""
    told = heard.symptom.cause is not None or heard.symptom is Symptom.WORKING
    if not told or heard.product is Product.OTHER or heard.probability < REPORTS.least_probability:
        return False
    published = heard.report.published_at
    return published is None or now - published.timestamp() <= REPORTS.old_post_seconds
