"""Metrics for Prometheus, read from the rows at each scrape, so that every process tells the same."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Count
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from probes.vocabulary.states import ComponentState
from statuspage.analysis.values import Conditions
from statuspage.incidents.reading import shown_components, state_of
from statuspage.metrics.checks import counted_checks, newest_checks
from statuspage.metrics.controls import counted_controls, newest_controls
from statuspage.metrics.decisions import decisions
from statuspage.metrics.incidents import incidents
from statuspage.metrics.outgoing import waiting_deliveries
from statuspage.metrics.outside import other_monitors, pushed_checks
from statuspage.metrics.queues import queues
from statuspage.metrics.silence import newest_results, purpose_ages, silences, vantage_ages
from statuspage.metrics.site import site_itself
from statuspage.monitoring.conditions import knowledge_at
from statuspage.monitoring.models import Component, Progress, Report, Vantage
from statuspage.monitoring.source_health import Health, source_healths
from statuspage.monitoring.voices import past_hour, people
from statuspage.public.publish.manifest import Manifest
from statuspage.public.publish.mirror import mirrored
from statuspage.version import fogbreak_version


class SiteCollector(Collector):
    """What is known at ``now``. ``manifest`` is that of the served snapshot, if there is one."""

    def __init__(self, now: datetime, manifest: Manifest | None) -> None:
        self._now, self._manifest = now, manifest

    def collect(self) -> Iterable[Metric]:
        """Every family; labels are slugs, and names stand in the ``_info`` series.

        Where nothing was measured there is no sample.
        """
        known, newest = knowledge_at(self._now), newest_results(self._now)
        silent = silences(newest)
        yield _build_info()
        yield _clock_corrections()
        yield from _components(known.blind)
        yield from incidents()
        yield from decisions(self._now)
        yield from counted_checks()
        yield from counted_controls()
        yield from newest_checks(newest, known.until)
        yield from newest_controls(newest, known.until)
        yield from vantage_ages(silent, self._now)
        yield purpose_ages(newest, self._now)
        yield from waiting_deliveries(self._now)
        yield from site_itself(self._now)
        yield from queues(self._now)
        yield from _reports(self._now)
        last_check = max((vantage.last for vantage in silent if vantage.last), default=None)
        yield from self._freshness(last_check, known.until)
        yield from _conditions(known.conditions)
        yield from _sources(self._now)
        yield from other_monitors(self._now)
        yield from pushed_checks()
        yield from _mirror()

    def _freshness(self, last_check: datetime | None, known_until: datetime | None) -> Iterator[Metric]:
        moments = {
            "check": ("End of the newest check that was made.", last_check),
            "detection": ("Until when evidence has been concluded.", known_until),
            "snapshot": ("When the served snapshot was made.", self._manifest.at if self._manifest else None),
        }
        age = GaugeMetricFamily(
            "fogbreak_age_seconds", "Age of the last check, detection and snapshot.", labels=["stage"]
        )
        for name, (text, at) in moments.items():
            yield _moment(f"fogbreak_last_{name}_timestamp_seconds", text, at)
            if at:
                age.add_metric([name], max(0.0, (self._now - at).total_seconds()))
        yield age


def _moment(name: str, text: str, at: datetime | None) -> Metric:
    """A moment in Unix time; no sample where there is none."""
    family = GaugeMetricFamily(name, text)
    if at:
        family.add_metric([], at.timestamp())
    return family


def _mirror() -> Iterator[Metric]:
    """Only where a storage is set."""
    if "snapshot" not in settings.STORAGES:
        return
    state = mirrored(settings.SNAPSHOT_DIR)
    yield CounterMetricFamily(
        "fogbreak_mirror_failures",
        "Times that what is published could not be carried to the storage.",
        value=state.failures,
    )
    yield _moment("fogbreak_last_mirror_timestamp_seconds", "The snapshot in the storage.", state.at)


def _build_info() -> Metric:
    return InfoMetricFamily("fogbreak_build", "Version of Fogbreak.", value={"version": fogbreak_version()})


def _clock_corrections() -> Metric:
    return CounterMetricFamily(
        "fogbreak_clock_corrections",
        "Times that what a clock that was ahead left behind was dated back.",
        value=Progress.objects.values_list("clock_corrections", flat=True).first() or 0,
    )


def _components(blind: bool) -> Iterator[Metric]:
    info = GaugeMetricFamily("fogbreak_component_info", "Names.", labels=["component", "group", "name"])
    state = GaugeMetricFamily(
        "fogbreak_component_status",
        "1 for the state that the component is in.",
        labels=["component", "status"],
    )
    for component in shown_components():
        group = component.group.slug if component.group else ""
        info.add_metric([component.slug, group, component.name_en], 1)
        now = state_of(component, blind=blind)
        for choice in ComponentState:
            state.add_metric([component.slug, choice], float(choice is now))
    yield info
    yield state


def _reports(now: datetime) -> Iterator[Metric]:
    held = GaugeMetricFamily(
        "fogbreak_reports_stored", "Posts in store, by what they complain of.", labels=["symptom", "product"]
    )
    rows = Report.objects.filter(hidden=False).order_by().values_list("symptom", "product")
    for *labels, count in rows.annotate(n=Count("pk")):
        held.add_metric(labels, count)
    yield held
    yield GaugeMetricFamily(
        "fogbreak_complaints_last_hour",
        "People who complained in this quarter of an hour and the three before, reposts left out.",
        value=people(*past_hour(now))[()],
    )


def _conditions(conditions: Conditions) -> Iterator[Metric]:
    lost = GaugeMetricFamily(
        "fogbreak_vantage_lost", "1 where a vantage lost its own network.", labels=["vantage"]
    )
    for slug in Vantage.objects.values_list("slug", flat=True):
        lost.add_metric([slug], float(slug in conditions.lost_vantages))
    yield lost
    blind = GaugeMetricFamily(
        "fogbreak_component_blind", "1 where too little was seen to know.", labels=["component"]
    )
    unseen = set(conditions.blind_components)
    for slug in Component.objects.filter(retired=False).values_list("slug", flat=True):
        blind.add_metric([slug], float(slug in unseen))
    yield blind
    because = GaugeMetricFamily(
        "fogbreak_component_blind_because",
        "1 where checks are made and say nothing, with the reason that most of them have.",
        labels=["component", "reason"],
    )
    for slug, reason in sorted(conditions.blind_because.items()):
        because.add_metric([slug, reason.value], 1.0)
    yield because
    yield GaugeMetricFamily(
        "fogbreak_misconfigured_probes",
        "Probes whose answers say that our keys or requests are wrong.",
        value=len(conditions.misconfigured_probes),
    )
    yield GaugeMetricFamily(
        "fogbreak_frozen_personas",
        "Personas whose own account is the trouble.",
        value=len(conditions.frozen_personas),
    )


def _sources(now: datetime) -> Iterator[Metric]:
    texts = {
        "up": "0 where a source cannot be read.",
        "quiet": "1 where a source brings far fewer posts than usual.",
        "clean": "1 where the last reading left nothing to complain of.",
        "posts_last_day": "Posts of the past 24 hours.",
        "posts_usual_per_day": "Posts on an average day of the week before.",
        "last_success_timestamp_seconds": "When a source was last read.",
        "age_seconds": "Since a source was last read.",
    }
    families = {
        name: GaugeMetricFamily(f"fogbreak_source_{name}", text, labels=["source"])
        for name, text in texts.items()
    }
    skipped = CounterMetricFamily(
        "fogbreak_source_items_skipped",
        "Items that were found at a visit and of which no post came.",
        labels=["source"],
    )
    for known in source_healths(now):
        skipped.add_metric([known.source.slug], known.source.skipped_items)
        source, read = known.source, known.source.last_success_at
        if known.health in {Health.OFF, Health.NEW}:
            continue
        values = {
            "up": known.health is not Health.BROKEN,
            "quiet": known.health is Health.QUIET,
            "clean": not source.last_error,
            "posts_last_day": known.day,
            "posts_usual_per_day": known.usual,
            "last_success_timestamp_seconds": read.timestamp() if read else None,
            "age_seconds": max(0.0, (now - read).total_seconds()) if read else None,
        }
        for name, value in values.items():
            if value is not None:
                families[name].add_metric([source.slug], float(value))
    yield from families.values()
    yield skipped
