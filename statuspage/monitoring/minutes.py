"""Counts by the minute: all series of a minute in one row, for a row of each would outweigh its checks."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from statuspage.monitoring.counts import WindowCounts
from statuspage.monitoring.models import MinuteCounts

CHUNK = 100
_LEVEL = 6
_TENTHS = 10


class _Cell(msgspec.Struct, array_like=True):
    """One series; the sum of latencies in tenths of a millisecond, as exactly as it is kept."""

    outcomes: dict[str, int]
    excluded: dict[str, dict[str, int]] = {}
    latency_tenths: int = 0
    latency_count: int = 0


class _Outcomes(msgspec.Struct, array_like=True, gc=False):
    """The beginning of a :class:`_Cell`; to look for garbage in it costs more than to read it."""

    outcomes: dict[str, int]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, msgspec.Raw]).decode
_decode_cell = msgspec.msgpack.Decoder(_Cell).decode
_decode_outcomes = msgspec.msgpack.Decoder(dict[str, _Outcomes]).decode


def packed(cells: Mapping[str, WindowCounts]) -> bytes:
    """The counts of one minute by series, for :func:`unpacked`; they must be settled."""
    told = {series: _cell_of(cells[series]) for series in sorted(cells)}
    return zlib.compress(_encode(told), _LEVEL)


def unpacked(told: bytes, wanted: Callable[[str], bool] = lambda _: True) -> dict[str, WindowCounts]:
    """The counts of one minute by those series that are ``wanted``."""
    cells = _decode(zlib.decompress(told))
    return {series: _counts_of(_decode_cell(cell)) for series, cell in cells.items() if wanted(series)}


def outcomes_in(told: bytes) -> Iterator[tuple[str, Mapping[str, int]]]:
    """Each series of one minute with its outcomes alone: much faster, for who reads a whole day."""
    return ((series, cell.outcomes) for series, cell in _decode_outcomes(zlib.decompress(told)).items())


def add_minutes(cells: Mapping[tuple[datetime, str], WindowCounts]) -> None:
    """Add counts, by the start of their minute and their series, to what is stored of these minutes."""
    fresh: dict[datetime, dict[str, WindowCounts]] = {}
    for (start, series), counts in cells.items():
        fresh.setdefault(start, {})[series] = counts
    starts = sorted(fresh)
    for index in range(0, len(starts), CHUNK):
        part = starts[index : index + CHUNK]
        stored = dict(MinuteCounts.objects.filter(start__in=part).values_list("start", "cells"))
        MinuteCounts.objects.bulk_create(
            (_row(start, fresh[start], bytes(stored.get(start, b""))) for start in part),
            update_conflicts=True,
            unique_fields=["start"],
            update_fields=["cells"],
        )


def minutes_between(
    since: datetime, until: datetime, wanted: Callable[[str], bool] = lambda _: True
) -> Iterator[tuple[datetime, dict[str, WindowCounts]]]:
    """Each minute that begins in [since, until) and has counts, in order, with those series ``wanted``."""
    for start, told in packed_between(since, until):
        yield start, unpacked(told, wanted)


def packed_between(since: datetime, until: datetime) -> Iterable[tuple[datetime, bytes]]:
    """The same as it is stored: of equal bytes the counts are equal."""
    rows = MinuteCounts.objects.filter(start__gte=since, start__lt=until).order_by("start")
    for start, told in rows.values_list("start", "cells").iterator(chunk_size=CHUNK):
        yield start, bytes(told)


def component_of(series: str) -> int:
    """The primary key of the component that a series is of; 0 where it is a control's."""
    return int(series.partition(".")[0])


def persona_of(series: str) -> int:
    """The primary key of the payer that a series is of; 0 where it is a control's."""
    return int(series.split(".", 2)[1])


def _row(start: datetime, fresh: Mapping[str, WindowCounts], stored: bytes) -> MinuteCounts:
    whole = unpacked(stored) if stored else {}
    for series, counts in fresh.items():
        counts.merge(whole.get(series, WindowCounts()))
        counts.settle()
        whole[series] = counts
    return MinuteCounts(start=start, cells=packed(whole))


def _cell_of(counts: WindowCounts) -> _Cell:
    return _Cell(
        outcomes=dict(sorted(counts.outcomes.items())),
        excluded={reason: dict(sorted(found.items())) for reason, found in sorted(counts.excluded.items())},
        latency_tenths=round(counts.latency_sum_ms * _TENTHS),
        latency_count=counts.latency_count,
    )


def _counts_of(cell: _Cell) -> WindowCounts:
    return WindowCounts(
        outcomes=Counter(cell.outcomes),
        excluded={reason: Counter(outcomes) for reason, outcomes in cell.excluded.items()},
        latency_sum_ms=cell.latency_tenths / _TENTHS,
        latency_count=cell.latency_count,
    )
