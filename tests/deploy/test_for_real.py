"""The whole on PostgreSQL and Redis, by the commands that are deployed, with a real Prometheus beside it."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from probes.simulator.scenario import Scenario, ScenarioKind
from tests.deploy.site import ROOT, Site, site_for_real
from tests.support.pretended import pretended_world
from tests.support.processes import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.alone]

DASHBOARD = ROOT / "deploy" / "grafana" / "dashboards" / "fogbreak.json"
# Two things at once, on components that have nothing in common.
CALM_S, LASTS_S = 25.0, 60.0
CAUSES = {"fenfu-qr": "risk_control", "wxpay-card": "outage"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site after both incidents came and went, still running."""
    folder = tmp_path_factory.mktemp("real")
    with pretended_world(folder / "simulator") as world, site_for_real(folder, world) as running:
        wait_until(lambda: _states(running) == {"operational"}, seconds=60, what=f"calm; see {folder}")
        start = time.time() + CALM_S
        for kind, component in ((ScenarioKind.RISK_WAVE, "fenfu-qr"), (ScenarioKind.OUTAGE, "wxpay-card")):
            world.world.add(
                Scenario(id=kind, kind=kind, starts_s=start, lasts_s=LASTS_S, components=(component,))
            )
        wait_until(
            lambda: _open_causes(running) == CAUSES,
            seconds=start + LASTS_S - time.time(),
            what=f"both causes; see {folder}",
        )
        wait_until(lambda: not _open_causes(running), seconds=LASTS_S + 90, what="both resolved")
        yield running


def test_site_for_real_tells_causes_apart_when_two_things_go_wrong_at_once(site: Site) -> None:
    ever = site.json("/api/v2/incidents.json")["incidents"]

    assert {incident["x_cause"] for incident in ever} == set(CAUSES.values())
    assert {incident["status"] for incident in ever} == {"resolved"}


def test_prometheus_has_data_for_every_panel_when_it_scrapes_the_site(site: Site) -> None:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]

    empty = [expression for expression in expressions if not site.query(_filled(expression))]

    assert len(expressions) >= 10
    assert empty == []


def test_prometheus_alerts_by_cause_when_incidents_were_open(site: Site) -> None:
    fired = site.query('count by (alertname) (max_over_time(ALERTS{alertstate="firing"}[10m]))')

    names = {row["metric"]["alertname"] for row in fired}

    assert {"PaymentOutage", "PaymentRiskControlWave"} <= names
    assert not names & {"PaymentMaintenance", "PaymentPolicyChange", "FogbreakDown", "FogbreakPageStale"}


def test_logs_hold_no_errors_when_everything_runs_for_real(site: Site) -> None:
    logs = [path for path in Path(site.folder).glob("*.log") if path.stem not in {"prometheus", "redis"}]

    complaints = [
        f"{log.name}: {line}"
        for log in logs
        for line in log.read_text(encoding="utf-8").splitlines()
        if re.search(r"\bERROR\b|Traceback", line)
    ]

    assert len(logs) == 6
    assert complaints == []


def _filled(expression: str) -> str:
    return expression.replace("$component", ".*").replace("$__rate_interval", "2m")


def _states(site: Site) -> set[str]:
    body = site.json("/api/v2/components.json")
    return {row["x_state"] for row in body["components"] if not row["group"]}


def _open_causes(site: Site) -> dict[str, str]:
    rows = site.json("/api/v2/incidents/unresolved.json")["incidents"]
    return {
        component["x_slug"]: row["x_cause"]
        for row in rows
        for component in row["components"]
        if not component["group"]
    }
