"""The stored form of what the machine believes: JSON that keeps evidence as it was when it was concluded."""

from dataclasses import replace
from datetime import datetime

import msgspec
from django.db.models import Q

from probes.vocabulary.causes import Extent
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.quoting import Withheld
from statuspage.analysis.values import CauseHeld, Evidence, ReportEvidence
from statuspage.monitoring.models import Report
from statuspage.monitoring.voices import usual_between

# Of these evidence told that was stored before it named its products.
_ALL_BUT_OTHERS = tuple(product for product in Product if product is not Product.OTHER)


def evidence_from_json(stored: object) -> Evidence | None:
    """The evidence that was stored; None where there is none, as with an incident that a person opened."""
    return msgspec.convert(stored, Evidence) if stored else None


def extents_from_json(stored: object) -> dict[str, Extent]:
    """How much of each component, by its slug, the stored evidence says to fail."""
    told = stored.get("extents", ()) if isinstance(stored, dict) else ()
    return dict(msgspec.convert(told, tuple[tuple[str, Extent], ...]))


def without_extents(stored: dict[str, object]) -> dict[str, object]:
    """Stored evidence that does not say how much of anything fails."""
    return {name: told for name, told in stored.items() if name != "extents"}


def told_only_from_json(stored: object) -> bool:
    """Whether, by the stored evidence, users alone speak of it."""
    return isinstance(stored, dict) and stored.get("told_only") is True


def as_the_page_tells(evidence: Evidence, *, at: datetime) -> Evidence:
    """Evidence at ``at`` whose usual numbers are those that the page tells, where there is a week of them.

    The detector's own usual is what a replay can know; the public must read one. The number of people is the
    detector's, which counts by the same rule: a wave begins between two slots.
    """
    reports = tuple(_as_the_page_tells(said, at) for said in evidence.reports)
    return replace(evidence, reports=reports)


def _as_the_page_tells(said: ReportEvidence, at: datetime) -> ReportEvidence:
    if said.since is None:
        return said
    products = said.products or _ALL_BUT_OTHERS
    known = usual_between(said.since, at, chosen=lambda pair: pair[0] in products and pair[1] is said.symptom)
    return said if known is None else replace(said, usual=round(known, 3))


def withheld() -> tuple[Withheld, ...]:
    """What must not be quoted as the machine read it, wherever it was: the newest thousand such posts."""
    judged = Q(hidden=True) | Q(relabelled_at__isnull=False)
    rows = Report.objects.filter(judged).exclude(text="").order_by("-pk")
    return tuple(
        Withheld(text=text, symptom=None if hidden else Symptom(symptom))
        for text, hidden, symptom in rows.values_list("text", "hidden", "symptom")[:1000]
    )


def causes_from_json(stored: object) -> tuple[CauseHeld, ...]:
    """The causes that were stored, in the order in which they were held."""
    return msgspec.convert(stored, tuple[CauseHeld, ...])
