"""What a person does to reports: hide them from the public, show them again, say what they really mean."""

import unicodedata
from collections.abc import Collection, Iterator
from datetime import datetime

from django.db import transaction

from probes.listening.reading.corpus import LabelledPost
from probes.listening.reading.text import simplify
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.monitoring.changes import mark_changed
from statuspage.monitoring.lateness import open_moment
from statuspage.monitoring.models import Report
from statuspage.monitoring.voices import recount


@transaction.atomic
def set_hidden(*, ids: Collection[int], hidden: bool, now: datetime) -> int:
    """Hide reports from every count, chart and quote, or show them again; gives how many changed.

    What is hidden counts for no verdict from then on. What was concluded from it stays; and what is shown
    again is counted and quoted again, but no news to the detector.
    """
    rows = Report.objects.filter(pk__in=ids, hidden=not hidden)
    if hidden:
        rows.filter(hidden_at=None).update(hidden_at=open_moment(now))
    moments = list(rows.values_list("at", flat=True))
    changed = rows.update(hidden=hidden)
    if changed:
        mark_changed(now=now)
        recount(moments, now=now)
    return changed


@transaction.atomic
def relabel_report(
    *, report_id: int, symptom: Symptom, product: Product | None = None, now: datetime
) -> bool:
    """Say what a report complains of, and of which product where the machine mistook it.

    The symptom that the machine took it for is kept. False where the report says so already.

    What was concluded meanwhile stands: a verdict was right or wrong by what was known when it was given.
    """
    report = Report.objects.select_for_update().get(pk=report_id)
    product = product or Product(report.product)
    if report.relabelled_at is not None and (report.symptom, report.product) == (symptom, product):
        return False
    Report.objects.filter(pk=report_id).update(
        symptom=symptom,
        product=product,
        probability=1.0,
        read_as=report.read_as or report.symptom,
        relabelled_at=now,
    )
    mark_changed(now=now)
    recount([report.at], now=now)
    return True


def labelled_reports(ids: Collection[int] | None = None) -> Iterator[LabelledPost]:
    """Every report that a person labelled, oldest first: all, or those of ``ids``."""
    rows = Report.objects.filter(relabelled_at__isnull=False).exclude(text="").select_related("source")
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    for row in rows.order_by("pk").iterator():
        yield LabelledPost(
            id=f"{row.source.slug}/{row.external_id}",
            text=row.text,
            label=Symptom(row.symptom),
            product=Product(row.product),
            lang=_language(row.text),
            hard=True,
            was=row.read_as,
        )


def _language(text: str) -> str:
    if not any("\u4e00" <= sign <= "\u9fff" for sign in text):
        return "en"
    traditional = simplify(text) != unicodedata.normalize("NFKC", text).lower()
    return "zh-Hant" if traditional else "zh-Hans"
