"""Runs a WSGI application on a free port, with TLS where wanted, and a proxy that leads to it."""

import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


class _Threaded(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What an application answered."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(
    application: WSGIApplication, path: str = "/", method: str = "GET", query: str = "", **headers: str
) -> Answer:
    """What ``application`` answers without a server; ``headers`` by their WSGI names (``if_none_match``)."""
    environ: WSGIEnvironment = {"PATH_INFO": path, "REQUEST_METHOD": method, "QUERY_STRING": query}
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    setup_testing_defaults(environ)
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start(status: str, sent: list[tuple[str, str]], error: object = None) -> Callable[[bytes], object]:
        started.append((status, sent))
        return written.append

    parts = application(environ, start)
    body = b"".join((*parts, *written))
    if close := getattr(parts, "close", None):
        close()
    status, sent = started[0]
    return Answer(status=int(status.split()[0]), headers=dict(sent), body=body)


@contextmanager
def serving(application: WSGIApplication, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port on which ``application`` answers."""
    server = make_server("127.0.0.1", 0, application, server_class=_Threaded, handler_class=_Quiet)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    with _in_thread(server):
        yield server.server_port


@contextmanager
def leading_to(port: int) -> Iterator[int]:
    """The port of a proxy that connects every CONNECT to ``port`` here, whatever host was asked for."""

    class Tunnel(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline().strip():
                pass
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with socket.create_connection(("127.0.0.1", port)) as there:
                _relay(self.connection, there)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel)
    server.daemon_threads = True
    with _in_thread(server):
        yield server.server_address[1]


def _relay(here: socket.socket, there: socket.socket) -> None:
    other = {here: there, there: here}
    while True:
        for ready in select.select([here, there], [], [], 10)[0]:
            chunk = ready.recv(65536)
            if not chunk:
                return
            other[ready].sendall(chunk)


@contextmanager
def _in_thread(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
