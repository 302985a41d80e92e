"""Chooses the few posts that are quoted on the page: recent, plain, each by somebody else."""

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from probes.vocabulary.observations import FIRST_PARTY
from probes.vocabulary.symptoms import COMPLAINTS, Symptom
from statuspage.analysis.values import Evidence
from statuspage.monitoring.models import Report
from statuspage.public.read.values import Quote

SHOWN = 4
PER_SYMPTOM = 2
SPAN = timedelta(hours=3)
CANDIDATES = 200
LONGEST = 60
SURE_FROM = 0.6
_UNWANTED = re.compile(
    r"https?://|www\.|\w\.(?:com|cn|net|me|top|xyz)\b|[<>]|加[我微vV]|私信|代办|提额", re.IGNORECASE
)


def recent_quotes(now: datetime) -> tuple[Quote, ...]:
    """Up to four, newest first, from distinct authors and at most two of one symptom; one query.

    What readers write into this page's own form would be seen by everybody at once: it is quoted only after a
    person has confirmed it. Texts were redacted when they were stored.
    """
    rows = (
        Report.objects.filter(
            Q(relabelled_at__isnull=False) | ~Q(source__slug=FIRST_PARTY),
            at__gt=now - SPAN,
            at__lte=now,
            hidden=False,
            repost_of__isnull=True,
            probability__gte=SURE_FROM,
            symptom__in=COMPLAINTS,
        )
        .exclude(text="")
        .order_by("-at", "-pk")
        .values_list("author", "symptom", "text", "at")[:CANDIDATES]
    )
    return tuple(_chosen(rows))


def hidden_texts() -> tuple[str, ...]:
    """What must not be quoted any more, wherever it was: the newest thousand reports that are hidden."""
    rows = Report.objects.filter(hidden=True).exclude(text="").order_by("-pk")
    return tuple(rows.values_list("text", flat=True)[:1000])


def without_hidden(evidence: Evidence, hidden: Iterable[str]) -> Evidence:
    """Evidence without the quotes that a person hid meanwhile; a quote is the beginning of its post."""
    reports = tuple(
        dataclasses.replace(
            said,
            quotes=tuple(
                quote for quote in said.quotes if not any(text.startswith(quote) for text in hidden)
            ),
        )
        for said in evidence.reports
    )
    return dataclasses.replace(evidence, reports=reports)


def shortened(text: str) -> str:
    """One line of at most :data:`LONGEST` characters."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def _chosen(rows: Iterable[tuple[str, str, str, datetime]]) -> Iterator[Quote]:
    authors: set[str] = set()
    said: set[str] = set()
    by_symptom: Counter[str] = Counter()
    for author, symptom, text, at in rows:
        line = shortened(text)
        if (author and author in authors) or line in said or by_symptom[symptom] >= PER_SYMPTOM:
            continue
        if _UNWANTED.search(text):
            continue
        authors.add(author)
        said.add(line)
        by_symptom[symptom] += 1
        yield Quote(text=line, symptom=Symptom(symptom), at=at)
        if len(said) == SHOWN:
            return
