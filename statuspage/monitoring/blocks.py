"""Packs results of one probe by columns, and unpacks them again, to the microsecond and the last digit."""

import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

import msgspec

VERSION = 1
_LEVEL = 6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WIDTH = 8  # bytes of an integer
# Values of which a block holds few different ones.
_NAMED = ("outcome", "error", "http_status", "code", "message", "hung_phase", "excluded", "late")


class BlockError(ValueError):
    """A block that this version cannot read."""


class Result(NamedTuple):
    """What a row of results holds but its keys; the fields are those of the table."""

    tick: datetime
    at: datetime
    stored_at: datetime
    outcome: str
    error: str | None
    http_status: int | None
    code: str
    message: str
    latency_ms: float | None
    phases: Mapping[str, float]
    hung_phase: str
    steps: Sequence[Any]
    certificate_expires_at: datetime | None
    excluded: str
    late: bool


class _Column(msgspec.Struct, array_like=True):
    """Its different values, and which of them each row has; a value of all rows has no ``which``."""

    values: list[Any]
    which: bytes | list[int] = b""


class _Numbers(msgspec.Struct, array_like=True):
    """Thousandths as integers, where all are such; else as they are. ``missing`` are rows without one."""

    thousandths: bytes = b""
    floats: list[float] = []
    missing: list[int] = []


class _Block(msgspec.Struct, array_like=True):
    """Moments are microseconds: ticks since 1970 by their second differences, ``waits`` and ``stored`` later.

    A wait is from the tick to the end less what the check took; a row is stored so long after the end.
    """

    version: int
    count: int
    ticks: bytes
    waits: bytes
    stored: bytes
    latencies: _Numbers
    phases: dict[str, _Numbers]
    named: dict[str, _Column]
    certificates: _Column
    steps: dict[int, Any]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Block).decode


def pack(results: Sequence[Result]) -> bytes:
    """Results in order of their ticks, for :func:`unpack`."""
    ticks = [_micros(row.tick) for row in results]
    ends = [_micros(row.at) for row in results]
    took = [round((row.latency_ms or 0.0) * 1000) for row in results]
    names = sorted({name for row in results for name in row.phases})
    block = _Block(
        version=VERSION,
        count=len(results),
        ticks=_ints(_differences(_differences(ticks))),
        waits=_ints(end - tick - spent for end, tick, spent in zip(ends, ticks, took, strict=True)),
        stored=_ints(_micros(row.stored_at) - end for row, end in zip(results, ends, strict=True)),
        latencies=_numbers([row.latency_ms for row in results]),
        phases={name: _numbers([row.phases.get(name) for row in results]) for name in names},
        named={name: _column([getattr(row, name) for row in results]) for name in _NAMED},
        certificates=_column([at and _micros(at) for at in (row.certificate_expires_at for row in results)]),
        steps={index: row.steps for index, row in enumerate(results) if row.steps},
    )
    return zlib.compress(_encode(block), _LEVEL)


def unpack(packed: bytes) -> list[Result]:
    """What :func:`pack` packed. Raises :class:`BlockError` for what it did not."""
    block = _read(packed)
    return list(_results(block, _times(block), range(block.count)))


def unpack_ended(packed: bytes, since: datetime, until: datetime) -> Iterable[Result]:
    """Of a block those that ended in (since, until], without phases and steps; the others cost little.

    Raises :class:`BlockError` as :func:`unpack` does.
    """
    block = _read(packed)
    times, first, last = _times(block), _micros(since), _micros(until)
    wanted = [index for index, end in enumerate(times.ends) if first < end <= last]
    block.phases, block.steps = {}, {}
    return _results(block, times, wanted)


def _read(packed: bytes) -> _Block:
    try:
        block = _decode(zlib.decompress(packed))
    except (zlib.error, msgspec.DecodeError) as error:
        raise BlockError(f"a block of results cannot be read: {error}") from error
    if block.version != VERSION:
        raise BlockError(f"a block of results is of version {block.version}, not {VERSION}")
    return block


class _Times(NamedTuple):
    """Of each row the tick and the end, in microseconds, and the latency in milliseconds."""

    ticks: list[int]
    ends: list[int]
    latencies: list[float | None]


def _times(block: _Block) -> _Times:
    ticks = list(accumulate(accumulate(_unpacked_ints(block.ticks))))
    latencies = _unpacked_numbers(block.latencies, block.count)
    rows = zip(ticks, _unpacked_ints(block.waits), latencies, strict=True)
    return _Times(ticks, [tick + wait + round((ms or 0.0) * 1000) for tick, wait, ms in rows], latencies)


def _results(block: _Block, times: _Times, wanted: Iterable[int]) -> Iterable[Result]:
    stored = _unpacked_ints(block.stored)
    phases = {name: _unpacked_numbers(column, block.count) for name, column in block.phases.items()}
    named = {name: _unpacked_column(column, block.count) for name, column in block.named.items()}
    certificates = _unpacked_column(block.certificates, block.count)
    for index in wanted:
        end, expires = times.ends[index], certificates[index]
        yield Result(
            tick=_moment(times.ticks[index]),
            at=_moment(end),
            stored_at=_moment(end + stored[index]),
            latency_ms=times.latencies[index],
            phases={name: spent for name, all_ in phases.items() if (spent := all_[index]) is not None},
            steps=block.steps.get(index, []),
            certificate_expires_at=None if expires is None else _moment(expires),
            **{name: all_[index] for name, all_ in named.items()},
        )


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _differences(values: Sequence[int]) -> list[int]:
    return [value - before for value, before in zip(values, [0, *values], strict=False)]


def _ints(values: Iterable[int]) -> bytes:
    """Whole numbers, all lowest bytes first: the upper ones are alike and hardly count when compressed."""
    # Small ones of either sign have small codes.
    plain = array("q", [value << 1 if value >= 0 else ~(value << 1) for value in values]).tobytes()
    return b"".join(plain[index::_WIDTH] for index in range(_WIDTH))


def _unpacked_ints(planes: bytes) -> list[int]:
    count = len(planes) // _WIDTH
    plain = bytearray(len(planes))
    for index in range(_WIDTH):
        plain[index::_WIDTH] = planes[index * count : (index + 1) * count]
    return [code >> 1 if not code & 1 else ~(code >> 1) for code in array("q", bytes(plain))]


def _numbers(values: Sequence[float | None]) -> _Numbers:
    missing = [index for index, value in enumerate(values) if value is None]
    known = [value for value in values if value is not None]
    thousandths = [round(value * 1000) for value in known]
    if all(whole / 1000 == value for whole, value in zip(thousandths, known, strict=True)):
        return _Numbers(thousandths=_ints(thousandths), missing=missing)
    return _Numbers(floats=known, missing=missing)


def _unpacked_numbers(column: _Numbers, count: int) -> list[float | None]:
    known = column.floats or [whole / 1000 for whole in _unpacked_ints(column.thousandths)]
    if not column.missing:
        return list(known)
    values: list[float | None] = [None] * count
    missing = set(column.missing)
    for index, value in zip((index for index in range(count) if index not in missing), known, strict=True):
        values[index] = value
    return values


def _column(values: Sequence[Any]) -> _Column:
    different = list(dict.fromkeys(values))
    if len(different) <= 1:
        return _Column(values=different)
    place = {value: index for index, value in enumerate(different)}
    which = [place[value] for value in values]
    return _Column(values=different, which=bytes(which) if len(different) <= 256 else which)


def _unpacked_column(column: _Column, count: int) -> list[Any]:
    if not column.which:
        return column.values * count
    return [column.values[index] for index in column.which]
