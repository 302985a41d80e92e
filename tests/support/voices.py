"""Counts reports that a test put into the table by hand."""

from statuspage.monitoring.models import Report, Voices
from statuspage.monitoring.voices import recount


def count_voices() -> None:
    """Count everything anew, as if all had been stored by the site while authors were known."""
    Voices.objects.all().delete()
    moments = list(Report.objects.order_by("at").values_list("at", flat=True))
    if moments:
        recount(moments, now=moments[0])
