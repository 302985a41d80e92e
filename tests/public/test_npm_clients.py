"""The npm client of the Statuspage API, installed as it is published, against what is served here."""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from probes.vocabulary.causes import Cause
from probes.vocabulary.states import ComponentState
from statuspage.public.serve.server import SnapshotServer
from tests.support.binaries import require_binary
from tests.support.npm import install_npm
from tests.support.public_rows import World, make_incident, make_maintenance, set_state
from tests.support.wsgi import serving

JAVASCRIPT = """
const { Statuspage } = require('statuspage.io');
const { api } = (() => {
  const client = new Statuspage('fogbreak');
  client.setApiUrl(process.argv[2]);
  return client;
})();
(async () => {
  const answers = {
    summary: await api.getSummary(),
    status: await api.getStatus(),
    components: await api.getComponents(),
    incidents: await api.incidents.getAll(),
    unresolved: await api.incidents.getUnresolved(),
    planned: await api.scheduledMaintenances.getAll(),
    active: await api.scheduledMaintenances.getActive(),
    upcoming: await api.scheduledMaintenances.getUpcoming(),
  };
  console.log(JSON.stringify(answers));
})().catch((error) => { console.error(error.message); process.exit(1); });
"""


@pytest.mark.slow
def test_npm_client_reads_every_endpoint_when_a_risk_wave_is_on(
    world: World, published: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    node = require_binary("node", package="nodejs")
    wave = make_incident(world, cause=Cause.RISK_CONTROL)
    past = make_incident(world, ago=timedelta(days=2), lasted=timedelta(minutes=9))
    work = make_maintenance(world)
    set_state(world, "fenfu-qr", ComponentState.DEGRADED)
    folder = tmp_path_factory.mktemp("npm")
    install_npm(folder, "statuspage.io@3.3.8")
    (folder / "read.js").write_text(JAVASCRIPT)

    with serving(SnapshotServer(lambda environ, start: [], published().parent)) as port:
        done = subprocess.run(
            [node, "read.js", f"http://127.0.0.1:{port}"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    shutil.rmtree(folder / "node_modules")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["status"]["status"]["indicator"] == "minor"
    assert told["summary"]["status"] == told["status"]["status"]
    assert [one["id"] for one in told["incidents"]["incidents"]] == [wave.public_id, past.public_id]
    assert [one["id"] for one in told["unresolved"]["incidents"]] == [wave.public_id]
    assert [one["id"] for one in told["planned"]["scheduled_maintenances"]] == [work.public_id]
    assert "degraded_performance" in {one["status"] for one in told["components"]["components"]}
    assert [one["id"] for one in told["upcoming"]["scheduled_maintenances"]] == [work.public_id]
