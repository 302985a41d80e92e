"""A RabbitMQ server of the test's own, from Debian's package, that listens on the loopback address alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.binaries import require_binary
from tests.support.processes import free_port, listens, running, wait_until

# Debian's /usr/sbin/rabbitmq-server changes to its own account and folders: this is what it runs.
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


@contextmanager
def rabbitmq_server(folder: Path) -> Iterator[str]:
    """A running server's ``amqp://`` URL; everything that it writes goes to ``folder``."""
    require_binary("rabbitmq-server", package="rabbitmq-server")
    epmd = require_binary("epmd", package="rabbitmq-server")
    home = folder / "rabbitmq"
    home.mkdir()
    port, names = free_port(), free_port()
    environ = rabbitmq_environment(home, port=port, names=names)
    log = folder / "rabbitmq.log"
    with (
        running([epmd, "-port", str(names), "-address", "127.0.0.1"], log=log, environ=environ, folder=home),
        running([SERVER], log=log, environ=environ, folder=home),
    ):
        wait_until(lambda: listens(port), seconds=60, what=f"RabbitMQ on port {port}: {log}")
        yield f"amqp://guest:guest@127.0.0.1:{port}//"


def rabbitmq_environment(home: Path, *, port: int, names: int) -> dict[str, str]:
    """The variables of a node that keeps all in ``home``, and whose names epmd tells on a port of its own."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),  # where Erlang keeps its cookie
        "LANG": "C.UTF-8",
        "ERL_EPMD_PORT": str(names),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": f"fogbreak{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_CONFIG_FILE": str(home / "none"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "none.config"),
        "RABBITMQ_CONF_ENV_FILE": str(home / "none.env"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }
