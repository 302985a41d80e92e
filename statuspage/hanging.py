"""Limits for how long a database is waited for that took a question and does not answer."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DEFAULT_DB_ALIAS, connection, connections

# libpq waits for no less for an address.
_LEAST_S = 2


@contextmanager
def answered_within(seconds: float) -> Iterator[None]:
    """Raises OperationalError where the database answers nothing for so long; the connection is lost then.

    All questions of the block share the time, with connecting where it has to be. The server's own limits do
    not help against one that hangs with its disk, or is halted: its machine still takes what is sent. SQLite
    has a limit of its own.
    """
    if connection.vendor != "postgresql":
        yield
        return
    began_s = time.monotonic()
    _connect(seconds)
    left_s = max(0.0, seconds - (time.monotonic() - began_s))
    # Of our own: the connection may be closed meanwhile, and its number be another's.
    file = os.dup(connection.connection.fileno())
    cutting = threading.Timer(left_s, _cut, [file])
    cutting.daemon = True
    cutting.start()
    try:
        yield
    finally:
        cutting.cancel()
        cutting.join()
        os.close(file)


def _connect(seconds: float) -> None:
    """Connect where this thread is not yet: libpq's limit holds for each address of the database's host."""
    if connection.connection is not None:
        return
    mine = connections[DEFAULT_DB_ALIAS]
    usual = mine.settings_dict
    limit = max(_LEAST_S, int(seconds / _addresses(str(usual["HOST"]))))
    mine.settings_dict = {**usual, "OPTIONS": {**usual["OPTIONS"], "connect_timeout": limit}}
    try:
        mine.ensure_connection()
    finally:
        mine.settings_dict = usual


def _addresses(hosts: str) -> int:
    """How many addresses are tried one after the other for a host, or for several with commas between."""
    found = 0
    for host in hosts.split(","):
        with suppress(OSError):
            found += 1 if host.startswith("/") else len(socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM))
    return max(1, found)


def _cut(file: int) -> None:
    """Whoever waits for this socket is told that the server has closed it."""
    with suppress(OSError), socket.socket(fileno=os.dup(file)) as cut:
        cut.shutdown(socket.SHUT_RDWR)
