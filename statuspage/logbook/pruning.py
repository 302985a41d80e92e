"""Removes what is older than the log is kept, in small portions, so that no writer waits for long."""

from datetime import datetime, timedelta

from django.conf import settings

from statuspage.logbook.models import Deed

PORTION, PORTIONS = 2_000, 50


def prune(*, now: datetime) -> int:
    """Forget who did what after LOG_DAYS; gives how many deeds went. The rest follows in the next run."""
    gone = 0
    old = Deed.objects.filter(at__lt=now - timedelta(days=settings.LOG_DAYS)).order_by("pk")
    for _ in range(PORTIONS):
        portion = list(old.values_list("pk", flat=True)[:PORTION])
        if not portion:
            break
        gone += Deed.objects.filter(pk__in=portion).delete()[0]
    return gone
