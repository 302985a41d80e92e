"""What was measured of services: counts of checks, and the newest of each probe."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache, partial
from itertools import accumulate

from django.db.models import Sum
from prometheus_client.core import CounterMetricFamily, Metric

from probes.vocabulary.outcomes import Family, Outcome
from statuspage.metrics.silence import NewestCheck
from statuspage.metrics.written import WrittenFamily, labels_as_text
from statuspage.monitoring.models import CheckTotal, DurationTotal
from statuspage.monitoring.telling import family_of
from statuspage.monitoring.totals import CheckLabels

LABELS = ("probe", "component", "persona", "vantage")
CHUNK = 2000
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
    return WrittenFamily(
        "fogbreak_checks",
        "Checks ever, counted some minutes after they ended: by then it is known which say nothing.",
        "counter",
        _check_lines(),
    )


def _check_lines() -> Iterator[str]:
    names = [*CheckLabels._fields, "outcome", "family", "excluded"]
    labels = (*CheckLabels._fields, "outcome", "excluded")
    rows = CheckTotal.objects.exclude(component="").order_by(*labels).values_list(*labels, "count")
    for *who, outcome, excluded, count in rows.iterator(chunk_size=CHUNK):
        told = labels_as_text(names, [*who, outcome, kind_of(outcome, excluded), excluded])
        yield f"fogbreak_checks_total{{{told}}} {float(count)}\n"


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
    return WrittenFamily(
        name, "Duration of checks that say something.", "histogram", _duration_lines(name, labels)
    )


def _duration_lines(name: str, labels: list[str]) -> Iterator[str]:
    rows = DurationTotal.objects.order_by("component", "vantage")
    mine = rows.exclude(component="") if "component" in labels else rows.filter(component="")
    for row in mine.iterator(chunk_size=CHUNK):
        who = labels_as_text(labels, [getattr(row, label) for label in labels])
        bounds = sorted(row.buckets, key=float)
        below = accumulate(float(row.buckets[bound]) for bound in bounds)
        for bound, count in [*zip(bounds, below, strict=True), ("+Inf", float(row.count))]:
            yield f'{name}_bucket{{{who},le="{bound}"}} {count}\n'
        yield f"{name}_count{{{who}}} {float(row.count)}\n{name}_sum{{{who}}} {row.sum_seconds}\n"


def newest_checks(newest: Sequence[NewestCheck], concluded_until: datetime | None) -> Iterator[Metric]:
    """The blackbox exporter's names, of the newest result of each probe of a service.

    Whether a probe succeeded is told only of checks that say something about the service.
    """
    known = [(labels_as_text(LABELS, _names(row)), row) for row in newest if row.component is not None]
    for name, text, value in (
        ("probe_success", "Whether the last check was accepted.", partial(_success, until=concluded_until)),
        ("probe_duration_seconds", "Duration of the last check.", _seconds),
        ("probe_http_status_code", "HTTP status of the last check.", _status),
        ("probe_ssl_earliest_cert_expiry", "When the certificate expires, in Unix time.", _expiry),
    ):
        yield WrittenFamily(name, text, "gauge", _lines(name, known, value))
    yield WrittenFamily(
        "fogbreak_probe_excluded",
        "1 with the reason why the last check says nothing about the service.",
        "gauge",
        (
            f'fogbreak_probe_excluded{{{who},excluded="{row.excluded}"}} 1.0\n'
            for who, row in known
            if row.excluded
        ),
    )
    yield WrittenFamily(
        "probe_http_duration_seconds", "Duration of the last check by phase.", "gauge", _phase_lines(known)
    )


Told = tuple[str, NewestCheck]


def _lines(name: str, known: Iterable[Told], value: Callable[[NewestCheck], float | None]) -> Iterator[str]:
    for who, row in known:
        if (told := value(row)) is not None:
            yield f"{name}{{{who}}} {told}\n"


def _phase_lines(known: Iterable[Told]) -> Iterator[str]:
    for who, row in known:
        for ours, theirs in PHASES.items():
            if (spent := row.phases.get(ours)) is not None:
                yield f'probe_http_duration_seconds{{{who},phase="{theirs}"}} {spent / 1000}\n'


def _names(row: NewestCheck) -> tuple[str, ...]:
    return row.probe, row.component or "", row.persona or "", row.vantage


def _success(row: NewestCheck, *, until: datetime | None) -> float | None:
    well = accepted(row, until)
    return None if well is None else float(well)


def _seconds(row: NewestCheck) -> float | None:
    return None if row.latency_ms is None else row.latency_ms / 1000


def _status(row: NewestCheck) -> float | None:
    return None if row.http_status is None else float(row.http_status)


def _expiry(row: NewestCheck) -> float | None:
    expires = row.certificate_expires_at
    return None if expires is None else expires.timestamp()


def accepted(row: NewestCheck, concluded_until: datetime | None) -> bool | None:
    """None where a check says nothing about the service, or may turn out to: a refusal not judged yet."""
    judged = concluded_until is not None and row.at <= concluded_until
    if row.outcome == Outcome.MISCONFIGURED and not judged:
        return None
    family = Family(kind_of(row.outcome, row.excluded))
    return family is Family.ACCEPTED if family.counts else None
