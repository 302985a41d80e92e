"""What the site's own processes did: requests, tasks, and what they need of the machine; the sums of all."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import Count, Max, Sum
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from statuspage.metrics.models import SiteProcess, SiteTotal, TaskSuccess
from statuspage.metrics.reporting import ALIVE
from statuspage.metrics.tally import BOUND_NAMES, SUM, SiteCount

Totals = Mapping[str, list[tuple[list[str], float]]]


def site_itself(now: datetime) -> Iterator[Metric]:
    """As far as processes have told: each does every ten seconds."""
    totals = _totals()
    yield _counter(
        "fogbreak_http_requests",
        "Requests that Django answered; what is published is answered before it.",
        ["method", "view", "status"],
        totals[SiteCount.REQUESTS],
    )
    yield _histogram(
        "fogbreak_http_request_duration_seconds",
        "How long these answers took.",
        "view",
        totals[SiteCount.REQUEST_SECONDS],
    )
    yield _counter(
        "fogbreak_tasks", "Tasks that ended, and how.", ["task", "result"], totals[SiteCount.TASKS]
    )
    yield _histogram(
        "fogbreak_task_duration_seconds", "How long tasks took.", "task", totals[SiteCount.TASK_SECONDS]
    )
    yield _successes()
    yield _counter(
        "fogbreak_process_cpu_seconds",
        "CPU time of all processes of a role, user and system.",
        ["role"],
        totals[SiteCount.CPU_SECONDS],
    )
    yield from _processes(now)


def _totals() -> Totals:
    found: dict[str, list[tuple[list[str], float]]] = defaultdict(list)
    rows = SiteTotal.objects.order_by("name", "labels").values_list("name", "labels", "value")
    for name, labels, value in rows:
        found[name].append((json.loads(labels), value))
    return found


def _counter(name: str, text: str, labels: list[str], rows: Iterable[tuple[list[str], float]]) -> Metric:
    family = CounterMetricFamily(name, text, labels=labels)
    for who, value in rows:
        family.add_metric(who, value)
    return family


def _histogram(name: str, text: str, label: str, rows: Iterable[tuple[list[str], float]]) -> Metric:
    family = HistogramMetricFamily(name, text, labels=[label])
    of_each: dict[str, dict[str, float]] = defaultdict(dict)
    for (who, bound), value in rows:
        of_each[who][bound] = value
    for who, counts in sorted(of_each.items()):
        below, buckets = 0.0, []
        for bound in BOUND_NAMES:
            below += counts.get(bound, 0.0)
            buckets.append((bound, below))
        family.add_metric([who], buckets, sum_value=counts.get(SUM, 0.0))
    return family


def _successes() -> Metric:
    family = GaugeMetricFamily(
        "fogbreak_task_last_success_timestamp_seconds", "When a task last ended well.", labels=["task"]
    )
    for task, at in TaskSuccess.objects.order_by("task").values_list("task", "at"):
        family.add_metric([task], at.timestamp())
    return family


def _processes(now: datetime) -> Iterator[Metric]:
    texts = {
        "fogbreak_processes": "Processes that told of themselves within 45 seconds.",
        "fogbreak_process_resident_memory_bytes": "What they hold together; shared pages count for each.",
        "fogbreak_process_open_fds": "Files and connections that they have open.",
        "fogbreak_process_start_timestamp_seconds": "When the youngest of them began.",
    }
    families = {name: GaugeMetricFamily(name, text, labels=["role"]) for name, text in texts.items()}
    alive = SiteProcess.objects.filter(seen_at__gte=now - ALIVE).order_by("role")
    sums = alive.values_list("role").annotate(
        Count("pk"), Sum("resident_bytes"), Sum("open_files"), Max("started_at")
    )
    for role, count, held, files, began in sums:
        values = (count, held, files, began.timestamp())
        for family, value in zip(families.values(), values, strict=True):
            family.add_metric([role], value)
    yield from families.values()
