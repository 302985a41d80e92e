"""What was measured: counts of checks, the newest of each probe, and for how long each vantage is silent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from django.db.models import OuterRef, Subquery, Sum
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from probes.vocabulary.outcomes import Family, Outcome
from statuspage.monitoring.models import CheckResult, CheckTotal, DurationTotal, Probe
from statuspage.monitoring.results import last_made_at
from statuspage.monitoring.selectors import interval_of, standing_probes
from statuspage.monitoring.telling import family_of
from statuspage.monitoring.totals import CheckLabels

# What is older than three of its probe's intervals, and than two minutes, is no news of that probe.
LATELY_INTERVALS = 3
LATELY = timedelta(minutes=2)
FEW_PROBES = 3

PHASES = {
    "dns": "resolve",
    "connect": "connect",
    "tls": "tls",
    "first_byte": "processing",
    "body": "transfer",
}


def counted_checks() -> Iterator[Metric]:
    """How many there were ever, how many were missed, and how long they took."""
    yield _checks()
    yield _missed()
    yield _durations()


def _checks() -> Metric:
    family = CounterMetricFamily(
        "fogbreak_checks",
        "Checks ever, counted some minutes after they ended: by then it is known which say nothing.",
        labels=[*CheckLabels._fields, "outcome", "family", "excluded"],
    )
    for row in CheckTotal.objects.order_by(*CheckLabels._fields, "outcome", "excluded"):
        kind = family_of(Outcome(row.outcome), row.excluded).value
        who = [row.component, row.persona, row.tier, row.vantage]
        family.add_metric([*who, row.outcome, kind, row.excluded], row.count)
    return family


def _missed() -> Metric:
    family = CounterMetricFamily(
        "fogbreak_checks_missed", "Checks that were not made in time.", labels=["vantage"]
    )
    rows = CheckTotal.objects.filter(outcome=Outcome.MISSED, excluded="").order_by("vantage")
    for vantage, count in rows.values_list("vantage").annotate(n=Sum("count")):
        family.add_metric([vantage], count)
    return family


def _durations() -> Metric:
    family = HistogramMetricFamily(
        "fogbreak_check_duration_seconds",
        "Duration of checks that say something.",
        labels=["component", "vantage"],
    )
    for row in DurationTotal.objects.order_by("component", "vantage"):
        bounds = sorted(row.buckets, key=float)
        below = accumulate(float(row.buckets[bound]) for bound in bounds)
        buckets = [*zip(bounds, below, strict=True), ("+Inf", float(row.count))]
        family.add_metric([row.component, row.vantage], buckets, sum_value=row.sum_seconds)
    return family


def newest_results(now: datetime) -> list[CheckResult]:
    """The newest check of each probe in use that is news, by the probes' slugs; a missed check is none."""
    probes = list(standing_probes())
    horizon = now - max((_news_for(probe) for probe in probes), default=LATELY)
    made = CheckResult.objects.filter(probe=OuterRef("pk"), tick__gte=horizon).exclude(outcome=Outcome.MISSED)
    newest = standing_probes().annotate(newest=Subquery(made.order_by("-tick").values("pk")[:1]))
    related = CheckResult.objects.select_related("probe__component", "probe__persona", "probe__vantage")
    rows = related.filter(pk__in=[pk for pk in newest.values_list("newest", flat=True) if pk is not None])
    return sorted(
        (row for row in rows if now - row.at <= _news_for(row.probe)), key=lambda row: row.probe.slug
    )


def _news_for(probe: Probe) -> timedelta:
    return max(LATELY, LATELY_INTERVALS * interval_of(probe))


@dataclass(frozen=True, slots=True, kw_only=True)
class VantageSilence:
    """When a vantage in use last made a check, if it ever did, and how often it is asked for one."""

    vantage: str
    last: datetime | None
    first_probe_at: datetime
    interval: timedelta


def silences(newest: Iterable[CheckResult]) -> list[VantageSilence]:
    """Of every vantage in use; ``newest`` are the checks that are news."""
    last: dict[str, datetime] = {}
    for row in newest:
        slug = row.probe.vantage.slug
        last[slug] = max(row.at, last.get(slug, row.at))
    return [
        VantageSilence(
            vantage=slug,
            last=last.get(slug) or _last_made(probes),
            first_probe_at=probes[0].created_at,
            interval=min(interval_of(probe) for probe in probes),
        )
        for slug, probes in _probes_by_vantage().items()
    ]


def _last_made(oldest_first: Sequence[Probe]) -> datetime | None:
    """When a silent vantage last made a check, to within an interval.

    Some of its oldest probes tell: to look through what all missed in days of silence takes seconds.
    """
    for probe in oldest_first[:FEW_PROBES]:
        if last := last_made_at(probe.pk):
            return last
    return None


def _probes_by_vantage() -> dict[str, list[Probe]]:
    found: dict[str, list[Probe]] = defaultdict(list)
    for probe in standing_probes().select_related("vantage").order_by("vantage__slug", "created_at", "pk"):
        found[probe.vantage.slug].append(probe)
    return found


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


def newest_checks(newest: Iterable[CheckResult], concluded_until: datetime | None) -> Iterator[Metric]:
    """The blackbox exporter's names, of the newest result of each probe.

    Whether a probe succeeded is told only of checks that say something about the service.
    """
    labels = ["probe", "component", "persona", "vantage"]
    success = GaugeMetricFamily("probe_success", "Whether the last check was accepted.", labels=labels)
    excluded = GaugeMetricFamily(
        "fogbreak_probe_excluded",
        "1 with the reason why the last check says nothing about the service.",
        labels=[*labels, "excluded"],
    )
    duration = GaugeMetricFamily("probe_duration_seconds", "Duration of the last check.", labels=labels)
    status = GaugeMetricFamily("probe_http_status_code", "HTTP status of the last check.", labels=labels)
    phases = GaugeMetricFamily(
        "probe_http_duration_seconds", "Duration of the last check by phase.", labels=[*labels, "phase"]
    )
    expiry = GaugeMetricFamily(
        "probe_ssl_earliest_cert_expiry", "When the certificate expires, in Unix time.", labels=labels
    )
    for row in newest:
        who = _labels_of(row.probe)
        if row.excluded:
            excluded.add_metric([*who, row.excluded], 1)
        if (accepted := _accepted(row, concluded_until)) is not None:
            success.add_metric(who, float(accepted))
        if row.latency_ms is not None:
            duration.add_metric(who, row.latency_ms / 1000)
        if row.http_status is not None:
            status.add_metric(who, row.http_status)
        for ours, theirs in PHASES.items():
            if row.phases.get(ours) is not None:
                phases.add_metric([*who, theirs], row.phases[ours] / 1000)
        if row.certificate_expires_at:
            expiry.add_metric(who, row.certificate_expires_at.timestamp())
    yield from (success, excluded, duration, status, phases, expiry)


def _accepted(row: CheckResult, concluded_until: datetime | None) -> bool | None:
    """None where a check says nothing about the service, or may turn out to: a refusal not judged yet."""
    judged = concluded_until is not None and row.at <= concluded_until
    if row.outcome == Outcome.MISCONFIGURED and not judged:
        return None
    family = family_of(Outcome(row.outcome), row.excluded)
    return family is Family.ACCEPTED if family.counts else None


def _labels_of(probe: Probe) -> list[str]:
    return [
        probe.slug,
        probe.component.slug if probe.component else "",
        probe.persona.slug if probe.persona else "",
        probe.vantage.slug,
    ]
