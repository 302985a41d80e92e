"""What is to be sent: how much waits for each channel, and since when."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min
from prometheus_client.core import GaugeMetricFamily, Metric

from probes.vocabulary.telling import Channel, Stage
from statuspage.delivery.models import Delivery


def waiting_deliveries(now: datetime) -> Iterator[Metric]:
    """Deliveries that are due and not done, by channel; 0 where none is."""
    count = GaugeMetricFamily(
        "fogbreak_deliveries_waiting", "Deliveries that are due and not done.", labels=["channel"]
    )
    age = GaugeMetricFamily(
        "fogbreak_deliveries_oldest_waiting_age_seconds",
        "For how long the oldest of them is due; 0 where none is.",
        labels=["channel"],
    )
    due = Delivery.objects.filter(stage=Stage.WAITING, due_at__lte=now).order_by()
    rows = due.values("recipient__channel").annotate(n=Count("pk"), first=Min("due_at"))
    found = {row["recipient__channel"]: row for row in rows}
    for channel in Channel:
        row = found.get(channel.value)
        count.add_metric([channel], row["n"] if row else 0)
        age.add_metric([channel], (now - row["first"]).total_seconds() if row else 0)
    yield from (count, age)
