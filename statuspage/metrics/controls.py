"""Checks of controls, apart from those of services: they belong to no component and no payer."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from statuspage.metrics.checks import accepted, durations, kind_of
from statuspage.metrics.silence import NewestCheck
from statuspage.monitoring.models import CheckTotal


def counted_controls() -> Iterator[Metric]:
    """How many there ever were, and how long they took."""
    family = CounterMetricFamily(
        "fogbreak_control_checks",
        "Checks of controls ever, counted as those of services are.",
        labels=["vantage", "outcome", "family", "excluded"],
    )
    counted = CheckTotal.objects.filter(component="").order_by("vantage", "outcome", "excluded")
    for vantage, outcome, excluded, count in counted.values_list("vantage", "outcome", "excluded", "count"):
        family.add_metric([vantage, outcome, kind_of(outcome, excluded), excluded], count)
    yield family
    yield durations("fogbreak_control_check_duration_seconds", controls=True)


def newest_controls(newest: Iterable[NewestCheck], concluded_until: datetime | None) -> Iterator[Metric]:
    """What the newest check of each control told."""
    labels = ["probe", "vantage"]
    success = GaugeMetricFamily(
        "fogbreak_control_success", "Whether a control's last check was accepted.", labels=labels
    )
    duration = GaugeMetricFamily(
        "fogbreak_control_duration_seconds", "Duration of a control's last check.", labels=labels
    )
    for row in newest:
        if row.component is not None:
            continue
        if (well := accepted(row, concluded_until)) is not None:
            success.add_metric([row.probe, row.vantage], float(well))
        if row.latency_ms is not None:
            duration.add_metric([row.probe, row.vantage], row.latency_ms / 1000)
    yield from (success, duration)
