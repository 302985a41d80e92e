"""The page while one thing after the other is taken away from beneath it."""

import os
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError

import pytest

from statuspage.public.publish import write
from statuspage.public.snapshot import build
from tests.support.processes import free_port, listens, running, wait_until
from tests.support.public_rows import World

ROOT = Path(__file__).parents[2]


def fetch(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A site without broker and engine, and with a database that is not there."""
    return {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "only-for-this-test-" + "x" * 40,
        "VAR_DIR": str(tmp_path / "var"),
        "DATABASE_URL": f"postgres://nobody:nothing@127.0.0.1:{free_port()}/gone",
        "BROKER_URL": f"redis://127.0.0.1:{free_port()}/0",
        "SNAPSHOT_DIR": str(tmp_path / "snapshot"),
    }


def test_page_stands_with_its_age_when_database_broker_and_engine_are_gone(
    world: World, tmp_path: Path, environ: dict[str, str], published: Callable[[], Path]
) -> None:
    write(build(world.now), tmp_path / "snapshot")
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]

    with running(
        [*command, "statuspage.wsgi:application"], log=tmp_path / "log", environ=environ, folder=ROOT
    ):
        wait_until(lambda: listens(port), seconds=60, what="granian listens")
        page, api, metrics = fetch(port, "/"), fetch(port, "/api/v2/summary.json"), fetch(port, "/metrics")

    assert page[0] == 200
    assert "支付一切正常。" in page[1]
    assert 'id="stale" class="stale">' in page[1]
    assert '<time datetime="2026-11-22T04:26:05Z" data-form="seconds">12:26:05</time>' in page[1]
    assert api[0] == 200
    assert metrics[0] == 500
