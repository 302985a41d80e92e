"""`manage.py serve` as it is deployed: what is killed comes back, and two servers never share a port."""

import os
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.bench_attack import ASK, polite, under_attack
from tests.support.fronts import small_snapshot
from tests.support.processes import free_port, running, wait_until
from tests.support.units import FOLDER, command_of

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running one; ``command`` started it."""

    process: "subprocess.Popen[bytes]"
    url: str
    command: list[str]
    environ: dict[str, str]

    def parts(self, name: str) -> list[int]:
        """The processes that are fronts or workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in children if f"\0{name}\0" in _command_line(pid)]

    def status(self, path: str) -> int:
        """What it answers to a question, 0 for nothing."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as reply:
                return int(reply.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("serve")
    small_snapshot(folder / "snapshot")
    environ = {name: value for name, value in os.environ.items() if name != "DEBUG"} | {
        "SECRET_KEY": "only-a-test-" + "0" * 50,
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "statuspage.settings",
    }
    (words,) = command_of("fogbreak-web.service")
    port = free_port()
    command = [str(port) if word == "8000" else word for word in words]
    with running(command, log=folder / "serve.log", environ=environ, folder=ROOT) as process:
        found = Server(process=process, url=f"http://127.0.0.1:{port}", command=command, environ=environ)
        wait_until(lambda: found.status("/") == 200, seconds=60, what="the page")
        wait_until(lambda: found.status("/api/v1/openapi.json") == 200, seconds=60, what="what is dynamic")
        yield found


def test_second_server_refuses_to_start_when_one_listens_there(server: Server) -> None:
    second = subprocess.run(
        server.command, cwd=ROOT, env=server.environ, capture_output=True, text=True, timeout=60
    )

    assert second.returncode == 1
    assert "cannot listen on 127.0.0.1:" in second.stderr
    assert "already in use" in second.stderr
    assert server.status("/") == 200


@pytest.mark.parametrize(("name", "number"), [("front", 2), ("worker", 2)])
def test_part_comes_back_and_the_page_stays_when_it_is_killed(server: Server, name: str, number: int) -> None:
    before = server.parts(name)

    os.kill(before[0], signal.SIGKILL)
    meanwhile = [server.status("/") for _ in range(20)]

    assert len(before) == number
    assert set(meanwhile) == {200}
    wait_until(
        lambda: len(server.parts(name)) == number and before[0] not in server.parts(name),
        seconds=20,
        what=f"another {name}",
    )
    wait_until(lambda: server.status("/api/v1/openapi.json") == 200, seconds=60, what="what is dynamic")


def test_page_is_answered_meanwhile_when_strangers_do_everything_at_once(server: Server) -> None:
    port = int(server.url.rpartition(":")[2])

    with under_attack("all", port, connections=64, seconds=30):
        read = polite(port, seconds=3, ask=ASK.replace(b"/en/", b"/"))

    assert len(read.took) > 5
    assert read.failed == 0
    assert read.share(0.5) < 500


def test_unit_allows_as_many_open_files_as_all_connections_need() -> None:
    unit = (FOLDER / "fogbreak-web.service").read_text(encoding="utf-8")

    assert "LimitNOFILE=16384\n" in unit


def test_nothing_is_left_when_the_server_is_told_to_end(server: Server) -> None:
    parts = server.parts("front") + server.parts("worker")

    server.process.send_signal(signal.SIGTERM)  # the last test of the file

    assert server.process.wait(20) == 0
    assert len(parts) == 4
    assert not [pid for pid in parts if Path(f"/proc/{pid}").exists()]


def _command_line(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except OSError:
        return ""
