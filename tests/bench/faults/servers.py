"""Database and brokers from Debian that can be killed, halted and started again where they stood."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.support.binaries import require_binary
from tests.support.postgres import USER, unprivileged
from tests.support.processes import end, free_port, listens, wait_until
from tests.support.rabbitmq import SERVER as RABBITMQ
from tests.support.rabbitmq import rabbitmq_environment


class Server:
    """A server process of a group of its own."""

    def __init__(self, name: str, folder: Path, log: Path, environ: Mapping[str, str] | None = None) -> None:
        self.name, self.folder, self.log, self.port = name, folder, log, free_port()
        self.environ = None if environ is None else dict(environ)
        self.command: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environ,
                cwd=self.folder,
                process_group=0,
            )

    def wait(self) -> None:
        """Until it answers."""
        wait_until(lambda: listens(self.port), seconds=90, what=f"{self.name} in {self.folder}")

    def send_all(self, number: signal.Signals) -> None:
        """To all its processes."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def stop(self, number: signal.Signals) -> None:
        """End it, by this signal to its first process, and wait for the end."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGCONT)
        end(process, number, seconds=15)

    def restart(self, number: signal.Signals) -> None:
        self.stop(number)
        self.start()
        self.wait()


class Postgres(Server):
    """PostgreSQL, safe against its own crash, with its data in ``folder``."""

    def __init__(self, folder: Path, log: Path, environ: Mapping[str, str] | None = None) -> None:
        super().__init__("postgres", folder, log)
        as_user = unprivileged(folder)
        initdb, postgres = (require_binary(name, package="postgresql") for name in ("initdb", "postgres"))
        data = folder / "data"
        made = [*as_user, initdb, "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
        subprocess.run(list(map(str, made)), check=True, capture_output=True, cwd=folder)
        options = {"max_connections": "60", "max_wal_size": "64MB", "shared_buffers": "32MB"}
        told = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        place = ["-h", "127.0.0.1", "-p", str(self.port), "-k", str(folder)]
        # Behind the change of account: what libfaketime shares belongs to the account that began with it.
        variables = ["env", *(f"{name}={value}" for name, value in (environ or {}).items())]
        self.command = [*map(str, [*as_user, *variables, postgres, "-D", data]), *place, *told]

    def url(self, port: int | None = None) -> str:
        """By which it is reached, perhaps over a relay."""
        return f"postgres://{USER}@127.0.0.1:{port or self.port}/postgres"

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url(), autocommit=True, connect_timeout=5)

    def wait(self) -> None:
        def answers() -> bool:
            try:
                self.connect().close()
            except psycopg.OperationalError:
                return False
            return True

        wait_until(answers, seconds=60, what=f"PostgreSQL in {self.folder}", every=0.2)


class Redis(Server):
    """Redis, which keeps nothing over a restart."""

    def __init__(self, folder: Path) -> None:
        super().__init__("redis", folder, folder / "redis.log")
        binary = require_binary("redis-server", package="redis-server")
        self.command = [
            *(str(binary), "--bind", "127.0.0.1", "--port", str(self.port)),
            *("--save", "", "--dir", str(folder)),
        ]

    def url(self, port: int | None = None) -> str:
        return f"redis://127.0.0.1:{port or self.port}/0"

    def tell(self, *words: str) -> None:
        """One command, by redis-cli."""
        client = shutil.which("redis-cli") or "redis-cli"
        subprocess.run([client, "-p", str(self.port), *words], check=True, capture_output=True, timeout=10)


class RabbitMq(Server):
    """RabbitMQ, with all that it writes in ``folder``; takes some ten seconds to start."""

    def __init__(self, folder: Path) -> None:
        home = folder / "rabbitmq"
        home.mkdir()
        super().__init__("rabbitmq", folder, folder / "rabbitmq.log")
        names = free_port()
        self.environ = rabbitmq_environment(home, port=self.port, names=names)
        self.command = [str(RABBITMQ)]
        epmd = str(require_binary("epmd", package="rabbitmq-server"))
        self._epmd = subprocess.Popen(
            [epmd, "-port", str(names), "-address", "127.0.0.1"],
            env=self.environ,
            cwd=home,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )

    def url(self, port: int | None = None) -> str:
        return f"amqp://guest:guest@127.0.0.1:{port or self.port}//"

    def tell(self, *words: str) -> None:
        """One command, by rabbitmqctl."""
        control = RABBITMQ.with_name("rabbitmqctl")
        node = (self.environ or {})["RABBITMQ_NODENAME"]
        subprocess.run(
            [str(control), "-n", node, *words], env=self.environ, check=True, capture_output=True, timeout=60
        )

    def end(self) -> None:
        self._epmd.kill()
        self._epmd.wait()
