"""What is told of incidents: how many are open, which they are, and how sure the verdicts are."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations, product

from django.conf import settings
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from probes.vocabulary.causes import Cause
from statuspage.analysis.values import Certainty
from statuspage.incidents.models import Incident
from statuspage.incidents.reading import open_incidents
from statuspage.incidents.totals import corrected_ever, opened_ever
from statuspage.monitoring.models import Component

# What a verdict may hold a component to be.
EXPLANATIONS = ("normal", *Cause)
MOST_NAMED = 20


def incidents() -> Iterator[Metric]:
    """Those that are open and told, by component, by cause and one by one; and how many there ever were."""
    standing = frozenset(Component.objects.filter(retired=False).values_list("slug", flat=True))
    rows = list(open_incidents().prefetch_related("components"))
    affected = {row.pk: sorted({one.slug for one in row.components.all()} & standing) for row in rows}
    yield _by_component(rows, affected, sorted(standing))
    yield _by_cause(rows)
    yield from _one_by_one(rows, affected)
    yield _probabilities(rows, affected)
    yield from _ever()


def _by_component(
    rows: Iterable[Incident], affected: dict[int, list[str]], standing: Iterable[str]
) -> Metric:
    held = GaugeMetricFamily(
        "fogbreak_incidents",
        "Incidents open now that are told, once for each component of theirs.",
        labels=["component", "cause", "certainty"],
    )
    counts = Counter((slug, row.cause, row.certainty) for row in rows for slug in affected[row.pk])
    for slug, cause, certainty in product(standing, Cause, Certainty):
        held.add_metric([slug, cause, certainty], counts[slug, cause.value, certainty.value])
    return held


def _by_cause(rows: Iterable[Incident]) -> Metric:
    held = GaugeMetricFamily(
        "fogbreak_incidents_open", "Incidents open now that are told.", labels=["cause", "certainty"]
    )
    counts = Counter((row.cause, row.certainty) for row in rows)
    for cause, certainty in product(Cause, Certainty):
        held.add_metric([cause, certainty], counts[cause.value, certainty.value])
    return held


def _one_by_one(rows: Iterable[Incident], affected: dict[int, list[str]]) -> Iterator[Metric]:
    """By their ids, which never change: what does stands in the info alone."""
    info = GaugeMetricFamily(
        "fogbreak_incident_info",
        "What an open incident is held to be, its components, and the path of its page.",
        labels=["incident", "cause", "certainty", "impact", "components", "path"],
    )
    part = GaugeMetricFamily(
        "fogbreak_incident_component", "1 for each component of it.", labels=["incident", "component"]
    )
    start = GaugeMetricFamily(
        "fogbreak_incident_start_timestamp_seconds", "When it began.", labels=["incident"]
    )
    for row in rows:
        path = f"{settings.SITE_PATH}/incidents/{row.public_id}/"
        slugs = _named(affected[row.pk])
        info.add_metric([row.public_id, row.cause, row.certainty, row.impact, slugs, path], 1)
        for slug in affected[row.pk]:
            part.add_metric([row.public_id, slug], 1)
        start.add_metric([row.public_id], row.started_at.timestamp())
    yield from (info, part, start)


def _named(slugs: Sequence[str]) -> str:
    """The first of them, with commas between: a label that nobody could read helps nobody."""
    more = ["…"] if len(slugs) > MOST_NAMED else []
    return ",".join([*slugs[:MOST_NAMED], *more])


def _probabilities(rows: Iterable[Incident], affected: dict[int, list[str]]) -> Metric:
    """As the verdicts were stored, and the pages tell them; of several incidents the surest counts."""
    family = GaugeMetricFamily(
        "fogbreak_cause_probability_ratio",
        "How sure the told verdict is of each cause, where a component has an open incident.",
        labels=["component", "cause"],
    )
    told: dict[str, Incident] = {}
    for row in sorted(rows, key=lambda row: (row.confidence, row.pk)):
        told |= dict.fromkeys(affected[row.pk], row)
    for slug, row in sorted(told.items()):
        held = dict(row.alternatives) | {row.cause: row.confidence}
        for name in EXPLANATIONS:
            family.add_metric([slug, name], held.get(name, 0.0))
    return family


def _ever() -> Iterator[Metric]:
    opened = CounterMetricFamily(
        "fogbreak_incidents_opened",
        "Incidents ever, also those that the public is not told of, by the cause that they were opened with.",
        labels=["cause"],
    )
    ever = opened_ever()
    for cause in Cause:
        opened.add_metric([cause], ever.get(cause, 0))
    yield opened
    corrected = CounterMetricFamily(
        "fogbreak_incidents_corrected",
        "Times that the machine or a person gave an incident another cause.",
        labels=["from", "to"],
    )
    changed = corrected_ever()
    for before, after in permutations(Cause, 2):
        corrected.add_metric([before, after], changed.get((before, after), 0))
    yield corrected
