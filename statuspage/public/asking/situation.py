"""What is going on right now, as far as it bears on a reader's question."""

from dataclasses import dataclass, field
from datetime import datetime

from probes.outcomes import Cause, Impact, Product, Symptom
from statuspage.analysis.values import Certainty
from statuspage.public.values import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One thing to pay with, as the first tap offers it. ``blind``: nobody knows how it stands."""

    slug: str
    name: Text
    group: str = ""
    group_name: Text = field(default_factory=lambda: Text("", ""))
    product: Product = Product.NONE
    blind: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One open incident; ``alternatives`` are the other explanations with their probabilities."""

    id: str
    title: Text
    cause: Cause
    certainty: Certainty
    confidence: float
    impact: Impact
    components: frozenset[str]
    affected: frozenset[str]
    started_at: datetime
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Announced work that goes on now."""

    title: Text
    components: frozenset[str]
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """People who said one thing of one product in the past hour; ``usual`` is None without history."""

    symptom: Symptom
    product: Product
    count: int
    usual: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that is known at ``at``; ``known_until`` is how far the evidence was concluded."""

    at: datetime
    known_until: datetime | None = None
    places: tuple[Place, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    planned: tuple[Planned, ...] = ()
    voices: tuple[Voices, ...] = ()

    def place(self, slug: str) -> Place | None:
        """The place of this slug; None for one that is not on the page."""
        return next((place for place in self.places if place.slug == slug), None)

    def say_the_same(self, component: str, symptom: Symptom) -> tuple[int, float | None]:
        """How many people said this of its product, or of none, in the past hour; and the usual."""
        place = self.place(component)
        products = {Product.NONE} | ({place.product} if place else set())
        heard = [voice for voice in self.voices if voice.symptom is symptom and voice.product in products]
        known = [voice.usual for voice in heard if voice.usual is not None]
        return sum(voice.count for voice in heard), sum(known) if known else None
