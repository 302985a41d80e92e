"""What is known after the detector began anew: of nothing that works, until all was judged once again."""

from dataclasses import replace
from datetime import datetime, timedelta

from probes.vocabulary.observations import WatchedCatalog
from statuspage.analysis.model import TICKS
from statuspage.analysis.values import Conditions

SOONEST, LATEST = timedelta(seconds=30), timedelta(minutes=10)


def time_to_judge(catalog: WatchedCatalog) -> timedelta:
    """So long it takes to see how each component fares: some rounds of its most frequent probe."""
    shortest: dict[str, float] = {}
    for probe in catalog.probes:
        if probe.component is not None:
            known = shortest.get(probe.component, probe.interval_s)
            shortest[probe.component] = min(known, probe.interval_s)
    rounds = timedelta(seconds=TICKS.blind_rounds * max(shortest.values(), default=0.0))
    return min(LATEST, max(SOONEST, rounds))


def still_anew(now: Conditions, before: Conditions, *, until: datetime) -> Conditions:
    """``now`` as it is to be noted at ``until`` after ``before``: whether all is judged anew yet."""
    is_over = before.anew_until is None or before.anew_until <= until
    return now if is_over else replace(now, anew_until=before.anew_until)
