"""Reads when a post was written from what sites print: "3分钟前", "昨天 23:10", "5m", RFC 3339, epochs.

By hand, since dateparser reads 39 of the 54 forms that the tests hold, and two more as another time. The
words lie in ``data/times.toml``.
"""

import re
import tomllib
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path

from probes.listening.reading.text import simplify

# Clocks differ by so much; what lies further ahead was misread.
AHEAD = timedelta(minutes=10)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web: the zero of somebody's clock

_WORDS = tomllib.loads((Path(__file__).parent / "data" / "times.toml").read_text(encoding="utf-8"))

_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")

# What may stand around a time without changing it: who did what, from which device, from which place.
_LEAD = re.compile(
    r"(?:最[后近])?(?:发[布表]|编辑|更新|修改|回复|评论|创建|提交)(?:时间|日期)?[于在]?[:\s]*|时间[:\s]*"
    r"|(?:posted|published|edited|updated|created|replied|commented)[:\s]*"
)
_TAIL = re.compile(
    r"\s*(?:来自|\bvia\b|\bfrom\b).*$"
    r"|(?:(?<=前)|(?<=日)|(?<=[:\-/.]\d\d))[\s·•|]+"
    r"(?![^ ]*(?:时间|[周期点午前后早晚夜晨]))[\u4e00-\u9fff]{2,8}$"
)

_NOW = re.compile(
    r"刚刚|刚才|方才|刚|现在|几秒钟?[之以]?前|just now|now|(?:a )?moments? ago|(?:a )?few seconds ago"
)
_COUNT = r"\d+(?:\.\d+)?|半|[一二两三四五六七八九十]{1,3}|half an?|an?"
_UNITS = "|".join(f"(?P<{name}>{unit['spelt']})" for name, unit in _WORDS["units"].items())
_SPAN = re.compile(rf"(?P<count>{_COUNT})\s?(?P<half>个半)?(?:{_UNITS})(?![a-z])(?:\s?(?:,|and|又|零))?\s?")
_ABOUT = re.compile(r"(?:大?约|将?近|about|over|almost)\s?")
_AGO = re.compile(r"\s?(?:[之以]?前|ago)$")
_DATE_LIKE = ("日", "月", "年")  # "5月" is May, not five months; only "ago" makes a span of it

_MONTH = rf"(?P<name>sept|{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in _WORDS['months'])})\b\.?"

# A time of day and its day are read piece by piece, and only where every piece is understood.
_PIECES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>\d{4})\s?[年\-/.]\s?(?P<month>\d{1,2})\s?[月\-/.]\s?(?P<day>\d{1,2})(?!\d)\s?[日号]?",
        r"(?P<one>\d{1,2})([/.\-])(?P<other>\d{1,2})\2(?P<year>\d{4})(?!\d)",
        r"(?P<month>\d{1,2})(?:\s?月\s?|[\-/.])(?P<day>\d{1,2})(?![\d:/.\-])\s?[日号]?",
        rf"{_MONTH} ?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?:,? (?P<year>\d{{4}})(?![\d:]))?",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ \-]{_MONTH}"
        r"(?:,?[ \-](?P<year>\d{4}|\d\d(?=\s\d))(?![\d:]))?",
        rf"(?P<back>{_COUNT})\s?(?:天|日|days?)\s?(?:[之以]?前|ago)",
        r"(?P<named>大前|[前昨今当])[天日]|(?P<night>[前昨今当])(?=[早晚夜晨])|(?P<english>today|yesterday)",
        r"(?<!上)(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])",
        r"(?P<weekday>mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?\b\.?",
        rf"(?P<part>{'|'.join(_WORDS['parts_of_day'])})",
        r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?(?!\d)"
        r"\s?(?P<noon>[ap]\.?m\b\.?)?",
        r"(?P<hour>\d{1,2})[点时](?:(?P<minute>\d{1,2})分?|(?P<half>半))?(?:(?P<second>\d{1,2})秒)?",
        r"(?P<hour>\d{1,2})\s?(?P<noon>[ap]\.?m\b\.?)",
        r"(?:utc|gmt)?\s?(?P<offset>[+\-]\d{1,2}(?::?\d{2})?)(?![\d:])(?:\s?\([^()]*\))?",
        rf"(?P<zone>(?:{'|'.join(sorted(_WORDS['zones'], key=len, reverse=True))}))(?![a-z])",
        r"(?P<year>\d{4})(?!\d)",
        r"[\s,()·•|]+|\b(?:at|on)\b|t(?=\d)",
    )
)


def read_time(text: str, *, now: datetime, zone: tzinfo) -> datetime | None:
    """The instant that ``text`` names, seen at ``now`` on a site in ``zone``; None where not understood.

    A zone that is written out goes before the site's. Dates without a year lie in the last twelve months. A
    time more than ten minutes ahead of ``now``, or from before the web, is not believed.
    """
    text = " ".join(text.split())
    if not text or len(text) > 80:
        return None
    try:
        moment = _machine(text, zone) or _written(simplify(text), now, zone)
        moment = moment and moment.astimezone(UTC)
    except (ValueError, OverflowError):  # no such day, or none that a clock can hold
        return None
    return moment if moment and EARLIEST <= moment <= now + AHEAD else None


