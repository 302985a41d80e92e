"""Traces: what the instrument saw, as JSON Lines.

The format is described in README.md, "Traces". A line is one JSON object with a ``type``; a reader skips
types that it does not know, and a malformed line is a :class:`TraceError` that names the file and the line
number.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeAlias

import msgspec

from probes.vocabulary.observations import (
    Check,
    MaintenanceWindow,
    ObservedReport,
    OutsideSignal,
    WatchedCatalog,
)


class TraceError(ValueError):
    """A trace that cannot be read: says in which file and line, and why."""

    def __init__(self, source: str, line: int, reason: str) -> None:
        super().__init__(f"{source}:{line}: {reason}")
        self.source, self.line, self.reason = source, line, reason


class End(msgspec.Struct, frozen=True, kw_only=True, tag="end"):
    """The last line: time goes on to here even where nothing was seen."""

    at: datetime


Line: TypeAlias = WatchedCatalog | Check | ObservedReport | MaintenanceWindow | OutsideSignal | End

_KNOWN_TYPES = frozenset({"catalog", "check", "report", "maintenance", "signal", "end"})
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
        if isinstance(line, WatchedCatalog):
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
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if _is_unknown_type(raw):
            return None
        raise TraceError(source, number, str(error)) from error
    return line


def _is_unknown_type(raw: bytes) -> bool:
    try:
        return _type_decoder.decode(raw).type not in _KNOWN_TYPES
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
