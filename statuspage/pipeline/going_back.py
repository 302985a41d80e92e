"""Sets right what a clock that was ahead has left behind: cursors and rows of a time that has not come yet.

Without it nothing would be concluded until that time comes, and then the checks of a wrong hour would be
judged as if they had just been made. What was measured stays, dated back by as much as the clock was, and is
not judged: nobody knows what time it really was.
"""

import logging
import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import OperationalError
from django.db.models import F, Model

from probes.vocabulary.states import MaintenanceStatus
from statuspage.incidents.maintenance import status_at
from statuspage.incidents.models import (
    BlindSpell,
    ComponentDay,
    ComponentStatus,
    Incident,
    IncidentUpdate,
    Maintenance,
    MaintenanceNotice,
    MaintenanceUpdate,
)
from statuspage.monitoring.blocks import unpack
from statuspage.monitoring.dispatch import TOLERANCE
from statuspage.monitoring.inserting import insert_new
from statuspage.monitoring.models import (
    CheckBlock,
    CheckResult,
    Component,
    MinuteCounts,
    Probe,
    Progress,
    Report,
    Rollup,
    Source,
)
from statuspage.monitoring.packing import HOT
from statuspage.monitoring.selectors import watched_catalog
from statuspage.monitoring.tallies import Tally, watched_probes
from statuspage.monitoring.voices import recount
from statuspage.outside.models import Sender, SentSignal, SignalNotice
from statuspage.pipeline.detectors import KEEPER, DetectorKeeper, detector_settings
from statuspage.pipeline.turns import is_lock_timeout, locked_progress

CHUNK = 2000

log = logging.getLogger(__name__)


def set_right(now: datetime, *, keeper: DetectorKeeper = KEEPER) -> bool:
    """Date back what was concluded or measured at a time that has not come yet; True if anything was.

    A detector that has seen what never was begins anew, with what it knows to be usual.
    """
    if not _is_ahead(now):
        return False
    try:
        with locked_progress() as progress:
            # Another process may have done so meanwhile.
            if not _is_ahead(now):
                return False
            if _go_back(progress, now):
                keeper.begin_anew(progress, watched_catalog(), detector_settings(), at=now)
            progress.save()
    except OperationalError as error:
        if not is_lock_timeout(error):
            raise
        return False
    return True


def _is_ahead(now: datetime) -> bool:
    limit = now + TOLERANCE
    return any(
        rows.exists()
        for rows in (
            Progress.objects.filter(concluded_until__gt=limit),
            CheckResult.objects.filter(at__gt=limit),
            CheckBlock.objects.filter(last_at__gt=limit),
            Report.objects.filter(at__gt=limit),
        )
    )


def _go_back(progress: Progress, now: datetime) -> bool:
    """Change ``progress`` without saving it; True if its cursor was ahead."""
    _unpack_unsettled(now)
    concluded = progress.concluded_until or now
    newest = max(filter(None, (_newest(CheckResult), _newest(Report))), default=now)
    # Some microseconds more, so that no tick that is dated back falls onto another.
    by = max(concluded, newest, now) - now + timedelta(microseconds=random.randrange(1, 1_000_000))
    log.error("the clock was ahead by about %s: what is dated after %s is dated back", by, now.isoformat())
    _take_back(now, progress.tallied_until or now)
    _date_back_measured(now, by)
    _date_back_planned(now, by)
    _date_back_signals(now)
    was_ahead = concluded > now
    if was_ahead:
        _date_back_concluded(now, by)
        # All up to now was judged, or came too late to be.
        progress.concluded_until = progress.advanced_at = now
        progress.counted_until = min(progress.counted_until or now, now)
        progress.tallied_until = min(progress.tallied_until or now, now)
    progress.changed_at, progress.published_at = now, None
    progress.clock_corrections += 1
    return was_ahead


def _newest(model: type[Model]) -> datetime | None:
    return model._default_manager.order_by("-at").values_list("at", flat=True).first()


