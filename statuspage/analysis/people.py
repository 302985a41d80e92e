"""Who counts once among those who complain: the one rule, for every number of people that is told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from probes.vocabulary.symptoms import Product, Symptom

SLOT = timedelta(minutes=15)  # the grain of what is counted; whole slots make an hour
# Of what one person names in an hour, ours first; to name another product says more than to name none.
_TELLING = {Product.FENFU: 0, Product.WECHAT_PAY: 0, Product.OTHER: 1, Product.NONE: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplainingPost:
    """One post that complains and is no repost.

    ``author`` is a hash, empty where nobody is known; ``filed`` says that it came by this site's own form.
    """

    at: datetime
    product: Product
    symptom: Symptom
    author: str = ""
    filed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotKey:
    """What is counted apart."""

    slot: datetime
    product: Product
    symptom: Symptom


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleCount:
    """``people``, of whom ``filed`` spoke by this site's own form."""

    people: int = 0
    filed: int = 0


def hour_of(at: datetime) -> datetime:
    """The start of the clock hour (UTC) that holds ``at``."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def slot_of(at: datetime) -> datetime:
    """The start of the slot that holds ``at``."""
    return hour_of(at) + (at - hour_of(at)) // SLOT * SLOT


def count_people(complaints: Iterable[ComplainingPost]) -> Mapping[SlotKey, PeopleCount]:
    """How many people complained, by slot, product and symptom; in whatever order the complaints come.

    An author counts once per symptom and clock hour, however loud he is: in the slot in which he first says
    it, and for the product that tells most of those that he names in that hour, so that the counts of all
    slots and products add up to the number of people. Whoever is not known counts each time.
    """
    said: dict[tuple[datetime, Symptom, object], list[ComplainingPost]] = defaultdict(list)
    for number, complaint in enumerate(complaints):
        said[hour_of(complaint.at), complaint.symptom, complaint.author or number].append(complaint)
    counts: dict[SlotKey, PeopleCount] = defaultdict(PeopleCount)
    for own in said.values():
        own.sort(key=attrgetter("at"))
        first, product = own[0], min((one.product for one in own), key=_TELLING.__getitem__)
        key = SlotKey(slot=slot_of(first.at), product=product, symptom=first.symptom)
        counted = counts[key]
        counts[key] = replace(counted, people=counted.people + 1, filed=counted.filed + first.filed)
    return counts
