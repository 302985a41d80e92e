"""Scrapes /metrics of a site with ten thousand probes, beside prometheus_client with the same series.

Run by ``make bench-metrics``; ARGS: ``--probes 2000``. The rival only writes what it holds: it reads no rows
and no process but its own knows its numbers, so that it is the least that any scrape with that library costs.
"""

import argparse
import gc
import gzip
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.bench.own_site import Figure, begin, cpu, table

ROUNDS = 7
# What is asked for: seconds of a scrape, and MiB more than the process held before its first one.
MOST_S, MOST_MIB = 1.0, 50.0
PAYERS, PLACES = 10, 10
RIVAL_LEVEL = 9  # that of prometheus_client's own server
OUTCOMES = ("accepted", "timeout", "declined_risk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrapes:
    """Of each: seconds, and those of the CPU; samples of the last one; MiB more at the peak than before."""

    seconds: list[float]
    cpu_seconds: list[float]
    samples: int
    more_mib: float

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def cpu_median(self) -> float:
        return statistics.median(self.cpu_seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--probes", type=int, default=10_000)
    probes: int = parser.parse_args().probes
    with tempfile.TemporaryDirectory(prefix="fogbreak-metrics-") as folder:
        begin(Path(folder))
        from django.utils import timezone

        _elsewhere(lambda: _plant(timezone.now(), probes))
        ours, text = _scraped(_ask)
        rival, _ = _scraped(_rival(text))
    print(table(f"/metrics with {probes} probes", _figures(ours, rival)))


def _figures(ours: Scrapes, rival: Scrapes) -> list[Figure]:
    return [
        Figure(name="samples", measured=f"{ours.samples}"),
        Figure(
            name="a scrape, median",
            measured=f"{ours.median:.2f} s",
            goal=f"less than {MOST_S:g} s",
            reached=ours.median < MOST_S,
        ),
        Figure(name="a scrape, slowest", measured=f"{max(ours.seconds):.2f} s"),
        Figure(name="a scrape, CPU time", measured=f"{ours.cpu_median:.2f} s"),
        Figure(name="the same series of prometheus_client, median", measured=f"{rival.median:.2f} s"),
        Figure(name="the same series of prometheus_client, CPU time", measured=f"{rival.cpu_median:.2f} s"),
        Figure(name="ours by theirs, CPU time", measured=f"{ours.cpu_median / rival.cpu_median:.2f}"),
        Figure(
            name="memory more than before the first scrape",
            measured=f"{ours.more_mib:.0f} MiB",
            goal=f"less than {MOST_MIB:g} MiB",
            reached=ours.more_mib < MOST_MIB,
        ),
    ]


def _scraped(ask: Callable[[], bytes]) -> tuple[Scrapes, bytes]:
    gc.collect()
    _forget_peak()
    before, seconds, spent, answer = _peak_mib(), [], [], b""
    for _ in range(ROUNDS):
        began, used = time.perf_counter(), cpu()
        answer = ask()
        seconds.append(time.perf_counter() - began)
        spent.append(cpu() - used)
    more = _peak_mib() - before
    lines = gzip.decompress(answer).splitlines()
    samples = sum(1 for line in lines if line and not line.startswith(b"#"))
    return Scrapes(seconds=seconds, cpu_seconds=spent, samples=samples, more_mib=more), answer


def _ask() -> bytes:
    from django.test import RequestFactory

    from statuspage.metrics.views import metrics

    return metrics(RequestFactory().get("/metrics", headers={"accept-encoding": "gzip"})).content


def _rival(text: bytes) -> Callable[[], bytes]:
    """prometheus_client's own registry, with a gauge for every sample that ours told."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest
    from prometheus_client.parser import text_string_to_metric_families

    registry = CollectorRegistry()
    for family in text_string_to_metric_families(gzip.decompress(text).decode()):
        gauges: dict[str, Gauge] = {}
        for sample in family.samples:
            name = sample.name
            if name not in gauges:
                gauges[name] = Gauge(name, "same", sorted(sample.labels), registry=registry)
            gauge = gauges[name]
            (gauge.labels(**sample.labels) if sample.labels else gauge).set(sample.value)
    return lambda: gzip.compress(generate_latest(registry), RIVAL_LEVEL)


def _elsewhere(step: Callable[[], None]) -> None:
    """Done in a process of its own: what it took and gave back would make room for what is measured."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            step()
            status = 0
        finally:
            os._exit(status)
    if os.waitpid(child, 0)[1]:
        raise RuntimeError("the rows could not be made")


def _plant(now: datetime, probes: int) -> None:
    """Probes of controls aside: each of a component, a payer and a place, its newest check and its counts."""
    from statuspage.monitoring import models

    components = _named(models.Component, "component", max(1, probes // (PAYERS * PLACES)))
    payers = _named(models.Persona, "payer", PAYERS, risk_tier="low")
    places = _named(models.Vantage, "place", PLACES)
    endpoint = models.Endpoint.objects.create(
        slug="a", name_zh="甲", name_en="A", gateway="card_json", base_url="https://a.example"
    )
    rows = models.Probe.objects.bulk_create(
        (
            models.Probe(
                slug=f"{component.slug}.{payer.slug}.{place.slug}",
                component=component,
                persona=payer,
                vantage=place,
                endpoint=endpoint,
                operation="pay",
            )
            for component in components
            for payer in payers
            for place in places
        ),
        batch_size=2000,
    )
    _measure(now, rows)


def _named(model: type, word: str, count: int, **fields: str) -> list:  # type: ignore[type-arg]  # of any table
    return list(
        model._default_manager.bulk_create(  # type: ignore[attr-defined]  # of any table
            model(slug=f"{word}-{n}", name_zh=f"{word} {n}", name_en=f"{word} {n}", **fields)
            for n in range(count)
        )
    )


def _measure(now: datetime, probes: Iterable) -> None:  # type: ignore[type-arg]  # Django is not set up yet
    from statuspage.monitoring import models

    moment = now - timedelta(seconds=5)
    checks, counts, spent = [], [], set()
    for probe in probes:
        checks += [
            models.CheckResult(
                probe=probe,
                tick=moment - timedelta(minutes=back),
                at=moment - timedelta(minutes=back),
                stored_at=moment,
                outcome="accepted",
                http_status=200,
                latency_ms=142.5,
                phases={"dns": 2.1, "connect": 11.3, "tls": 20.2, "first_byte": 100.4, "body": 8.5},
                certificate_expires_at=now + timedelta(days=60),
            )
            for back in range(3)
        ]
        who = {"component": probe.component.slug, "vantage": probe.vantage.slug}
        spent.add((probe.component.slug, probe.vantage.slug))
        payer = {"persona": probe.persona.slug, "tier": probe.persona.risk_tier}
        counts += [models.CheckTotal(**who, **payer, outcome=outcome, count=77_777) for outcome in OUTCOMES]
    models.CheckResult.objects.bulk_create(checks, batch_size=2000)
    models.CheckTotal.objects.bulk_create(counts, batch_size=2000)
    buckets = {f"{bound:g}": 10 for bound in (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30)}
    models.DurationTotal.objects.bulk_create(
        models.DurationTotal(component=component, vantage=place, buckets=buckets, sum_seconds=7.5, count=130)
        for component, place in sorted(spent)
    )
    models.Progress.objects.create(pk=1, concluded_until=now, advanced_at=now)


def _peak_mib() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def _forget_peak() -> None:
    """From here on the peak is that of what is measured (Linux, proc(5))."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


if __name__ == "__main__":
    main()
