"""Runs a front in a thread of the tests, with a small snapshot and an application that a test brings."""

import asyncio
import os
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import msgspec
import uvloop

from statuspage.public.headers import Kind
from statuspage.public.publish.manifest import MANIFEST, Entry, Manifest
from statuspage.public.publish.shelf import point_to
from statuspage.public.serve.front import serve
from statuspage.public.serve.limits import Limits
from statuspage.public.serve.worker import start_answering

PAGE = b"<!doctype html><title>all is well</title>" + b"." * 2000


def teller(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Tells what it was asked."""
    size = len(environ["wsgi.input"].read())
    told = (environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"], environ["REMOTE_ADDR"])
    start_response("200 OK", [("X-Names", ",".join(sorted(name for name in environ if "HTTP_" in name)))])
    return [" ".join((*told, str(size))).encode()]


def small_snapshot(folder: Path, *, page: bytes = PAGE) -> Path:
    """A snapshot whose only file is the page in front."""
    target = folder / "one"
    target.mkdir(parents=True)
    (target / "index.html").write_bytes(page)
    now = datetime.now(tz=UTC)
    entry = Entry(
        path="/", content_type="text/html", kind=Kind.PAGE, etag="e", key=None, modified=now, encodings=()
    )
    (target / MANIFEST).write_bytes(
        msgspec.json.encode(Manifest(at=now, folder=target.name, entries=(entry,)))
    )
    point_to(target, folder)
    return folder


@contextmanager
def front(
    folder: Path,
    *,
    application: WSGIApplication = teller,
    limits: Limits | None = None,
    slots: int = 2,
    below: str = "",
) -> Iterator[int]:
    """The port of a front that serves ``folder`` ``below`` a path, with ``slots`` threads behind it."""
    with socket.socket(socket.AF_UNIX) as workers, socket.create_server(("127.0.0.1", 0)) as listener:
        workers.bind(str(folder / "workers"))
        workers.listen(16)
        threads = start_answering(application, workers, threads=slots)
        given = limits or Limits()
        with front_on(listener, folder, folder / "workers", limits=given, slots=slots, below=below) as port:
            yield port
        workers.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(10)


@contextmanager
def front_on(
    listener: socket.socket, folder: Path, workers: Path, *, limits: Limits, slots: int = 2, below: str = ""
) -> Iterator[int]:
    """As :func:`front`, with whoever listens at ``workers``."""
    alive, hold = os.pipe()
    port: int = listener.getsockname()[1]

    async def run() -> None:
        shared = listener.dup()
        await serve(
            shared, folder=folder, workers=workers, slots=slots, limits=limits, alive=alive, below=below
        )

    thread = threading.Thread(target=lambda: _run(run()), daemon=True)
    thread.start()
    try:
        yield port
    finally:
        os.close(hold)
        thread.join(10)
        os.close(alive)


def _run(work: Coroutine[None, None, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


def said(port: int, *sent: bytes, seconds: float = 10.0) -> bytes:
    """All that the server says to ``sent`` until it closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as caller:
        for part in sent:
            caller.sendall(part)
        return rest(caller)


def rest(caller: socket.socket) -> bytes:
    """What still comes until the other end closes."""
    parts = []
    try:
        while part := caller.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)
