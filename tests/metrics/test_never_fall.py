"""No counter falls or goes away, whatever admins and the site's own upkeep do meanwhile."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from pytest_django import Settings

from probes.vocabulary.causes import Cause
from probes.vocabulary.exclusions import Exclusion
from statuspage import pipeline
from statuspage.analysis.values import ExcludedCheck
from statuspage.incidents.models import Incident
from statuspage.incidents.recording import record_verdicts
from statuspage.metrics.collector import SiteCollector
from statuspage.monitoring.excluding import exclude
from statuspage.monitoring.models import CheckResult, Component, Persona, Probe, Report, Vantage
from statuspage.monitoring.pruning import prune
from statuspage.monitoring.tallies import Tally, watched_probes
from tests.incidents.building import verdict
from tests.pipeline.planting import at, plant_catalog, rounds, small_catalog, store

pytestmark = pytest.mark.django_db
CATALOG = small_catalog()
Act = Callable[[random.Random, datetime], None]
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def _counters(now: datetime) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in SiteCollector(now, None).collect()
        if family.type in {"counter", "histogram"}
        for sample in family.samples
    }


def _relabel_incident(chance: random.Random, now: datetime) -> None:
    Incident.objects.update(cause=chance.choice([*Cause]))


def _delete_incidents(chance: random.Random, now: datetime) -> None:
    Incident.objects.all().delete()


def _machine_changes_its_mind(chance: random.Random, now: datetime) -> None:
    said = [verdict(key=f"fenfu-qr/{now}", cause=chance.choice([*Cause]), seconds=60 + n) for n in range(2)]
    record_verdicts(said)


def _change_tier(chance: random.Random, now: datetime) -> None:
    Persona.objects.filter(slug="reseller").update(risk_tier=chance.choice(["low", "elevated", "high"]))


def _move_probe(chance: random.Random, now: datetime) -> None:
    probe = chance.choice([*Probe.objects.filter(component__isnull=False)])
    probe.component = chance.choice([*Component.objects.all()])
    probe.vantage = chance.choice([*Vantage.objects.all()])
    probe.save()


def _delete_probe(chance: random.Random, now: datetime) -> None:
    chance.choice([*Probe.objects.all()]).delete()


def _retire(chance: random.Random, now: datetime) -> None:
    Component.objects.filter(slug="wxpay-card").update(retired=chance.random() < 0.5)


def _prune(chance: random.Random, now: datetime) -> None:
    days = chance.choice([0, 2])
    later = Tally(ZoneInfo(settings.TIME_ZONE), only_days=True)
    for day in range(days):
        for probe in watched_probes().values():
            later.add(probe, now + timedelta(days=day + 1), "accepted", None)
    later.store()
    prune(now=now + timedelta(days=days))


def _hide_reports(chance: random.Random, now: datetime) -> None:
    Report.objects.update(hidden=True)


def _exclude(chance: random.Random, now: datetime) -> None:
    tally = Tally(ZoneInfo(settings.TIME_ZONE))
    rows = CheckResult.objects.filter(at__gt=now - timedelta(seconds=90), probe__vantage__slug="south")
    found = [
        ExcludedCheck(probe=slug, at=moment, reason=Exclusion.VANTAGE_LOST)
        for slug, moment in rows.values_list("probe__slug", "at")
    ]
    exclude(found, tally, watched_probes())
    tally.store()


ACTS: tuple[Act, ...] = (
    _relabel_incident,
    _delete_incidents,
    _machine_changes_its_mind,
    _change_tier,
    _move_probe,
    _delete_probe,
    _retire,
    _prune,
    _hide_reports,
    _exclude,
)


@pytest.mark.parametrize("seed", range(3))
def test_no_counter_falls_whatever_is_done_to_the_rows(seed: int, settings: Settings) -> None:
    settings.RAW_DAYS, settings.MINUTE_DAYS = 1, 1
    plant_catalog(CATALOG)
    chance, before = random.Random(seed), Samples()

    for step in range(12):
        now = at(60.0 * (step + 1)) + timedelta(seconds=settings.SETTLE_SECONDS)
        known = set(Probe.objects.values_list("slug", flat=True))
        checks = rounds(CATALOG, since=60.0 * step, until=60.0 * (step + 1))
        store(item for item in checks if item.check.probe in known)
        pipeline.advance(now)
        for act in chance.sample(ACTS, 2):
            act(chance, now)
        after = _counters(now)
        assert {
            name: after.get(name, -1.0) for name, count in before.items() if after.get(name, -1.0) < count
        } == {}
        before = after

    assert sum(count for (name, _), count in before.items() if name == "fogbreak_checks_total") > 50
