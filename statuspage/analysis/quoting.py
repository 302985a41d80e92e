"""Which posts may be quoted: surely read, and neither an advert nor a way out of the page."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from probes.vocabulary.symptoms import Symptom
from statuspage.analysis.model import REPORTS
from statuspage.analysis.values import Evidence, ReportEvidence

_UNWANTED = re.compile(
    r"https?://|www\.|\w\.(?:com|cn|net|me|top|xyz)\b|[<>]|加[我微vV]|私信|代办|提额", re.IGNORECASE
)


def is_quotable(text: str, probability: float) -> bool:
    """Whether ``text``, read with ``probability``, may stand on the page."""
    return bool(text) and probability >= REPORTS.least_quoted and _UNWANTED.search(text) is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A post that a person hid or read otherwise: to be quoted for ``symptom`` alone, or for none (None)."""

    text: str
    symptom: Symptom | None = None


def without_withheld(evidence: Evidence, posts: Collection[Withheld]) -> Evidence:
    """Evidence without the quotes that are withheld meanwhile; a quote is the beginning of its post."""
    reports = tuple(
        replace(said, quotes=tuple(quote for quote in said.quotes if _may_stand(quote, said, posts)))
        for said in evidence.reports
    )
    return replace(evidence, reports=reports)


def _may_stand(quote: str, said: ReportEvidence, posts: Collection[Withheld]) -> bool:
    return not any(post.text.startswith(quote) and post.symptom is not said.symptom for post in posts)