def _unpack_unsettled(now: datetime) -> None:
    """Make rows again of what was packed too early: in blocks it is not dated back, nor found on record."""
    blocks = CheckBlock.objects.filter(last_at__gt=now - HOT)
    for pk in list(blocks.values_list("pk", flat=True)):
        block = CheckBlock.objects.get(pk=pk)
        results = unpack(bytes(block.body))
        insert_new(CheckResult, [result._asdict() | {"probe_id": block.probe_id} for result in results])
        block.delete()


def _take_back(now: datetime, tallied: datetime) -> None:
    """Uncount the checks of a time that is yet to come: they are counted in windows that are."""
    tally, probes = Tally(ZoneInfo(settings.TIME_ZONE)), watched_probes()
    rows = CheckResult.objects.filter(at__gt=now, at__lte=tallied, late=False).order_by()
    told = rows.values_list("probe_id", "at", "outcome", "latency_ms", "excluded")
    for probe, at, outcome, latency_ms, excluded in told.iterator(chunk_size=CHUNK):
        tally.take_back(probes[probe], at, outcome, latency_ms, excluded)
    tally.store()
    for windows in (Rollup, MinuteCounts):
        windows.objects.filter(start__gt=now).delete()


def _date_back_measured(now: datetime, by: timedelta) -> None:
    CheckResult.objects.filter(at__gt=now).update(
        at=F("at") - by, tick=F("tick") - by, stored_at=F("stored_at") - by, late=True
    )
    reports = Report.objects.filter(at__gt=now)
    moments = list(reports.values_list("at", flat=True))
    if moments:
        reports.update(at=F("at") - by, late=True)
        recount([*moments, *(at - by for at in moments)], now=now)
    Report.objects.filter(hidden_at__gt=now).update(hidden_at=now)
    for made in (Probe, Component):
        made.objects.filter(created_at__gt=now).update(created_at=now)
    Source.objects.filter(last_attempt_at__gt=now).update(last_attempt_at=now, not_before=None)
    Source.objects.filter(last_success_at__gt=now).update(last_success_at=now)


def _date_back_signals(now: datetime) -> None:
    """What other monitors said at a time that is yet to come is over: they will say it again."""
    SignalNotice.objects.filter(at__gt=now).update(at=now)
    ahead = SentSignal.objects.filter(last_at__gt=now)
    ahead.filter(ended_at=None).update(ended_at=now)
    ahead.filter(first_at__gt=now).update(first_at=now)
    ahead.update(last_at=now, until=now)
    Sender.objects.filter(heard_at__gt=now).update(heard_at=now)


def _date_back_planned(now: datetime, by: timedelta) -> None:
    """Windows that began or ended before their time go back; what a person ended stays ended."""
    MaintenanceNotice.objects.filter(at__gt=now).update(at=now)
    MaintenanceUpdate.objects.filter(created_at__gt=now).update(created_at=now)
    by_time = [MaintenanceStatus.IN_PROGRESS, MaintenanceStatus.COMPLETED]
    for row in Maintenance.objects.filter(updated_at__gt=now):
        if row.status in by_time and (row.status != MaintenanceStatus.COMPLETED or row.ends_at <= now + by):
            row.status = status_at(row, now=now)
        row.updated_at = now
        row.save(update_fields=["status", "updated_at"])


def _date_back_concluded(now: datetime, by: timedelta) -> None:
    for model in (Incident, IncidentUpdate, ComponentStatus):
        _date_back_rows(model, now, by)
    BlindSpell.objects.filter(started_at__gt=now).delete()
    # The one in which the clock was set ends when something is seen again.
    BlindSpell.objects.filter(ended_at__gt=now).update(ended_at=None)
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    ComponentDay.objects.filter(day__gt=today).delete()


def _date_back_rows(model: type[Model], now: datetime, by: timedelta) -> None:
    """Every moment in the table that is yet to come."""
    names = [field.name for field in model._meta.fields if field.get_internal_type() == "DateTimeField"]
    for name in names:
        rows = model._default_manager.filter(**{f"{name}__gt": now})
        rows.update(**{name: F(name) - by})
