"""Keeps what was last read, for the time in which the database cannot be asked."""

import logging
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import Error
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from statuspage.hanging import answered_within

log = logging.getLogger(__name__)
# For reading all: Prometheus waits for ten seconds.
LONGEST_S = 8.0
# What grows by itself while nobody reads it.
AGES = frozenset(
    {
        "fogbreak_age_seconds",
        "fogbreak_last_check_age_seconds",
        "fogbreak_purpose_last_check_age_seconds",
        "fogbreak_source_age_seconds",
    }
)


class Families(Collector):
    """Families that were read already."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = tuple(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


class LastKnown:
    """What a process read last; ``fogbreak_database_up`` says whether that is of this moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at: datetime | None = None
        self._families: Sequence[Metric] = ()

    def read(self, collector: Collector, now: datetime, *, within_s: float = LONGEST_S) -> Families:
        """What ``collector`` tells at ``now``, or what it told last where the database does not answer."""
        try:
            with answered_within(within_s):
                families = tuple(collector.collect())
        except Error as error:
            log.error("the database does not answer; metrics are as they were last read: %s", error)
            return self.remembered(now)
        with self._lock:
            self._at, self._families = now, families
        return Families((*families, *_read_at(now, up=True)))

    def remembered(self, now: datetime) -> Families:
        """What was told last, as it is at ``now``."""
        with self._lock:
            at, families = self._at, self._families
        passed = (now - at).total_seconds() if at else 0.0
        return Families((*(_older(family, passed) for family in families), *_read_at(at, up=False)))


def _older(family: Metric, seconds: float) -> Metric:
    """The family as it is ``seconds`` after it was read: ages have grown, the rest is what was known."""
    if family.name not in AGES:
        return family
    older = Metric(family.name, family.documentation, family.type, family.unit)
    older.samples = [sample._replace(value=sample.value + seconds) for sample in family.samples]
    return older


def _read_at(at: datetime | None, *, up: bool) -> Iterable[Metric]:
    yield GaugeMetricFamily(
        "fogbreak_database_up",
        "0 where the database does not answer; all else is then as last read.",
        value=up,
    )
    if at:
        yield GaugeMetricFamily(
            "fogbreak_read_timestamp_seconds", "When all this was read.", value=at.timestamp()
        )
