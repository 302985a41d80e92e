"""What was measured of services: counts of checks, and the newest of each probe."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from itertools import accumulate

from django.db.models import Sum
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from probes.vocabulary.outcomes import Family, Outcome
from statuspage.metrics.silence import NewestCheck
from statuspage.monitoring.models import CheckTotal, DurationTotal
from statuspage.monitoring.telling import family_of
from statuspage.monitoring.totals import CheckLabels

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
    yield durations("fogbreak_check_duration_seconds", controls=False)


def _checks() -> Metric:
    family = CounterMetricFamily(
        "fogbreak_checks",
        "Checks ever, counted some minutes after they ended: by then it is known which say nothing.",
        labels=[*CheckLabels._fields, "outcome", "family", "excluded"],
    )
    labels = (*CheckLabels._fields, "outcome", "excluded")
    rows = CheckTotal.objects.exclude(component="").order_by(*labels).values_list(*labels, "count")
    for *who, outcome, excluded, count in rows:
        family.add_metric([*who, outcome, kind_of(outcome, excluded), excluded], count)
    return family


@lru_cache(maxsize=256)
def kind_of(outcome: str, excluded: str) -> str:
    """The family that a stored outcome belongs to."""
    return family_of(Outcome(outcome), excluded).value


def _missed() -> Metric:
    family = CounterMetricFamily(
        "fogbreak_checks_missed", "Checks that were not made in time.", labels=["vantage"]
    )
    rows = CheckTotal.objects.filter(outcome=Outcome.MISSED, excluded="").order_by("vantage")
    for vantage, count in rows.values_list("vantage").annotate(n=Sum("count")):
        family.add_metric([vantage], count)
    return family


def durations(name: str, *, controls: bool) -> Metric:
    """How long checks took that say something: of controls by vantage, else by component and vantage."""
    labels = ["vantage"] if controls else ["component", "vantage"]
    family = HistogramMetricFamily(name, "Duration of checks that say something.", labels=labels)
    rows = (
        DurationTotal.objects.filter(component="")
        if controls
        else DurationTotal.objects.exclude(component="")
    )
    for row in rows.order_by("component", "vantage"):
        bounds = sorted(row.buckets, key=float)
        below = accumulate(float(row.buckets[bound]) for bound in bounds)
        buckets = [*zip(bounds, below, strict=True), ("+Inf", float(row.count))]
        family.add_metric([getattr(row, label) for label in labels], buckets, sum_value=row.sum_seconds)
    return family


def newest_checks(newest: Iterable[NewestCheck], concluded_until: datetime | None) -> Iterator[Metric]:
    """The blackbox exporter's names, of the newest result of each probe of a service.

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
        if row.component is None:
            continue
        who = [row.probe, row.component, row.persona or "", row.vantage]
        if row.excluded:
            excluded.add_metric([*who, row.excluded], 1)
        if (well := accepted(row, concluded_until)) is not None:
            success.add_metric(who, float(well))
        if row.latency_ms is not None:
            duration.add_metric(who, row.latency_ms / 1000)
        if row.http_status is not None:
            status.add_metric(who, row.http_status)
        for ours, theirs in PHASES.items():
            if (spent := row.phases.get(ours)) is not None:
                phases.add_metric([*who, theirs], spent / 1000)
        if row.certificate_expires_at:
            expiry.add_metric(who, row.certificate_expires_at.timestamp())
    yield from (success, excluded, duration, status, phases, expiry)


def accepted(row: NewestCheck, concluded_until: datetime | None) -> bool | None:
    """None where a check says nothing about the service, or may turn out to: a refusal not judged yet."""
    judged = concluded_until is not None and row.at <= concluded_until
    if row.outcome == Outcome.MISCONFIGURED and not judged:
        return None
    family = family_of(Outcome(row.outcome), row.excluded)
    return family is Family.ACCEPTED if family.counts else None
