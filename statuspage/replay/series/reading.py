"""Reads a plain series of counts from a CSV file, with every fault told by file and line."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from statuspage.replay.series.watch import SeriesRow
from statuspage.replay.traces import lines_of, opened

_TIMES = ("time", "timestamp", "at", "datetime", "date", "ts")
_COUNTS = ("count", "value", "total", "requests")
_GOOD = ("good", "ok", "success")
_BAD = ("bad", "failed", "errors")
_NOTHING = frozenset({"", "nan", "null", "none", "na"})
_EPOCH = re.compile(r"\d{9,13}(\.\d+)?")
_MILLISECONDS = 1e11  # a larger number of seconds lies beyond the year 5138


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Where each column stands."""

    time: int
    count: int | None
    good: int | None
    bad: int | None


class SeriesError(ValueError):
    """A series that cannot be read: says in which file and line, and why."""

    def __init__(self, source: str, line: int, reason: str) -> None:
        super().__init__(f"{source}:{line}: {reason}")


def read_series(source: str) -> Iterator[SeriesRow]:
    """The rows of a CSV file with the columns time,good,bad or time,count. Raises :class:`SeriesError`.

    Names in any case and order, other columns beside them; comma, semicolon or tab between. Rows without a
    number (empty, NaN) are gaps.
    """
    with opened(source) as (file, _):
        lines = _decoded(lines_of(file, source), source)
        number, head = next(lines, (1, ""))
        between = max(",;\t", key=head.count)
        columns = _columns(_cells(head, between), source, number)
        previous: datetime | None = None
        for number, line in lines:
            row = _row(_cells(line, between), columns, source, number)
            if row is None:
                continue
            if previous is not None and row.at < previous:
                raise SeriesError(
                    source, number, f"out of order: {row.at.isoformat()} after {previous.isoformat()}"
                )
            previous = row.at
            yield row
        if previous is None:
            raise SeriesError(source, number, "empty: no rows")


def _decoded(lines: Iterable[bytes], source: str) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(lines, start=1):
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError as error:
            raise SeriesError(source, number, f"not UTF-8: {error.reason}") from error
        if line:
            yield number, line


def _cells(line: str, between: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=between), [])]


def _columns(head: list[str], source: str, number: int) -> _Columns:
    names = [name.lower() for name in head]
    time, count, good, bad = (_column(names, known) for known in (_TIMES, _COUNTS, _GOOD, _BAD))
    if time is None or (count is None and (good is None or bad is None)):
        said = ",".join(head)[:80]
        raise SeriesError(source, number, f"expected the columns time,good,bad or time,count, not {said!r}")
    return _Columns(time=time, count=count, good=good, bad=bad)


def _column(head: list[str], names: tuple[str, ...]) -> int | None:
    return next((head.index(name) for name in names if name in head), None)


def _row(cells: list[str], columns: _Columns, source: str, line: int) -> SeriesRow | None:
    try:
        at = _time(cells[columns.time])
        if columns.bad is None or (columns.good is None and columns.count is None):
            count = _number(cells[columns.count or 0])
            return None if count is None else SeriesRow(at=at, count=count)
        bad = _number(cells[columns.bad])
        rest = _number(cells[columns.good if columns.good is not None else columns.count or 0])
        if bad is None or rest is None:
            return None
        count = rest + bad if columns.good is not None else rest
        if bad > count:
            raise ValueError(f"more bad ({bad:g}) than there were at all ({count:g})")
        return SeriesRow(at=at, count=count, bad=bad)
    except IndexError:
        raise SeriesError(source, line, f"too few columns: {len(cells)}") from None
    except ValueError as error:
        raise SeriesError(source, line, str(error)) from None


def _time(text: str) -> datetime:
    """A date and time (UTC where no zone is given), or seconds or milliseconds since 1970."""
    try:
        if _EPOCH.fullmatch(text):
            seconds = float(text)
            return datetime.fromtimestamp(seconds / 1000.0 if seconds >= _MILLISECONDS else seconds, UTC)
        at = datetime.fromisoformat(text.replace("/", "-"))
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"not a time such as 2026-03-01 08:00 or 1772352000: {text!r}") from None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _number(text: str) -> float | None:
    if text.lower() in _NOTHING:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e15:
        raise ValueError(f"not a count: {text!r}")
    return value
