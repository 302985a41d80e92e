"""What is published, in front of any WSGI application and below any WSGI server."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from statuspage.ages import STALE_AFTER_S
from statuspage.public.serve.files import PublishedFiles
from statuspage.public.serve.requests import without_prefix


class SnapshotServer:
    """A WSGI application that answers what is published and hands everything else to ``inner``.

    The site lies ``below`` a path, or has a host of its own; neither knows of the path.
    """

    def __init__(
        self,
        inner: WSGIApplication,
        folder: Path,
        *,
        below: str = "",
        stale_after_s: float = STALE_AFTER_S,
        clock: Callable[[], datetime] = lambda: datetime.now(tz=UTC),
    ) -> None:
        self._inner, self._below = inner, below
        self._files = PublishedFiles(folder, stale_after_s=stale_after_s, clock=clock)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = without_prefix(environ.get("PATH_INFO") or "/", self._below)
        environ["PATH_INFO"] = path
        answer = self._files.answer(
            path,
            environ["REQUEST_METHOD"],
            accepts=environ.get("HTTP_ACCEPT_ENCODING", ""),
            tags=environ.get("HTTP_IF_NONE_MATCH"),
            since=environ.get("HTTP_IF_MODIFIED_SINCE"),
        )
        if answer is None:
            return self._inner(environ, start_response)
        start_response(answer.line, list(answer.headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" or not answer.body else [answer.body]
