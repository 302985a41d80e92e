"""Public clients of the Statuspage API, installed as they are published, against what is served here."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from probes.vocabulary.causes import Cause
from probes.vocabulary.states import ComponentState
from statuspage.public.serve.server import SnapshotServer
from tests.support.certificates import make_authority
from tests.support.public_rows import World, make_incident, make_maintenance, set_state
from tests.support.wsgi import leading_to, serving

GITHUB = "kctbh9vrtdwd.statuspage.io"  # the address that statuscheck has built in for the service "github"


@pytest.fixture
def server(world: World, published: Callable[[], Path]) -> SnapshotServer:
    make_incident(world, cause=Cause.RISK_CONTROL)
    make_maintenance(world, status="in_progress", starts_in=timedelta(minutes=-5))
    set_state(world, "fenfu-qr", ComponentState.DEGRADED)
    set_state(world, "fenfu-repay", ComponentState.MAINTENANCE)
    return SnapshotServer(lambda environ, start: [], published().parent, clock=lambda: world.now)


@pytest.fixture
def github(server: SnapshotServer, tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment in which that address leads here."""
    authority = make_authority(tmp_path)
    with serving(server, authority.server_context(GITHUB)) as port, leading_to(port) as proxy:
        yield {
            "PATH": os.environ["PATH"],
            "HTTPS_PROXY": f"http://127.0.0.1:{proxy}",
            "REQUESTS_CA_BUNDLE": authority.bundle,
        }


def test_statuscheck_reads_the_summary_when_a_risk_wave_is_on(github: dict[str, str]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "statuscheck.cli", "github"],
        env=github,
        capture_output=True,
        text=True,
        timeout=90,
    )

    assert run.returncode == 0, run.stderr
    assert "Current GitHub status: Minor incident" in run.stdout
    assert "- Fenfu QR payment: a wave of refusals by risk control [Identified]" in run.stdout
    assert "- QR payment: Degraded performance" in run.stdout
    assert "- Repayment: Under Maintenance" in run.stdout


def test_prometheus_exporter_reads_the_summary_when_a_risk_wave_is_on(
    server: SnapshotServer, tmp_path: Path
) -> None:
    with serving(server) as port:
        service = {"fogbreak": {"url": f"http://127.0.0.1:{port}/api/v2/summary.json", "name": "Fogbreak"}}
        (tmp_path / "services.json").write_text(json.dumps(service))
        run = subprocess.run(
            [sys.executable, "-m", "statuspage_prometheus_exporter.status_monitoring"],
            env={"PATH": os.environ["PATH"], "RUN_MODE": "once", "METRICS_TEXTFILE_PATH": "out.prom"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=90,
        )

    assert run.returncode == 0, run.stderr
    metrics = (tmp_path / "out.prom").read_text()
    assert 'statuspage_service_status{service_name="Fogbreak"} 0.0' in metrics
    assert 'incident_name="Fenfu QR payment: a wave of refusals by risk control"' in metrics
    assert 'statuspage_component_status{component_name="Repayment",service_name="Fogbreak"} 0.0' in metrics
    assert (
        'statuspage_component_status{component_name="Online payment",service_name="Fogbreak"} 1.0' in metrics
    )
