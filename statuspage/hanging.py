"""Limits for how long a database is waited for that took a question and does not answer."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import connection


@contextmanager
def answered_within(seconds: float) -> Iterator[None]:
    """Raises OperationalError where the database answers nothing for so long; the connection is lost then.

    All questions of the block share the time. The server's own limits do not help against one that hangs with
    its disk, or is halted: its machine still takes what is sent. SQLite has a limit of its own.
    """
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    # Of our own: the connection may be closed meanwhile, and its number be another's.
    file = os.dup(connection.connection.fileno())
    cutting = threading.Timer(seconds, _cut, [file])
    cutting.daemon = True
    cutting.start()
    try:
        yield
    finally:
        cutting.cancel()
        cutting.join()
        os.close(file)


def _cut(file: int) -> None:
    """Whoever waits for this socket is told that the server has closed it."""
    with suppress(OSError), socket.socket(fileno=os.dup(file)) as cut:
        cut.shutdown(socket.SHUT_RDWR)
