"""Pauses probes for a while, and lets them go on when it is over; what is paused is unknown, never normal."""

from datetime import datetime

from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from statuspage.logbook.deeds import noted_action
from statuspage.logbook.doers import Doer
from statuspage.logbook.models import DoerKind
from statuspage.monitoring.changes import mark_changed
from statuspage.monitoring.models import Probe
from statuspage.monitoring.selectors import standing_probes

CLOCK = Doer(kind=DoerKind.PROGRAM, name="Fogbreak")
GONE_ON = _("Went on when the pause was over")


@transaction.atomic
def pause_probes(*, probes: QuerySet[Probe], until: datetime | None, reason: str, now: datetime) -> int:
    """Pause those of ``probes`` that are in use or paused; gives how many.

    Without ``until`` they wait for somebody who resumes them. One that was disabled for good stays so, or it
    would go on by itself.
    """
    paused = _ids(probes.filter(Q(enabled=True) | Q(paused_at__isnull=False)))
    changed = paused.update(enabled=False, paused_at=now, paused_until=until, pause_reason=reason[:200])
    mark_changed(now=now)
    return changed


@transaction.atomic
def resume_probes(*, probes: QuerySet[Probe], now: datetime) -> int:
    """Have those of ``probes`` that are paused go on; gives how many."""
    changed = _ids(probes.filter(paused_at__isnull=False)).update(
        enabled=True, paused_at=None, paused_until=None, pause_reason=""
    )
    mark_changed(now=now)
    return changed


def resume_due(*, now: datetime) -> int:
    """Have the probes go on whose pause is over; gives how many. It may be called by any number at once."""
    due = Probe.objects.filter(paused_until__lte=now)
    if not due.exists():
        return 0
    with noted_action(GONE_ON, due, now=now, by=CLOCK):
        return resume_probes(probes=due, now=now)


def paused_components() -> tuple[tuple[str, datetime | None], ...]:
    """Slugs of components all of whose probes are paused, each with when the first goes on, if one does."""
    paused = Probe.objects.filter(paused_at__isnull=False, component__retired=False)
    watched = standing_probes().filter(component__isnull=False).order_by().values("component")
    rows = paused.exclude(component__in=watched).order_by().values_list("component__slug")
    return tuple(rows.annotate(until=Min("paused_until")).order_by("component__slug"))


def _ids(probes: QuerySet[Probe]) -> QuerySet[Probe]:
    """The same rows without joins or order, which an update could not have."""
    return Probe.objects.filter(pk__in=probes.order_by().values("pk"))
