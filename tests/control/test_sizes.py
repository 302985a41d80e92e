"""The control room and the lists of the admin ask as often for a large site as for a small one."""

from datetime import timedelta

import msgspec
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from probes.vocabulary.outcomes import Outcome
from statuspage.analysis.values import Conditions
from statuspage.incidents.models import Incident
from statuspage.monitoring.models import CheckResult, Component, Probe, Progress
from tests.control.conftest import LogsIn
from tests.support.multiplying import multiply
from tests.support.public_rows import World, make_incident, make_maintenance

PAGES = (
    "/admin/",
    "/admin/room/",
    "/admin/incidents/incident/",
    "/admin/incidents/incident/?q=fenfu",
    "/admin/monitoring/probe/",
    "/admin/monitoring/component/",
    "/admin/monitoring/checkresult/",
)


def _queries(client: Client) -> dict[str, int]:
    counted = {}
    for page in PAGES:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        # PostgreSQL's clock is asked every ten seconds, whatever is shown.
        counted[page] = sum("clock_timestamp" not in query["sql"] for query in asked)
    return counted


def _grow(world: World, name: str, *, components: int, probes: int, incidents: int, open_ones: int) -> None:
    """More of everything, of which each component is blind and each probe refused by our own fault."""
    multiply(world.components["fenfu-qr"], components, slug=name)
    multiply(world.probes[0], probes, slug=name)
    past, going_on = (Incident.objects.filter(resolved_at__isnull=is_open)[0] for is_open in (False, True))
    multiply(past, incidents, public_id=f"{name}p", key=f"{name}past")
    multiply(going_on, open_ones, public_id=f"{name}o", key=f"{name}open")
    told = Conditions(
        at=world.now,
        blind_components=tuple(Component.objects.values_list("slug", flat=True)),
        misconfigured_probes=tuple(Probe.objects.values_list("slug", flat=True)),
    )
    Progress.objects.update(conditions=msgspec.to_builtins(told))


def test_pages_ask_as_often_when_the_site_is_large(calm: World, log_in: LogsIn) -> None:
    make_incident(calm)
    make_incident(calm, ago=timedelta(days=2), lasted=timedelta(hours=1))
    make_maintenance(calm)
    CheckResult.objects.update(outcome=Outcome.MISCONFIGURED.value)
    client = log_in()
    _grow(calm, "a", components=20, probes=20, incidents=20, open_ones=20)
    _queries(client)  # what is asked for once in a process
    small = _queries(client)

    _grow(calm, "b", components=1_000, probes=10_000, incidents=100_000, open_ones=200)

    assert _queries(client) == small
