"""Answers published pages from memory, in front of Django: they stand when all else has fallen.

Conditions and encodings of requests are read by hand: werkzeug would be one more dependency for 45 lines.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from statuspage.ages import STALE_AFTER_S
from statuspage.encodings import preferred
from statuspage.public.headers import HEADERS, OPEN_KINDS, OPEN_TO_ALL, SECURITY
from statuspage.public.publish.manifest import AGED, POINTER, Entry, Manifest, file_name, read_manifest

log = logging.getLogger(__name__)
KEPT_BYTES = 48 * 2**20
NAME_OF_ENCODING = {"br": "br", "gz": "gzip"}
Headers = list[tuple[str, str]]


@dataclass(slots=True)
class _State:
    """One snapshot as it is served; bodies are read when they are first asked for.

    An answer from memory takes 7 µs of processor time, one from its file 22 µs.

    ``aged`` are the forms of ``entries`` that say that they are too old, by the same paths.
    """

    manifest: Manifest
    entries: dict[str, Entry]
    aged: dict[str, Entry]
    bodies: dict[tuple[str, str], bytes] = field(default_factory=dict)
    kept: int = 0


class SnapshotServer:
    """A WSGI application that answers what is published and hands everything else to ``inner``.

    ``clock`` tells the snapshot's age: a page older than ``stale_after_s`` is served with its warning.
    """

    def __init__(
        self,
        inner: WSGIApplication,
        folder: Path,
        *,
        stale_after_s: float = STALE_AFTER_S,
        clock: Callable[[], datetime] = lambda: datetime.now(tz=UTC),
    ) -> None:
        self._inner, self._folder = inner, folder
        self._stale_after_s, self._clock = stale_after_s, clock
        self._pointer = os.fspath(folder / POINTER)
        self._state: _State | None = None
        # Where the pointer led when it was last followed, whether or not it could be read.
        self._seen = ""
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO") or "/"
        state = self._current()
        entry = state.entries.get(path) if state else None
        if state is None or entry is None:
            return self._elsewhere(state, path, environ, start_response)
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS" and entry.kind in OPEN_KINDS:
            return _preflight(start_response)
        if method not in {"GET", "HEAD"}:
            return _plain(
                start_response, "405 Method Not Allowed", "Only GET and HEAD.\n", ("Allow", "GET, HEAD")
            )
        return self._answer(state, entry, environ, start_response)

    def _elsewhere(
        self, state: _State | None, path: str, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        if state and f"{path}/" in state.entries:
            return _plain(start_response, "301 Moved Permanently", "", ("Location", f"{path}/"))
        if state is None and path in {"/", "/en/"}:
            text = "页面尚未发布，请稍后再来。\nNothing is published yet; please come back in a moment.\n"
            return _plain(start_response, "503 Service Unavailable", text, ("Retry-After", "5"))
        return self._inner(environ, start_response)

    def _current(self) -> _State | None:
        """The newest snapshot.

        The pointer is read for every request: of several web processes, none may answer with what another
        one's readers have seen replaced.
        """
        try:
            link = os.readlink(self._pointer)  # noqa: PTH115 - for every request, and half as fast as a Path
        except OSError:
            return self._state  # the last one that was seen is better than none
        if self._seen == link:
            return self._state
        with self._lock:
            if self._seen != link:
                self._state = self._load(link) or self._state
                self._seen = link
            return self._state

    def _load(self, link: str) -> _State | None:
        manifest = read_manifest(self._folder)
        if manifest is None:
            log.error("the snapshot %s has no manifest of this version; serving the one before", link)
            return None
        entries = manifest.by_path()
        aged = {path: entries.pop(AGED + path) for path in list(entries) if AGED + path in entries}
        state = _State(manifest=manifest, entries=entries, aged=aged)
        for path in ("/", "/en/", "/_now.html", "/en/_now.html", "/api/v2/summary.json"):
            for entry in filter(None, (entries.get(path), aged.get(path))):
                for suffix in ("", *entry.encodings):
                    self._body(state, entry, suffix)
        return state

    def _answer(
        self, state: _State, entry: Entry, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        is_old = (self._clock() - state.manifest.at).total_seconds() > self._stale_after_s
        warning = state.aged.get(entry.path) if is_old else None
        entry = warning or entry
        suffix = _encoding(entry, environ.get("HTTP_ACCEPT_ENCODING", ""))
        try:
            body = self._body(state, entry, suffix)
        except OSError:
            log.exception("a published file has gone: %s", entry.path)
            return _plain(start_response, "503 Service Unavailable", "", ("Retry-After", "1"))
        etag = f'"{entry.etag}{"-" + suffix if suffix else ""}"'
        headers = _headers(entry, etag, suffix)
        # Both forms are of one date: by that alone the reader may have the one that does not warn.
        if _is_known(environ, etag, None if warning else entry.modified):
            start_response("304 Not Modified", headers)
            return []
        headers += [("Content-Type", entry.content_type), ("Content-Length", str(len(body)))]
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _body(self, state: _State, entry: Entry, suffix: str) -> bytes:
        """The file's bytes, kept in memory as long as there is room."""
        key = entry.path, suffix
        kept = state.bodies.get(key)
        if kept is not None:
            return kept
        name = file_name(entry.path)
        # By the folder's own name, for the pointer may have moved on since it was read.
        file = self._folder / state.manifest.folder / (f"{name}.{suffix}" if suffix else name)
        body = file.read_bytes()
        if state.kept + len(body) <= KEPT_BYTES:
            state.bodies[key] = body
            state.kept += len(body)
        return body


def _encoding(entry: Entry, accepted: str) -> str:
    """The suffix of the form that the reader likes best, of two the smaller; "" is the plain one."""
    suffixes = {NAME_OF_ENCODING[suffix]: suffix for suffix in reversed(entry.encodings)}
    return suffixes.get(preferred(accepted, suffixes), "")


def _headers(entry: Entry, etag: str, suffix: str) -> Headers:
    headers = [
        ("ETag", etag),
        ("Last-Modified", format_datetime(entry.modified.astimezone(UTC), usegmt=True)),
        ("Vary", "Accept-Encoding"),
        *HEADERS[entry.kind],
    ]
    if suffix:
        headers.append(("Content-Encoding", NAME_OF_ENCODING[suffix]))
    return headers


def _is_known(environ: WSGIEnvironment, etag: str, modified: datetime | None) -> bool:
    """Whether the reader has this very form already (RFC 9110, 13.1); the tag wins over the date."""
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        return tags.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if since is None or modified is None:
        return False
    try:
        return modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def _preflight(start_response: StartResponse) -> Iterable[bytes]:
    headers = [
        *OPEN_TO_ALL,
        ("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"),
        ("Access-Control-Allow-Headers", "*"),
        ("Access-Control-Max-Age", "86400"),
    ]
    start_response("204 No Content", headers)
    return []


def _plain(start_response: StartResponse, status: str, text: str, *extra: tuple[str, str]) -> Iterable[bytes]:
    body = text.encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        *extra,
        *SECURITY,
    ]
    start_response(status, headers)
    return [body]
