"""Stores with each check why it says nothing about the service, and counts it apart from then on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.outcomes import Outcome
from statuspage.analysis.model import INSTRUMENT
from statuspage.analysis.values import ExcludedCheck
from statuspage.monitoring.counts import TalliedProbe
from statuspage.monitoring.models import CheckResult
from statuspage.monitoring.tallies import Tally

# So old checks may be of which the detector finds that their vantage was cut off or their account frozen:
# the last doubtful one counts for some time before that is settled.
FOUND_WITHIN = timedelta(seconds=INSTRUMENT.most_look_back_seconds + INSTRUMENT.settled_seconds)
CHUNK = 2000
BATCH = 500


def exclude(
    found: Iterable[ExcludedCheck],
    tally: Tally,
    probes: Mapping[int, TalliedProbe],
    *,
    counted_until: datetime | None = None,
) -> int:
    """Note the reasons with the stored checks and move these in ``tally``; gives how many there were anew.

    ``tally`` has the checks up to ``counted_until`` (all, where that is None), or an earlier one had them;
    later ones will be counted with their reason. What has a reason already keeps it, so
    that doing it twice changes nothing. Call it in the transaction that stores ``tally``.
    """
    reasons = {(check.probe, check.at): check.reason for check in found}
    if not reasons:
        return 0
    moments = [at for _, at in reasons]
    rows = CheckResult.objects.filter(
        at__gte=min(moments), at__lte=max(moments), late=False, excluded=""
    ).exclude(outcome=Outcome.MISSED)
    marked: defaultdict[Exclusion, list[int]] = defaultdict(list)
    told = rows.order_by().values_list("pk", "probe__slug", "probe_id", "at", "outcome", "latency_ms")
    for pk, slug, probe, at, outcome, latency_ms in told.iterator(chunk_size=CHUNK):
        reason = reasons.get((slug, at))
        if reason is not None and probe in probes:
            if counted_until is None or at <= counted_until:
                tally.exclude(probes[probe], at, outcome, latency_ms, reason)
            marked[reason].append(pk)
    for reason, pks in marked.items():
        _mark(pks, reason)
    return sum(map(len, marked.values()))


def _mark(pks: list[int], reason: Exclusion) -> None:
    for start in range(0, len(pks), BATCH):
        CheckResult.objects.filter(pk__in=pks[start : start + BATCH]).update(excluded=reason)