def _machine(text: str, zone: tzinfo) -> datetime | None:
    """Epochs and RFC 3339."""
    if _EPOCH.fullmatch(text):
        value = float(text)
        return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _written(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    if lead := _LEAD.match(text):
        text = text[lead.end() :]
    text = _TAIL.sub("", text)
    return _relative(text, now) or _of_day(text, now, zone)


def _relative(text: str, now: datetime) -> datetime | None:
    if _NOW.fullmatch(text):
        return now
    if about := _ABOUT.match(text):
        text = text[about.end() :]
    spans = _AGO.sub("", text)
    if spans == text and text.endswith(_DATE_LIKE):
        return None
    at, back = 0, 0.0
    while at < len(spans):
        span = _SPAN.match(spans, at)
        if span is None:
            return None
        number = _number(span["count"]) + (0.5 if span["half"] else 0)
        back += number * _WORDS["units"][span.lastgroup]["seconds"]
        at = span.end()
    return now - timedelta(seconds=back) if at else None


def _number(count: str) -> float:
    """Of digits, of a Chinese numeral up to 九十九, or of a word."""
    if count[0].isdigit():
        return float(count)
    if count in {"半", "half a", "half an"}:
        return 0.5
    if count in {"a", "an"}:
        return 1
    digits: dict[str, int] = _WORDS["digits"]
    tens, ten, ones = count.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or tens == "十":
        raise ValueError(f"no numeral: {count}")
    return (10 * digits.get(tens, 1) if ten else 0) + digits.get(ones, 0)


def _of_day(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """A time of day, a day, or both; None where anything else is said, or anything twice."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        piece = next((match for pattern in _PIECES if (match := pattern.match(text, at))), None)
        if piece is None:
            return None
        fields = {name: value for name, value in piece.groupdict().items() if value is not None}
        if fields.keys() & found.keys():
            return None
        found |= fields
        at = piece.end()
    local = now.astimezone(_zone(found, now, zone))
    day = _day(found, local)
    if day is None and "hour" not in found:
        return None
    moment = _at_clock(day or local, found)
    passed = "weekday" not in found or "day" in found or moment <= now + AHEAD
    return moment if passed else moment - timedelta(days=7)


def _zone(found: dict[str, str], now: datetime, zone: tzinfo) -> tzinfo:
    """What is written out, else the site's; a name that the site's own zone bears means that one."""
    if offset := found.get("offset"):
        digits = offset[1:].replace(":", "")
        hours, minutes = (digits, "0") if len(digits) < 3 else (digits[:-2], digits[-2:])
        span = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-span if offset[0] == "-" else span)
    name = found.get("zone")
    if name is None or name.upper() == now.astimezone(zone).tzname():
        return zone
    return timezone(timedelta(hours=_WORDS["zones"][name]))


def _day(found: dict[str, str], local: datetime) -> datetime | None:
    """The day that is named, at the time of ``local``; the weekday alone is the last such day."""
    if "one" in found or "day" in found or "name" in found:
        year, month, day = _date(found)
        moment = local.replace(year=year or local.year, month=month, day=day)
        later = year is None and moment > local + timedelta(days=1)
        return moment.replace(year=local.year - 1) if later else moment
    named = found.get("named") or found.get("night") or found.get("english")
    if named:
        return local - timedelta(days=_WORDS["days_back"][named])
    if "back" in found:
        return local - timedelta(days=int(_number(found["back"])))
    if "weekday" in found:
        return local - timedelta(days=(local.weekday() - _WORDS["weekdays"][found["weekday"]]) % 7)
    return None


def _date(found: dict[str, str]) -> tuple[int | None, int, int]:
    """Year, month and day; ValueError where the year comes last and month and day may be either."""
    year = int(found["year"]) if "year" in found else None
    if year is not None and year < 100:
        year += 2000
    if "name" in found:
        month = next(number for name, number in _WORDS["months"].items() if name.startswith(found["name"]))
        return year, month, int(found["day"])
    if "one" not in found:
        return year, int(found["month"]), int(found["day"])
    low, high = sorted((int(found["one"]), int(found["other"])))
    if low != high and high <= 12:
        raise ValueError("the day may be the month")
    return year, low, high


def _at_clock(day: datetime, found: dict[str, str]) -> datetime:
    """``day`` at the hour that is written, or at that part of the day, or at its start."""
    part, noon = found.get("part"), found.get("noon", "")
    usual = _WORDS["parts_of_day"].get(part, 0)
    hour = int(found.get("hour", usual))
    if (noon or (part and "hour" in found)) and hour == 12:
        hour = 12 if noon.startswith("p") or 10 <= usual < 20 else 0
        day += timedelta(days=usual >= 20)
    elif (noon.startswith("p") or usual >= 12) and hour < (12 if usual != 12 else 10):
        hour += 12
    minute = 30 if "half" in found else int(found.get("minute", 0))
    return day.replace(hour=hour, minute=minute, second=int(found.get("second", 0)), microsecond=0)
