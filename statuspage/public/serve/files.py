"""Answers from what is published, out of memory: it stands when all else has fallen.

Conditions and encodings of requests are read by hand: werkzeug would be one more dependency for 45 lines.
"""

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from probes.vocabulary.bilingual import NOTHING
from statuspage.ages import STALE_AFTER_S, is_stale
from statuspage.encodings import preferred
from statuspage.public.headers import HEADERS, OPEN_KINDS, OPEN_TO_ALL
from statuspage.public.publish.manifest import AGED, POINTER, Entry, Manifest, file_name, read_manifest
from statuspage.public.serve.answers import Headers, WebAnswer, plain
from statuspage.wording.refusals import NOTHING_PUBLISHED, ONLY_READ

log = logging.getLogger(__name__)
KEPT_BYTES = 48 * 2**20
NAME_OF_ENCODING = {"br": "br", "gz": "gzip"}
FRONT_PAGES = {"/", "/en/"}


@dataclass(slots=True)
class _State:
    """One snapshot as it is served; answers are made when they are first asked for.

    An answer from memory takes 7 µs of processor time, one from its file 22 µs.

    ``aged`` are the forms of ``entries`` that say that they are too old, by the same paths.
    """

    manifest: Manifest
    entries: dict[str, Entry]
    aged: dict[str, Entry]
    answers: dict[tuple[str, str], WebAnswer] = field(default_factory=dict)
    kept: int = 0


class PublishedFiles:
    """Answers what is published in ``folder``.

    ``clock`` tells the snapshot's age: a page older than ``stale_after_s``, or made by a clock that is ahead
    of this one by as much, is served with its warning.
    """

    def __init__(
        self,
        folder: Path,
        *,
        stale_after_s: float = STALE_AFTER_S,
        clock: Callable[[], datetime] = lambda: datetime.now(tz=UTC),
    ) -> None:
        self._folder = folder
        self._stale_after, self._clock = timedelta(seconds=stale_after_s), clock
        self._pointer = os.fspath(folder / POINTER)
        self._state: _State | None = None
        # Where the pointer led when it was last followed, whether or not it could be read.
        self._seen = ""
        self._lock = threading.Lock()

    def answer(
        self,
        path: str,
        method: str = "GET",
        *,
        accepts: str = "",
        tags: str | None = None,
        since: str | None = None,
    ) -> WebAnswer | None:
        """The answer to a request; None where nothing like it is published.

        ``accepts``, ``tags`` and ``since`` are Accept-Encoding, If-None-Match and If-Modified-Since.
        """
        state = self._current()
        entry = state.entries.get(path) if state else None
        if state is None or entry is None:
            return _elsewhere(state, path)
        if method == "OPTIONS" and entry.kind in OPEN_KINDS:
            return _PREFLIGHT
        if method not in {"GET", "HEAD"}:
            return plain(HTTPStatus.METHOD_NOT_ALLOWED, ONLY_READ, ("Allow", "GET, HEAD"))
        warning = state.aged.get(path) if self._is_old(state) else None
        entry = warning or entry
        try:
            choose = _known_encoding if len(accepts) <= _USUAL_LENGTH else _encoding
            whole = self._whole(state, entry, choose(entry.encodings, accepts))
        except OSError:
            log.exception("a published file has gone: %s", entry.path)
            return plain(HTTPStatus.SERVICE_UNAVAILABLE, NOTHING_PUBLISHED, ("Retry-After", "1"))
        # Both forms are of one date: by that alone the reader may have the one that does not warn.
        if (tags is not None or since is not None) and _is_known(
            tags, since, whole.headers[0][1], None if warning else entry.modified
        ):
            return WebAnswer(HTTPStatus.NOT_MODIFIED, whole.headers[:-2], b"")
        return whole

    def _is_old(self, state: _State) -> bool:
        return is_stale(state.manifest.as_of, self._clock(), after=self._stale_after)

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
        for path in (*FRONT_PAGES, "/_now.html", "/en/_now.html", "/api/v2/summary.json"):
            for entry in filter(None, (entries.get(path), aged.get(path))):
                for suffix in ("", *entry.encodings):
                    with suppress(OSError):  # whoever asks for it is told
                        self._whole(state, entry, suffix)
        return state

    def _whole(self, state: _State, entry: Entry, suffix: str) -> WebAnswer:
        """The answer with all of the file, kept in memory as long as there is room.

        Its headers begin with the tag and end with the two that tell of the body.
        """
        key = entry.path, suffix
        kept = state.answers.get(key)
        if kept is not None:
            return kept
        name = file_name(entry.path)
        # By the folder's own name, for the pointer may have moved on since it was read.
        file = self._folder / state.manifest.folder / (f"{name}.{suffix}" if suffix else name)
        body = file.read_bytes()
        answer = WebAnswer(HTTPStatus.OK, _headers(entry, suffix, len(body)), body)
        if state.kept + len(body) <= KEPT_BYTES:
            state.answers[key] = answer
            state.kept += len(body)
        return answer


def _elsewhere(state: _State | None, path: str) -> WebAnswer | None:
    if state and f"{path}/" in state.entries:
        # Seen from where it was asked for, which may be below a path that nobody tells here.
        return plain(HTTPStatus.MOVED_PERMANENTLY, NOTHING, ("Location", f"{path.rpartition('/')[2]}/"))
    if state is None and path in FRONT_PAGES:
        return plain(HTTPStatus.SERVICE_UNAVAILABLE, NOTHING_PUBLISHED, ("Retry-After", "5"))
    return None


def _encoding(encodings: tuple[str, ...], accepted: str) -> str:
    """The suffix of the form that the reader likes best, of two the smaller; "" is the plain one."""
    suffixes = {NAME_OF_ENCODING[suffix]: suffix for suffix in reversed(encodings)}
    return suffixes.get(preferred(accepted, suffixes), "")


# Browsers say the same few things; what is longer than they are would only fill the memory.
_known_encoding = lru_cache(maxsize=256)(_encoding)
_USUAL_LENGTH = 64


def _headers(entry: Entry, suffix: str, length: int) -> Headers:
    return (
        ("ETag", f'"{entry.etag}{"-" + suffix if suffix else ""}"'),
        ("Last-Modified", format_datetime(entry.modified.astimezone(UTC), usegmt=True)),
        ("Vary", "Accept-Encoding"),
        *HEADERS[entry.kind],
        *([("Content-Encoding", NAME_OF_ENCODING[suffix])] if suffix else []),
        ("Content-Type", entry.content_type),
        ("Content-Length", str(length)),
    )


def _is_known(tags: str | None, since: str | None, etag: str, modified: datetime | None) -> bool:
    """Whether the reader has this very form already (RFC 9110, 13.1); the tag wins over the date."""
    if tags is not None:
        return tags.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    if since is None or modified is None:
        return False
    try:
        return modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError, OverflowError):
        return False


_PREFLIGHT = WebAnswer(
    HTTPStatus.NO_CONTENT,
    (
        *OPEN_TO_ALL,
        ("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"),
        ("Access-Control-Allow-Headers", "*"),
        ("Access-Control-Max-Age", "86400"),
    ),
    b"",
)
