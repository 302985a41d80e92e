"""What is going on right now, as far as it bears on a reader's question."""

from dataclasses import dataclass
from datetime import datetime

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.states import ComponentState
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.ages import as_of
from statuspage.analysis.values import Certainty
from statuspage.incidents.ways import Way, troubled_by
from statuspage.wording.names import outside_group


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPlace:
    """One thing to pay with, as the first tap offers it."""

    slug: str
    name: Bilingual
    group: str = ""
    group_name: Bilingual = NOTHING
    product: Product = Product.NONE
    kind: ComponentKind = ComponentKind.PAY
    state: ComponentState = ComponentState.OPERATIONAL

    @property
    def blind(self) -> bool:
        """Whether nobody knows how it stands."""
        return self.state is ComponentState.UNKNOWN

    @property
    def spoken_name(self) -> Bilingual:
        """Its name with its group, where that is not said already."""
        return outside_group(self.name, self.group_name) if self.group_name else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTrouble:
    """One open incident; ``alternatives`` are the other explanations with their probabilities."""

    id: str
    title: Bilingual
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

    title: Bilingual
    components: frozenset[str]
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaints:
    """People who said one thing of one product in the past hour.

    ``filed`` of them said it in this site's own form; ``usual`` is None without history.
    """

    symptom: Symptom
    product: Product
    count: int
    filed: int = 0
    usual: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that is known at ``at``; ``known_until`` is how far the evidence was concluded."""

    at: datetime
    known_until: datetime | None = None
    places: tuple[AskedPlace, ...] = ()
    troubles: tuple[OpenTrouble, ...] = ()
    planned: tuple[Planned, ...] = ()
    voices: tuple[Complaints, ...] = ()

    @property
    def as_of(self) -> datetime:
        """The moment from which on it grows old."""
        return as_of(self.at, self.known_until)

    def place(self, slug: str) -> AskedPlace | None:
        """The place of this slug; None for one that is not on the page."""
        return next((place for place in self.places if place.slug == slug), None)

    def ways(self) -> tuple[Way, ...]:
        """The places as advice weighs them."""
        troubled = troubled_by(self.troubles, [work.components for work in self.planned])
        return tuple(
            Way(
                slug=place.slug,
                name=place.spoken_name,
                kind=place.kind,
                group=place.group,
                state=place.state,
                troubled=place.slug in troubled,
            )
            for place in self.places
        )

    def say_the_same(self, component: str, symptom: Symptom) -> tuple[int, float | None]:
        """How many people said this of its product, or of none, in the past hour; and the usual."""
        heard = self._voices_of(component, symptom)
        known = [voice.usual for voice in heard if voice.usual is not None]
        return sum(voice.count for voice in heard), sum(known) if known else None

    def filed_here(self, component: str, symptom: Symptom) -> int:
        """How many of those that :meth:`say_the_same` counts said so in this site's own form."""
        return sum(voice.filed for voice in self._voices_of(component, symptom))

    def _voices_of(self, component: str, symptom: Symptom) -> list[Complaints]:
        """Who names no product means one of ours, and not what only another product's users notice."""
        place = self.place(component)
        product = place.product if place else Product.NONE
        products = {product} if product is Product.OTHER else {product, Product.NONE}
        return [voice for voice in self.voices if voice.symptom is symptom and voice.product in products]
