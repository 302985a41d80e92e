"""Makes of planned work that comes again what is to come in the next weeks, and lets it follow its series."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from probes.vocabulary.states import MaintenanceStatus
from statuspage.incidents import handling
from statuspage.incidents.maintenance import follow_its_times, leave_notice, status_at
from statuspage.incidents.models import Maintenance, MaintenanceSeries
from statuspage.incidents.recurrence import PlannedTime, Recurrence, occurrences
from statuspage.incidents.timeline import public_id
from statuspage.monitoring.changes import hold_pipeline
from statuspage.monitoring.lateness import open_moment
from statuspage.monitoring.models import Component

AHEAD = timedelta(days=60)
# What was cancelled with its rule comes back with it.
_FOLLOWING = (MaintenanceStatus.SCHEDULED.value, MaintenanceStatus.CANCELLED.value)


def recurrence_of(series: MaintenanceSeries) -> Recurrence:
    """When it comes; raises ValueError for a day that is none, or a zone that nobody knows."""
    return Recurrence(
        rule=series.rule,
        first=datetime.combine(series.first_on, series.starts_at),
        zone=ZoneInfo(series.zone),
        except_on=frozenset(read_days(series.except_on)),
    )


def read_days(lines: str) -> Iterator[date]:
    """The days, one a line or between commas; raises ValueError with the one that is none."""
    for line in lines.replace(",", "\n").split("\n"):
        if line.strip():
            try:
                yield date.fromisoformat(line.strip())
            except ValueError as error:
                raise ValueError(line.strip()) from error


def to_come(series: MaintenanceSeries, *, now: datetime, until: datetime) -> Mapping[date, PlannedTime]:
    """What of it goes on or is to come at ``now``, by day; nothing where it is not active."""
    if not series.active:
        return {}
    length = timedelta(minutes=series.minutes)
    found = occurrences(recurrence_of(series), since=now - length, until=until)
    return {one.on: one for one in found if one.starts_at + length > now}


def plan_ahead(*, now: datetime) -> None:
    """Make of every series what is to come of it."""
    for series in MaintenanceSeries.objects.all():
        follow(series, now=now)


@transaction.atomic
def follow(series: MaintenanceSeries, *, now: datetime) -> int:
    """Make, move and cancel what is to come of ``series``; gives how many rows that changed.

    What a person changed, what began and what is over stays. To do it twice changes nothing.
    """
    hold_pipeline()
    # Somebody may have changed or removed it since it was read.
    current = MaintenanceSeries.objects.filter(pk=series.pk).first()
    return 0 if current is None else _follow_all(current, now)


def _follow_all(series: MaintenanceSeries, now: datetime) -> int:
    expected = to_come(series, now=now, until=now + AHEAD)
    components = set(series.components.all())
    rows = {row.occurrence_on: row for row in _rows(series, now)}
    changed = sum(
        _follow(rows.get(on) or _new(series, one, now), series, one, components, now)
        for on, one in expected.items()
    )
    for on, row in rows.items():
        if on not in expected and _is_to_come(row, now):
            row.status = MaintenanceStatus.CANCELLED.value
            _tell(row, now)
            changed += 1
    if changed:
        handling.make_public(now=now)
    return changed


def _rows(series: MaintenanceSeries, now: datetime) -> Iterator[Maintenance]:
    """Its rows from some days ago on: what was ended early is not made again."""
    since = (now - timedelta(minutes=series.minutes) - timedelta(days=2)).date()
    yield from series.occurrences.filter(occurrence_on__gte=since).prefetch_related("components")


def _is_to_come(row: Maintenance, now: datetime) -> bool:
    return row.status == MaintenanceStatus.SCHEDULED and row.starts_at > now and not row.apart


def _new(series: MaintenanceSeries, one: PlannedTime, now: datetime) -> Maintenance:
    slug = f"series-{series.pk}-{one.on:%Y%m%d}"
    return Maintenance(
        slug=slug,
        public_id=public_id("maintenance", slug),
        series=series,
        occurrence_on=one.on,
        announced_at=now,
    )


def _follow(
    row: Maintenance, series: MaintenanceSeries, one: PlannedTime, components: set[Component], now: datetime
) -> bool:
    """Let ``row`` be as its series says, where it is new or still to come; whether that changed it."""
    is_new = row.pk is None
    if row.apart or (not is_new and row.status not in _FOLLOWING):
        return False
    before = None if is_new else (_told_of(row), set(row.components.all()))
    row.title, row.body, row.remind_hours = series.title, series.body, series.remind_hours
    row.starts_at, row.ends_at = one.starts_at, one.starts_at + timedelta(minutes=series.minutes)
    row.status = status_at(row, now=now).value
    if before == (_told_of(row), components):
        return False
    follow_its_times(row, now=now)
    _tell(row, now, components)
    return True


def _told_of(row: Maintenance) -> tuple[object, ...]:
    return (row.title, row.body, row.starts_at, row.ends_at, row.status, row.remind_hours)


def _tell(row: Maintenance, now: datetime, components: set[Component] | None = None) -> None:
    row.updated_at = now
    row.save()
    if components is not None:
        row.components.set(components)
    leave_notice(row, at=open_moment(now))
