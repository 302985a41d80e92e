"""What waits for a person: what is not told yet of incidents, and where the machine contradicts who leads."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric

from probes.vocabulary.publishing import NextStep
from statuspage.incidents.publishing import what_comes_next
from statuspage.incidents.reminding import reminders


def decisions(now: datetime) -> Iterator[Metric]:
    """Open incidents by what the site would tell of them next, and those that the machine sees otherwise."""
    waiting = GaugeMetricFamily(
        "fogbreak_incidents_undecided",
        "Open incidents that are to be published or told as confirmed, by the clock or by a person.",
        labels=["step"],
    )
    counts = Counter(row.step for row in what_comes_next(now))
    for step in (NextStep.PUBLISH, NextStep.CONFIRM):
        waiting.add_metric([step], counts[step])
    yield waiting
    yield GaugeMetricFamily(
        "fogbreak_incidents_contradicted",
        "Open incidents that a person leads and the machine sees otherwise.",
        value=len(reminders(now)),
    )
