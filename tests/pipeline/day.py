"""A small day with one outage, and what was concluded of it; ``main`` lives it in a process of its own."""

import json
import sys
from datetime import timedelta

from django.conf import settings

from statuspage import pipeline
from statuspage.incidents import models as incidents
from statuspage.monitoring import models as monitoring
from statuspage.monitoring.totals import CheckLabels
from tests.pipeline.planting import at, plant_catalog, rounds, small_catalog, store
from tests.support.minutes import stored_minutes

DOWN = {"fenfu-qr": (500, "SYSTEM_ERROR", "系统错误")}
QUIET, FAULT, END = 1200.0, 1500.0, 2400.0


def plant_outage() -> None:
    catalog = small_catalog()
    plant_catalog(catalog)
    store(rounds(catalog, since=0, until=QUIET))
    store(rounds(catalog, since=QUIET, until=FAULT, answer=DOWN))
    store(rounds(catalog, since=FAULT, until=END))


def advance_to(seconds: float, *, step: float = 60.0, start: float = 0.0) -> None:
    moment = start
    while moment < seconds:
        moment = min(seconds, moment + step)
        pipeline.advance(at(moment) + timedelta(seconds=settings.SETTLE_SECONDS))


def conclusions() -> dict[str, list[object]]:
    """Every public conclusion and every count, without surrogate keys."""
    return {
        "incidents": list(
            incidents.Incident.objects.order_by("key").values_list(
                "public_id", "cause", "impact", "status", "certainty", "started_at", "resolved_at", "evidence"
            )
        ),
        "updates": list(
            incidents.IncidentUpdate.objects.order_by("incident__key", "sequence").values_list(
                "public_id", "status", "body_zh", "body_en", "created_at"
            )
        ),
        "states": list(
            incidents.ComponentStatus.objects.order_by("component__slug").values_list(
                "component__slug", "state"
            )
        ),
        "days": list(
            incidents.ComponentDay.objects.order_by("component__slug", "day").values_list(
                "component__slug", "day", "outage_seconds", "observed_seconds", "worst"
            )
        ),
        "rollups": list(
            monitoring.Rollup.objects.order_by("grain", "start", "series").values_list(
                "grain", "start", "outcomes", "excluded", "latency_count"
            )
        ),
        "minutes": [
            (start, counts.outcomes, counts.excluded, counts.latency_count)
            for start, _, counts in stored_minutes()
        ],
        "totals": list(
            monitoring.CheckTotal.objects.order_by(*CheckLabels._fields, "outcome", "excluded").values_list(
                *CheckLabels._fields, "outcome", "excluded", "count"
            )
        ),
        "durations": list(
            monitoring.DurationTotal.objects.order_by("component", "vantage").values_list("buckets", "count")
        ),
    }


def forget_conclusions() -> None:
    """As if nothing had ever been concluded: the next turn begins at the first check."""
    for conclusion in (
        incidents.Incident,
        incidents.BlindSpell,
        incidents.ComponentDay,
        incidents.ComponentStatus,
    ):
        conclusion.objects.all().delete()
    for count in (
        monitoring.MinuteCounts,
        monitoring.Rollup,
        monitoring.CheckTotal,
        monitoring.DurationTotal,
        monitoring.Progress,
    ):
        count.objects.all().delete()


def main() -> None:
    """Make the tables, live the day, and print what was concluded."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    plant_outage()
    advance_to(END)
    json.dump(conclusions(), sys.stdout, default=str)
