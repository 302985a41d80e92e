"""The values that travel from the instrument to the analysis, and their JSON Lines form.

The format is described in README.md, "Traces". A line is one JSON object with a ``type``; a reader skips
types that it does not know, and a malformed line is a :class:`TraceError` that names the file and the line
number.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeAlias

import msgspec

from probes.outcomes import RiskTier

FIRST_PARTY = "here"  # the source of what readers report on the page itself, where anybody can say anything


class TraceError(ValueError):
    """A trace that cannot be read: says in which file and line, and why."""

    def __init__(self, source: str, line: int, reason: str) -> None:
        super().__init__(f"{source}:{line}: {reason}")
        self.source, self.line, self.reason = source, line, reason


class WatchedComponent(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer sees on the page."""

    slug: str
    name: str
    group: str = ""


class WatchedPersona(msgspec.Struct, frozen=True, kw_only=True):
    """A synthetic payer and how a risk engine would rate it."""

    slug: str
    risk_tier: RiskTier


class WatchedProbe(msgspec.Struct, frozen=True, kw_only=True):
    """A standing order, every ``interval_s`` seconds. Without a component it is a control of its vantage."""

    slug: str
    component: str | None
    persona: str | None
    vantage: str
    interval_s: float


class Catalog(msgspec.Struct, frozen=True, kw_only=True, tag="catalog"):
    """What is watched; always the first line of a trace."""

    version: int = 1
    timezone: str = "UTC"
    components: tuple[WatchedComponent, ...]
    personas: tuple[WatchedPersona, ...]
    probes: tuple[WatchedProbe, ...]


class Check(msgspec.Struct, frozen=True, kw_only=True, tag="check", gc=False):
    """One run of a probe. ``at`` is when it ended; the answer is raw; ``latency_ms`` is the whole time."""

    at: datetime
    probe: str
    error: str | None = None
    http_status: int | None = None
    code: str = ""
    message: str = ""
    latency_ms: float | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True, tag="report", gc=False):
    """One post by a user. ``at`` is when it was collected, ``author`` a keyed hash."""

    at: datetime
    published_at: datetime | None = None
    source: str
    author: str = ""
    text: str
    url: str = ""


class MaintenanceWindow(msgspec.Struct, frozen=True, kw_only=True, tag="maintenance"):
    """A window that an operator announced; sent again with the same ``slug`` when it changes."""

    at: datetime
    slug: str
    components: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False


class End(msgspec.Struct, frozen=True, kw_only=True, tag="end"):
    """The last line: time goes on to here even where nothing was seen."""

    at: datetime


Observation: TypeAlias = Check | Report | MaintenanceWindow
Line: TypeAlias = Catalog | Check | Report | MaintenanceWindow | End

_KNOWN_TYPES = frozenset({"catalog", "check", "report", "maintenance", "end"})
_decoder = msgspec.json.Decoder(Line)
_encoder = msgspec.json.Encoder()


class _Typed(msgspec.Struct):
    type: str


_type_decoder = msgspec.json.Decoder(_Typed)


def read_trace(lines: Iterable[bytes], source: str) -> Iterator[Line]:
    """Yield a trace's lines, the catalog first and the end last.

    Lines of unknown type are skipped. Raises :class:`TraceError` where a line is malformed, out of order (by
    ``at``), after the end, or where the catalog or the end is missing. Memory does not grow with the trace.
    """
    number = 0
    previous: datetime | None = None
    ended = False
    catalog_seen = False
    for number, raw in enumerate(lines, start=1):
        if not raw or raw.isspace():
            continue
        line = _decode(raw, source, number)
        if line is None:
            continue
        if ended:
            raise TraceError(source, number, "a line after the end")
        if isinstance(line, Catalog):
            if catalog_seen:
                raise TraceError(source, number, "a second catalog")
            catalog_seen = True
            yield line
            continue
        if not catalog_seen:
            raise TraceError(source, number, "the first line must be the catalog")
        at = line.at
        if at.tzinfo is None:
            raise TraceError(source, number, "`at` has no time zone")
        if previous is not None and at < previous:
            raise TraceError(source, number, f"out of order: {at.isoformat()} after {previous.isoformat()}")
        previous = at
        ended = isinstance(line, End)
        yield line
    if not catalog_seen:
        raise TraceError(source, max(number, 1), "empty: no catalog")
    if not ended:
        raise TraceError(source, number, "truncated: no `end` line")


def write_line(line: Line) -> bytes:
    """One line of a trace, newline included."""
    return _encoder.encode(line) + b"\n"


def _decode(raw: bytes, source: str, number: int) -> Line | None:
    try:
        line: Line = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if _is_unknown_type(raw):
            return None
        raise TraceError(source, number, str(error)) from error
    return line


def _is_unknown_type(raw: bytes) -> bool:
    try:
        return _type_decoder.decode(raw).type not in _KNOWN_TYPES
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
