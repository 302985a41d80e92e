"""A PostgreSQL server of the test's own, from Debian's binaries, in a folder that goes with it."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.binaries import require_binary
from tests.support.processes import free_port, listens, running, wait_until

ROOT = Path(__file__).resolve().parents[2]
USER = "fogbreak"
# Nobody keeps this data: speed goes before safety.
OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}


@contextmanager
def postgres_server() -> Iterator[str]:
    """A running server's ``postgres://`` URL, with an empty database."""
    initdb = require_binary("initdb", package="postgresql")
    postgres = require_binary("postgres", package="postgresql")
    folder = Path(tempfile.mkdtemp(prefix="fogbreak-postgres-"))
    try:
        as_user = unprivileged(folder)
        data, port = folder / "data", free_port()
        subprocess.run(
            [*as_user, initdb, "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"],
            check=True,
            capture_output=True,
            cwd=folder,
        )
        options = [word for name, value in OPTIONS.items() for word in ("-c", f"{name}={value}")]
        command = [*as_user, postgres, "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", folder, *options]
        log = folder / "log"
        # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
        with running(command, log=log, folder=folder, stop_with=signal.SIGINT):
            wait_until(lambda: _answers(port), seconds=30, what=f"PostgreSQL on port {port}: {log}")
            yield f"postgres://{USER}@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answers(port: int) -> bool:
    import psycopg

    if not listens(port):
        return False
    try:
        psycopg.connect(f"postgres://{USER}@127.0.0.1:{port}/postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def environment_on(folder: Path, url: str = "") -> dict[str, str]:
    """The environment of a site's process on that database, or on SQLite in ``folder``."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "VAR_DIR"}}
    chosen = {"DATABASE_URL": url} if url else {}
    settings = {"DJANGO_SETTINGS_MODULE": "statuspage.settings", "DEBUG": "1", "VAR_DIR": str(folder)}
    return {**kept, **settings, **chosen, "PYTHONPATH": str(ROOT)}


def started(code: str, environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    """A process that runs ``code``, whose input and output are the caller's."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def unprivileged(folder: Path) -> list[str | Path]:
    """What goes before a command: PostgreSQL refuses to be run by the superuser."""
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    setpriv = require_binary("setpriv", package="util-linux")
    return [setpriv, f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
