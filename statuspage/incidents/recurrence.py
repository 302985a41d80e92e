"""When planned work comes again: a rule of RFC 5545 over the wall clock of a zone. Pure functions."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Final, cast

from dateutil.rrule import rrule, rrulestr

# What may stand in a rule beside FREQ. Rules within a day, such as every hour, have no wall clock to keep.
FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS: Final = (
    *("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "BYYEARDAY"),
    *("BYWEEKNO", "WKST"),
)
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")
# No occurrence is looked for longer than this: a rule such as 30 February has none.
FARTHEST = timedelta(days=366 * 9)
LEAP_YEAR = 2028


class RuleError(ValueError):
    """A rule that cannot be read; ``part`` is which of its parts, and ``kind`` what is wrong with it."""

    def __init__(self, kind: str, part: str = "") -> None:
        super().__init__(f"{kind}: {part}" if part else kind)
        self.kind, self.part = kind, part


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A rule, its first time by the wall clock of ``zone`` (no offset), and the days that are left out."""

    rule: str
    first: datetime
    zone: tzinfo
    except_on: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTime:
    """One of the times: the day by the wall clock, which tells it from all others, and its moment in UTC."""

    on: date
    starts_at: datetime


def occurrences(recurrence: Recurrence, *, since: datetime, until: datetime) -> Iterator[PlannedTime]:
    """Those that begin from ``since`` on and before ``until``, in order; raises :class:`RuleError`.

    The wall clock stays when the zone changes its clocks. A time that is left out that night is an hour
    later, as by the offset before; of one that comes twice it is the first (RFC 5545, 3.3.5).
    """
    last = until.astimezone(recurrence.zone).replace(tzinfo=None) + timedelta(days=1)
    for local in _locals(recurrence, last):
        starts_at = local.replace(tzinfo=recurrence.zone).astimezone(UTC)
        if since <= starts_at < until and local.date() not in recurrence.except_on:
            yield PlannedTime(on=local.date(), starts_at=starts_at)


def check(recurrence: Recurrence) -> None:
    """Raise :class:`RuleError` where the rule cannot be read, or its first time is none of its times."""
    # dateutil looks for days that no month has until the year 9999.
    has_days = _has_days(read_parts(recurrence.rule))
    first = next(iter(_locals(recurrence, recurrence.first + FARTHEST)), None) if has_days else None
    if first is None:
        raise RuleError("never")
    if first != recurrence.first:
        raise RuleError("first", f"{first:%Y-%m-%d}")


def _has_days(parts: Mapping[str, str]) -> bool:
    """Whether any of its months has any of its days of the month, counted from either end."""
    numbers = {
        name: [int(part) for part in parts[name].split(",") if re.fullmatch(r"[+-]?[0-9]{1,2}", part)]
        for name in ("BYMONTH", "BYMONTHDAY")
        if name in parts
    }
    months = [month for month in numbers.get("BYMONTH", range(1, 13)) if 1 <= month <= 12]
    longest = max((monthrange(LEAP_YEAR, month)[1] for month in months), default=31)
    days = numbers.get("BYMONTHDAY")
    return not days or any(abs(day) <= longest for day in days)


def _locals(recurrence: Recurrence, last: datetime) -> Iterator[datetime]:
    """The times by the wall clock up to ``last``; those that are left out count."""
    parts = read_parts(recurrence.rule)
    count = parts.get("COUNT")
    ends = min((last, *_until(parts, recurrence.zone)))
    told = ";".join(f"{name}={value}" for name, value in parts.items() if name not in ("COUNT", "UNTIL"))
    try:
        rule = cast(rrule, rrulestr(told, dtstart=recurrence.first)).replace(until=ends)
    # In all these ways dateutil says what it cannot read.
    except (ValueError, IndexError, TypeError, AttributeError) as error:
        raise RuleError("unreadable", recurrence.rule) from error
    found = iter(rule)
    return found if count is None else islice(found, int(count))


def read_parts(rule: str) -> Mapping[str, str]:
    """The parts of a rule by their names; raises :class:`RuleError`."""
    parts: dict[str, str] = {}
    for part in rule.strip().upper().removeprefix("RRULE:").rstrip(";").split(";"):
        name, sign, value = part.strip().partition("=")
        if not sign or not value or name in parts:
            raise RuleError("unreadable", part)
        if name not in PARTS:
            raise RuleError("unknown", name)
        parts[name] = value
    _check_parts(parts)
    return parts


def _check_parts(parts: Mapping[str, str]) -> None:
    if parts.get("FREQ") not in FREQUENCIES:
        raise RuleError("frequency", parts.get("FREQ", ""))
    for name in ("INTERVAL", "COUNT"):
        if name in parts and not re.fullmatch(r"[1-9]\d{0,3}", parts[name]):
            raise RuleError("unreadable", f"{name}={parts[name]}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise RuleError("both_ends")
    if not all(re.fullmatch(r"[A-Z0-9+,-]{1,200}", parts[name]) for name in parts if name != "UNTIL"):
        raise RuleError("unreadable", ";".join(parts.values()))


def _until(parts: Mapping[str, str], zone: tzinfo) -> Iterator[datetime]:
    """The end that a rule has, by the wall clock: a day is meant with all its hours."""
    if "UNTIL" not in parts:
        return
    match = _UNTIL.fullmatch(parts["UNTIL"])
    try:
        if match is None:
            raise ValueError
        day, clock, utc = match.groups()
        if clock is None:
            yield datetime.combine(datetime.strptime(day, "%Y%m%d").date(), time.max)  # noqa: DTZ007  # a wall clock
            return
        at = datetime.strptime(day + clock, "%Y%m%d%H%M%S")  # noqa: DTZ007  # a wall clock
        yield at.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if utc else at
    except (ValueError, OverflowError) as error:
        raise RuleError("unreadable", f"UNTIL={parts['UNTIL']}") from error
