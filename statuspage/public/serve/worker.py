"""A worker: answers what fronts pass on, with a WSGI application, in a few threads.

It never sees a stranger's connection: a request comes from the front in one piece, and an answer goes back in
one piece, so that a thread is held for as long as the application takes and no longer.
"""

import io
import logging
import os
import socket
import sys
import threading
from collections.abc import Iterable
from wsgiref.types import WSGIApplication, WSGIEnvironment

import msgspec

from statuspage.public.serve.answers import failure
from statuspage.public.serve.requests import WebReply, WebRequest, path_of, query_of

log = logging.getLogger(__name__)
# A front sends and reads at once; only a dead one does not.
FRONT_S = 10.0


def work(application: WSGIApplication, listener: socket.socket, *, threads: int, alive: int) -> None:
    """Answer on ``listener`` until ``alive``, of which the parent holds the other end, is closed."""
    # Who answers what is published goes first where the processor is short.
    os.nice(5)
    start_answering(application, listener, threads=threads)
    os.read(alive, 1)


def start_answering(
    application: WSGIApplication, listener: socket.socket, *, threads: int
) -> list[threading.Thread]:
    """So many threads that answer on ``listener`` until it is shut down."""
    given = (application, listener)
    started = [threading.Thread(target=_keep_answering, args=given, daemon=True) for _ in range(threads)]
    for thread in started:
        thread.start()
    return started


def _keep_answering(application: WSGIApplication, listener: socket.socket) -> None:
    while True:
        try:
            front, _ = listener.accept()
        except OSError:  # it was shut down
            return
        with front:
            front.settimeout(FRONT_S)
            try:
                _answer(application, front)
            except (OSError, msgspec.DecodeError):
                log.warning("a front has gone while it was answered")


def _answer(application: WSGIApplication, front: socket.socket) -> None:
    with front.makefile("rb") as sent:
        request = msgspec.msgpack.decode(sent.read(), type=WebRequest)
    front.sendall(msgspec.msgpack.encode(replied(application, request)))


def replied(application: WSGIApplication, request: WebRequest) -> WebReply:
    """What ``application`` answers, in full; what it raises is logged and answered with 500."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start(status: str, headers: list[tuple[str, str]], error: object = None) -> object:
        started.append((status, headers))
        return written.append

    try:
        parts: Iterable[bytes] = application(_environ(request), start)  # type: ignore[arg-type]
        try:
            written.extend(parts)
        finally:
            close = getattr(parts, "close", None)
            if close:
                close()
        status, headers = started[-1]
    except Exception:  # the thread must live on, whatever an application raises
        log.exception("the application failed")
        failed = failure(is_for_now=False)
        return WebReply(status=failed.status, headers=failed.headers, body=failed.body)
    return WebReply(status=int(status[:3]), headers=tuple(headers), body=b"".join(written))


def _environ(request: WebRequest) -> WSGIEnvironment:
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path_of(request.target),
        "QUERY_STRING": query_of(request.target),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": f"HTTP/{request.version}",
        "REMOTE_ADDR": request.peer,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        # With an underscore it could pass for another header, such as one that only a proxy may write.
        if "_" in name or name.lower() in {"content-length", "transfer-encoding"}:
            continue
        key = name.upper().replace("-", "_")
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    return environ
