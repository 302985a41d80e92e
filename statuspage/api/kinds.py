"""What values may look like in requests: each kind says in the description exactly what it takes."""

import re
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
VISIBLE = r"[^\s\x00-\x1f\x7f-\x9f\ufeff]"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# Further off nothing is told; arithmetic with zones stays within what a datetime can hold.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _moment(given: object) -> datetime:
    if isinstance(given, datetime):
        return given
    match = _MOMENT.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        raise ValueError("expected a moment with its offset, such as 2026-11-22T12:03:00+08:00")
    day, clock, second, fraction, offset = match.groups()
    # RFC 3339 knows leap seconds and Python does not: it is taken for the second before.
    text = f"{day}T{clock}:{min(int(second), 59):02d}{(fraction or '')[:7]}{offset.upper()}"
    local = datetime.fromisoformat(text)
    try:
        return min(max(local.astimezone(UTC), EARLIEST), LATEST)
    except OverflowError:
        return EARLIEST if local.year < LATEST.year else LATEST


def _day(given: object) -> date:
    if isinstance(given, str) and _DAY.fullmatch(given):
        return min(max(date.fromisoformat(given), EARLIEST.date()), LATEST.date())
    raise ValueError("expected a day, such as 2026-11-22")


def _whole(given: object) -> object:
    """A query's number is a text; ``+5``, ``5.0`` and ``5_0`` are not what anybody means."""
    if isinstance(given, str) and not _WHOLE.fullmatch(given):
        raise ValueError("expected a whole number")
    return given


def number(given: object) -> object:
    """In JSON 2.0 is the same number as 2; a text or ``true`` is none."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n")).strip()


def _line(text: str) -> str:
    return " ".join(_clean(text).split())


Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
DayOf = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Limit = Annotated[int, Field(ge=1, le=200, description="How many at most."), BeforeValidator(_whole)]
After = Annotated[
    str | None,
    Field(description="Go on after the one with this id: ``next`` of the answer before."),
]
MaybeLine = Annotated[str, Field(strict=True, max_length=200), AfterValidator(_line)]
MaybeProse = Annotated[str, Field(strict=True, max_length=5000), AfterValidator(_clean)]
Switch = Annotated[bool, Field(strict=True)]
Slug = Annotated[str, Field(strict=True, min_length=1, max_length=100)]
