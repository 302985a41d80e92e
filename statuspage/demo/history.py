"""Makes the past that the demo did not live through: same world, same detector, coarser grain."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from probes.observations import Catalog
from statuspage import pipeline
from statuspage.demo.past import Past, evidence_of
from statuspage.monitoring.models import Progress
from statuspage.monitoring.selectors import watched_catalog

COARSEST_SECONDS = 900.0
ROUNDS_AT_LEAST = 120  # so many checks of each probe in a gap, where the probes' own intervals allow it


def fill(
    *, now: datetime, days: int, seed: int, on_progress: Callable[[datetime], None] = lambda _at: None
) -> int:
    """Conclude everything up to ``now`` that was not yet; gives how many checks that took.

    The first time this is the past ``days`` with what ``history.toml`` lets happen; later it is the time for
    which the demo was off, in which nothing did.
    """
    done = Progress.objects.values_list("concluded_until", flat=True).first()
    since = done or now - timedelta(days=days)
    if since >= now:
        return 0
    catalog = _coarse(watched_catalog(), now - since)
    past = Past(seed=seed, since=since, until=now, catalog=catalog, eventful=done is None)
    return pipeline.backfill(evidence_of(past), catalog, now, on_progress)


def _coarse(catalog: Catalog, gap: timedelta) -> Catalog:
    """The catalog with intervals that suit a gap of this length."""
    grain = min(COARSEST_SECONDS, gap.total_seconds() / ROUNDS_AT_LEAST)
    probes = (
        msgspec.structs.replace(item, interval_s=max(item.interval_s, grain)) for item in catalog.probes
    )
    return msgspec.structs.replace(catalog, probes=tuple(probes))
