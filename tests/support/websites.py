"""A web site on a free local port that answers as a test tells it to, badly too."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """What the site says to one request. ``claimed_length`` lies about the body's length."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    claimed_length: int | None = None


@dataclass
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]


@dataclass
class Website:
    """A running site; ``asked`` fills as it is visited."""

    url: str
    asked: list[Asked]
    answers: dict[str, Answer | Callable[[Asked], Answer]]

    def paths(self) -> list[str]:
        return [request.path for request in self.asked if request.path != "/robots.txt"]


@contextmanager
def website(**answers: Answer | Callable[[Asked], Answer]) -> Iterator[Website]:
    """Serve ``answers`` by path, their slashes left out: ``website(forum=Answer(b"..."))`` is ``/forum``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = Asked(
                path=self.path, headers={name.lower(): value for name, value in self.headers.items()}
            )
            site.asked.append(asked)
            answer = site.answers.get(self.path, Answer(status=404))
            answer = answer(asked) if callable(answer) else answer
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            length = len(answer.body) if answer.claimed_length is None else answer.claimed_length
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    url = f"http://127.0.0.1:{server.server_address[1]}"
    site = Website(url=url, asked=[], answers={f"/{name}": answer for name, answer in answers.items()})
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
