"""Reads a plain series of counts and answers as for a trace."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

from probes.outcomes import Cause, Impact
from statuspage.analysis.counts import CountWatch, Excursion, Row
from statuspage.analysis.settings import DetectorSettings
from statuspage.analysis.values import CauseHeld, Evidence, Verdict
from statuspage.replay.answers import Answers
from statuspage.replay.traces import name_of, opened

_TIMES = ("time", "timestamp", "at")
_COUNTS = ("count", "value")


class CountsError(ValueError):
    """A series that cannot be read: says in which file and line, and why."""

    def __init__(self, source: str, line: int, reason: str) -> None:
        super().__init__(f"{source}:{line}: {reason}")


def replay_counts(source: str, settings: DetectorSettings) -> Answers:
    """What the counting core finds in the series ``source``, each excursion as an outage of the series."""
    answers = Answers()
    watch = CountWatch(settings)
    for row in read_counts(source):
        changed = watch.see(row)
        if changed is not None:
            answers.add([_verdict(name_of(source), changed, row.at)])
    return answers


def read_counts(source: str) -> Iterator[Row]:
    """The rows of a CSV file with the columns time,good,bad or time,count. Raises :class:`CountsError`."""
    with opened(source) as (file, _):
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        rows = csv.reader(text)
        try:
            head = [name.strip().lower() for name in next(rows, [])]
            time = _column(head, _TIMES)
            count, good, bad = _column(head, _COUNTS), _column(head, ("good",)), _column(head, ("bad",))
            if time is None or (count is None and (good is None or bad is None)):
                raise CountsError(source, 1, "expected the columns time,good,bad or time,count")
            previous: datetime | None = None
            for cells in rows:
                if not cells:
                    continue
                row = _row(cells, time, count, good, bad, source, rows.line_num)
                if previous is not None and row.at < previous:
                    raise CountsError(source, rows.line_num, f"out of order: {row.at.isoformat()}")
                previous = row.at
                yield row
        except (UnicodeDecodeError, csv.Error) as error:
            raise CountsError(source, rows.line_num + 1, str(error)) from error
        if previous is None:
            raise CountsError(source, 1, "empty: no rows")


def _column(head: list[str], names: tuple[str, ...]) -> int | None:
    return next((head.index(name) for name in names if name in head), None)


def _row(
    cells: list[str], time: int, count: int | None, good: int | None, bad: int | None, source: str, line: int
) -> Row:
    try:
        at = _time(cells[time])
        if good is not None and bad is not None:
            failed = _number(cells[bad])
            return Row(at=at, count=_number(cells[good]) + failed, bad=failed)
        return Row(at=at, count=_number(cells[count if count is not None else 0]))
    except IndexError:
        raise CountsError(source, line, "too few columns") from None
    except ValueError as error:
        raise CountsError(source, line, str(error)) from None


def _time(text: str) -> datetime:
    try:
        at = (
            datetime.fromtimestamp(float(text), UTC)
            if text.strip().isdigit()
            else datetime.fromisoformat(text)
        )
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"not a time: {text!r}") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _number(text: str) -> float:
    value = float(text)
    if not 0 <= value < 1e15:
        raise ValueError(f"not a count: {text!r}")
    return value


def _verdict(name: str, found: Excursion, at: datetime) -> Verdict:
    return Verdict(
        key=f"{name}@{found.detected_at.isoformat()}",
        at=at,
        cause=Cause.OUTAGE,
        components=(name,),
        affected=() if found.resolved_at else (name,),
        impact=Impact.MAJOR,
        started_at=found.started_at,
        detected_at=found.detected_at,
        confirmed_at=found.confirmed_at,
        resolved_at=found.resolved_at,
        confidence=0.95,
        alternatives=((f"{found.direction.value} by chance", 0.05),),
        causes=(CauseHeld(at=found.detected_at, cause=Cause.OUTAGE, confidence=0.95),),
        evidence=Evidence(window_seconds=(at - found.started_at).total_seconds()),
    )
