"""Chooses the few posts that are quoted on the page: recent, plain, each by somebody else."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from probes.vocabulary.observations import FIRST_PARTY
from probes.vocabulary.symptoms import COMPLAINTS, Product, Symptom
from statuspage.analysis.model import REPORTS
from statuspage.analysis.quoting import is_quotable
from statuspage.monitoring.models import Report
from statuspage.public.read.values import Quote

SHOWN = 4
PER_SYMPTOM = 2
SPAN = timedelta(hours=3)
CANDIDATES = 200
LONGEST = 60


def recent_quotes(now: datetime) -> tuple[Quote, ...]:
    """Up to four about our products, newest first, by distinct authors, two of a symptom at most; one query.

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
            symptom__in=COMPLAINTS,
            probability__gte=REPORTS.least_quoted,
        )
        .exclude(text="")
        .exclude(product=Product.OTHER)
        .order_by("-at", "-pk")
        .values_list("author", "symptom", "text", "at", "probability")[:CANDIDATES]
    )
    return tuple(_chosen(rows))


def shortened(text: str) -> str:
    """One line of at most :data:`LONGEST` characters."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def _chosen(rows: Iterable[tuple[str, str, str, datetime, float]]) -> Iterator[Quote]:
    authors: set[str] = set()
    said: set[str] = set()
    by_symptom: Counter[str] = Counter()
    for author, symptom, text, at, probability in rows:
        line = shortened(text)
        if (author and author in authors) or line in said or by_symptom[symptom] >= PER_SYMPTOM:
            continue
        if not is_quotable(text, probability):
            continue
        authors.add(author)
        said.add(line)
        by_symptom[symptom] += 1
        yield Quote(text=line, symptom=Symptom(symptom), at=at)
        if len(said) == SHOWN:
            return
