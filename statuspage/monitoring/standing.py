"""The probes in use as those who hand them out know them: read every few seconds, not for every tick."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from probes.instrument.schedule import Timetable
from statuspage.monitoring.models import Probe
from statuspage.monitoring.selectors import standing_probes

# How long a change of the catalog may take to be noticed.
REREAD_S = 5.0
# No check begins later than this after its tick, however long its interval is.
LATEST = timedelta(seconds=30)
_COLUMNS = (
    "id",
    "slug",
    "vantage_id",
    "vantage__slug",
    "interval_seconds",
    "timeout_seconds",
    "created_at",
    # Whoever holds its token makes its checks.
    "push_token__enabled",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCheck:
    """One probe at one tick."""

    probe_id: int
    tick: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingProbe:
    """What decides when a probe is due; later than ``latest`` after a tick its check must not begin.

    One that is ``pushed`` is never asked by us: what was not pushed to us is missed.
    """

    id: int
    slug: str
    vantage_id: int
    vantage: str
    interval_s: float
    timeout_s: float
    created_at: datetime
    latest: timedelta
    pushed: bool = False


class Rota:
    """The probes of one vantage (``vantage`` is its slug) and when each is due."""

    def __init__(self, probes: list[StandingProbe]) -> None:
        self.vantage_id, self.vantage = probes[0].vantage_id, probes[0].vantage
        self.probes = {probe.id: probe for probe in probes}
        self._timetable = Timetable((probe.id, probe.slug, probe.interval_s) for probe in probes)

    def due(self, since: datetime, until: datetime) -> list[DueCheck]:
        """The ticks in (since, until], in order of time; a probe has none from before it was made."""
        found = [
            DueCheck(probe_id=key, tick=tick)
            for key, tick in self._timetable.due(since, until)
            if tick > self.probes[key].created_at
        ]
        found.sort(key=lambda check: check.tick)
        return found

    @property
    def longest_timeout(self) -> timedelta:
        return timedelta(seconds=max(probe.timeout_s for probe in self.probes.values()))


class StandingProbes:
    """The rotas of all vantages, or of one alone, as they were when they were last read."""

    def __init__(self, vantage: str | None = None) -> None:
        self._only = vantage
        self._read_at: float | None = None
        self._rows: list[tuple[Any, ...]] = []
        self._rotas: dict[str, Rota] = {}

    def rotas(self) -> Mapping[str, Rota]:
        """Each vantage that has probes, by its slug."""
        return self._rotas

    def refresh(self) -> None:
        """Read them again, if it is time to; raises where the database does not answer."""
        if self._read_at is not None and time.monotonic() < self._read_at + REREAD_S:
            return
        probes = standing_probes()
        if self._only is not None:
            probes = probes.filter(vantage__slug=self._only)
        columns = probes.order_by("slug").values_list(*_COLUMNS)
        rows = as_stored(columns)
        if rows != self._rows:
            self._rotas = _rotas_of(columns)
            self._rows = rows
        self._read_at = time.monotonic()


def as_stored(rows: "QuerySet[Probe, Any]") -> list[tuple[Any, ...]]:
    """Rows as the database keeps them: to compare them costs a fraction of reading them as values."""
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def latest_after(interval_s: float) -> timedelta:
    """How long after its tick a check may begin: later it would say nothing about its own moment."""
    return min(timedelta(seconds=interval_s), LATEST)


def _rotas_of(rows: "Iterable[tuple[Any, ...]]") -> dict[str, Rota]:
    by_vantage: dict[str, list[StandingProbe]] = {}
    for pk, slug, vantage_id, vantage, interval, timeout_s, created_at, pushed in rows:
        interval_s = interval * settings.CHECK_INTERVAL_FACTOR
        probe = StandingProbe(
            id=pk,
            slug=slug,
            vantage_id=vantage_id,
            vantage=vantage,
            interval_s=interval_s,
            timeout_s=timeout_s,
            created_at=created_at,
            latest=latest_after(interval_s),
            pushed=bool(pushed),
        )
        by_vantage.setdefault(vantage, []).append(probe)
    return {vantage: Rota(probes) for vantage, probes in by_vantage.items()}
