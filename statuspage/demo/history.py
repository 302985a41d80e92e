"""Makes the past that the demo did not live through: same world, same detector, coarser grain."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import msgspec

from probes.simulator.daily import SITE_ZONE
from probes.vocabulary.observations import WatchedCatalog
from statuspage import pipeline
from statuspage.demo.past import PretendedPast, evidence_of
from statuspage.incidents.models import ComponentDay
from statuspage.monitoring.models import Progress
from statuspage.monitoring.selectors import watched_catalog

COARSEST_SECONDS = 900.0
# So many checks of each probe in a gap, where the probes' own intervals allow it.
ROUNDS_AT_LEAST = 120


def fill(
    *, now: datetime, days: int, seed: int, on_progress: Callable[[datetime], None] = lambda _at: None
) -> int:
    """Conclude everything up to ``now`` that was not yet; gives how many checks that took.

    The first time this is the past ``days`` with what ``history.toml`` lets happen, even if it is broken off
    and gone on with; later it is the time for which the demo was off, in which nothing did.
    """
    done = Progress.objects.values_list("concluded_until", flat=True).first()
    since = done or now - timedelta(days=days)
    if since >= now:
        return 0
    catalog = _coarse(watched_catalog(), now - since)
    past = PretendedPast(seed=seed, since=since, until=now, catalog=catalog, anchor=_first_end(days) or now)
    return pipeline.backfill(evidence_of(past), catalog, now, on_progress)


def _first_end(days: int) -> datetime | None:
    """Noon of the day on which the first filling was meant to end, by the first day there is; None before it.

    The events of the past count back from that day, so that a filling that goes on makes the same ones, and
    one that comes later none.
    """
    first = ComponentDay.objects.order_by("day").values_list("day", flat=True).first()
    if first is None:
        return None
    return datetime.combine(first + timedelta(days=days), time(12), SITE_ZONE)


def _coarse(catalog: WatchedCatalog, gap: timedelta) -> WatchedCatalog:
    """The catalog with intervals that suit a gap of this length."""
    grain = min(COARSEST_SECONDS, gap.total_seconds() / ROUNDS_AT_LEAST)
    probes = (
        msgspec.structs.replace(item, interval_s=max(item.interval_s, grain)) for item in catalog.probes
    )
    return msgspec.structs.replace(catalog, probes=tuple(probes))
