"""Of what there is news: the newest check of each probe, and for how long vantages are silent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Min, OuterRef, Subquery
from prometheus_client.core import GaugeMetricFamily, Metric

from probes.vocabulary.outcomes import Outcome
from statuspage.monitoring.models import CheckResult
from statuspage.monitoring.results import last_made_at
from statuspage.monitoring.selectors import standing_probes, stretched

# What is older than three of its probe's intervals, and than two minutes, is no news of that probe.
LATELY_INTERVALS = 3
LATELY = timedelta(minutes=2)
FEW_PROBES = 3


class NewestCheck(NamedTuple):
    """The newest check of a probe, with the slugs that name it; a control has no component and no payer.

    A tuple: of ten thousand probes rows with all that they lead to would take a second to make.
    """

    probe: str
    component: str | None
    persona: str | None
    vantage: str
    interval_seconds: float
    at: datetime
    outcome: str
    excluded: str
    latency_ms: float | None
    http_status: int | None
    phases: dict[str, float | None]
    certificate_expires_at: datetime | None


_FIELDS = (
    "probe__slug",
    "probe__component__slug",
    "probe__persona__slug",
    "probe__vantage__slug",
    "probe__interval_seconds",
    *NewestCheck._fields[5:],
)


def newest_results(now: datetime) -> list[NewestCheck]:
    """The newest check of each probe in use that is news, by the probes' slugs; a missed check is none."""
    intervals = standing_probes().order_by().values_list("interval_seconds", flat=True).distinct()
    horizon = now - max((_news_for(seconds) for seconds in intervals), default=LATELY)
    made = CheckResult.objects.filter(probe=OuterRef("pk"), tick__gte=horizon).exclude(outcome=Outcome.MISSED)
    newest = standing_probes().order_by().annotate(newest=Subquery(made.order_by("-tick").values("pk")[:1]))
    pks = [pk for pk in newest.values_list("newest", flat=True) if pk is not None]
    rows = map(NewestCheck._make, CheckResult.objects.filter(pk__in=pks).order_by().values_list(*_FIELDS))
    return sorted(
        (row for row in rows if now - row.at <= _news_for(row.interval_seconds)), key=lambda row: row.probe
    )


def _news_for(interval_seconds: float) -> timedelta:
    return max(LATELY, LATELY_INTERVALS * stretched(interval_seconds))


@dataclass(frozen=True, slots=True, kw_only=True)
class VantageSilence:
    """When a vantage in use last made a check, if it ever did, and how often it is asked for one."""

    vantage: str
    last: datetime | None
    first_probe_at: datetime
    interval: timedelta


def silences(newest: Iterable[NewestCheck]) -> list[VantageSilence]:
    """Of every vantage in use; ``newest`` are the checks that are news."""
    last: dict[str, datetime] = {}
    for row in newest:
        last[row.vantage] = max(row.at, last.get(row.vantage, row.at))
    of_each = standing_probes().order_by("vantage__slug").values_list("vantage__slug")
    found = of_each.annotate(Min("created_at"), Min("interval_seconds"))
    return [
        VantageSilence(
            vantage=slug,
            last=last.get(slug) or _last_made(slug),
            first_probe_at=first,
            interval=stretched(seconds),
        )
        for slug, first, seconds in found
    ]


def _last_made(vantage: str) -> datetime | None:
    """When a silent vantage last made a check, to within an interval.

    Some of its oldest probes tell: to look through what all missed in days of silence takes seconds.
    """
    oldest = standing_probes().filter(vantage__slug=vantage).order_by("created_at", "pk")
    for probe in oldest.values_list("pk", flat=True)[:FEW_PROBES]:
        if last := last_made_at(probe):
            return last
    return None


def vantage_ages(silent: Iterable[VantageSilence], now: datetime) -> Iterator[Metric]:
    """For how long each vantage in use made no check, and how often it should.

    One that never made any is as old as its first probe: a worker that was never started is silent, too.
    """
    age = GaugeMetricFamily(
        "fogbreak_last_check_age_seconds",
        "Since a check was last made from a vantage; since its first probe was added, where none ever was.",
        labels=["vantage"],
    )
    interval = GaugeMetricFamily(
        "fogbreak_check_interval_seconds", "The shortest interval of a vantage's probes.", labels=["vantage"]
    )
    for known in silent:
        since = known.last or known.first_probe_at
        age.add_metric([known.vantage], max(0.0, (now - since).total_seconds()))
        interval.add_metric([known.vantage], known.interval.total_seconds())
    yield from (age, interval)


def purpose_ages(newest: Iterable[NewestCheck], now: datetime) -> Metric:
    """For how long each vantage made no check of a service, and none of a control, while that is news."""
    family = GaugeMetricFamily(
        "fogbreak_purpose_last_check_age_seconds",
        "Since a service or a control was last checked from a vantage; none where that is no news any more.",
        labels=["vantage", "purpose"],
    )
    last: dict[tuple[str, str], datetime] = {}
    for row in newest:
        key = row.vantage, "control" if row.component is None else "service"
        last[key] = max(row.at, last.get(key, row.at))
    for key, at in sorted(last.items()):
        family.add_metric(key, max(0.0, (now - at).total_seconds()))
    return family
