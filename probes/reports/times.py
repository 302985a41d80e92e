"""Reads when a post was written from what sites print: "3分钟前", "昨天 23:10", "5m", RFC 3339, RFC 2822,
epochs."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime

AHEAD = timedelta(minutes=10)  # clocks differ by so much; what lies further ahead was misread

_UNITS = (
    (re.compile(r"秒|s|sec|secs|seconds?"), timedelta(seconds=1)),
    (re.compile(r"分钟?|m|min|mins|minutes?"), timedelta(minutes=1)),
    (re.compile(r"个?(?:小时|钟头)|h|hrs?|hours?"), timedelta(hours=1)),
    (re.compile(r"天|日|d|days?"), timedelta(days=1)),
    (re.compile(r"周|个?(?:星期|礼拜)|w|wks?|weeks?"), timedelta(weeks=1)),
    (re.compile(r"个?月|mo|mos|months?"), timedelta(days=30)),
    (re.compile(r"年|y|yrs?|years?"), timedelta(days=365)),
)
_AGO = re.compile(
    r"(?P<about>约|大约|about |over |almost )?(?P<count>\d+|半|一|两|an?|half an?)\s?(?P<half>个半)?"
    r"(?P<unit>[a-z\u4e00-\u9fff]+?)\s?(?:钟)?\s?(?:之?前|以前|ago)?"
)
_NOW = re.compile(r"刚刚|刚才|方才|just now|now|moments? ago|刚|几秒前")
_DAY = re.compile(r"(今天|今日|昨天|昨日|前天|today|yesterday)[\s,]*(?:at )?")
_DAYS_BACK = {"今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2}
_CLOCK = re.compile(
    r"(?P<part>凌晨|早上|清晨|上午|中午|下午|傍晚|晚上|夜里)?\s?(?P<hour>\d{1,2})[:：时点](?P<minute>\d{2})?分?(?::(?P<second>\d{2}))?\s?(?P<half>am|pm|a\.m\.|p\.m\.)?"
)
_DATE = re.compile(
    r"(?:(?P<year>\d{4})\s?[年\-/.]\s?)?(?P<month>\d{1,2})\s?[月\-/.]\s?(?P<day>\d{1,2})\s?日?(?=$|[\s,T\u4e00-\u9fff])"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ENGLISH = re.compile(
    rf"(?:(?P<day1>\d{{1,2}}) )?(?P<month>{'|'.join(_MONTHS)})[a-z]*\.? "
    r"(?:(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?)?(?: ?(?P<year>\d{4}))?"
)
_MAIL = re.compile(r"^[A-Z][a-z]{2}, |(?:[+-]\d{4}|GMT|UTC?|[ECMP][SD]T)$")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")


def read_time(text: str, *, now: datetime, zone: tzinfo) -> datetime | None:
    """The instant that ``text`` names, seen at ``now`` on a site in ``zone``; None where not understood.

    Dates without a year lie in the last twelve months. A time more than ten minutes ahead of ``now`` is not
    believed.
    """
    text = " ".join(text.split()).strip()
    if not text or len(text) > 80:
        return None
    moment = _absolute(text, zone) or _relative(text.lower(), now) or _of_day(text.lower(), now, zone)
    if moment is None:
        return None
    moment = moment.astimezone(UTC)
    return moment if moment <= now + AHEAD else None


def _absolute(text: str, zone: tzinfo) -> datetime | None:
    if _EPOCH.fullmatch(text):
        value = float(text)
        return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
    try:
        moment = datetime.fromisoformat(text.replace("/", "-") if text[:4].isdigit() else text)
    except ValueError:
        pass
    else:
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    if not _MAIL.search(text):
        return None
    try:
        mail = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return mail if mail.tzinfo else mail.replace(tzinfo=zone)


def _relative(text: str, now: datetime) -> datetime | None:
    if _NOW.fullmatch(text):
        return now
    match = _AGO.fullmatch(text.removeprefix("发布于").removeprefix("发表于").strip())
    if match is None:
        return None
    count = {"半": 0.5, "一": 1, "两": 2, "a": 1, "an": 1, "half a": 0.5, "half an": 0.5}.get(match["count"])
    number = float(match["count"]) if count is None else count
    for pattern, unit in _UNITS:
        if pattern.fullmatch(match["unit"]):
            return now - unit * (number + (0.5 if match["half"] else 0))
    return None


def _of_day(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    local = now.astimezone(zone)
    rest, day = text, None
    if named := _DAY.search(text):
        day, rest = local - timedelta(days=_DAYS_BACK[named[1]]), text[named.end() :]
    elif written := _DATE.search(text):
        day, rest = (
            _date(written["year"], int(written["month"]), int(written["day"]), local),
            text[written.end() :],
        )
        if day is None:
            return None
    elif (english := _ENGLISH.search(text)) and (number := english["day1"] or english["day2"]):
        month = _MONTHS.index(english["month"]) + 1
        day, rest = _date(english["year"], month, int(number), local), text[english.end() :]
        if day is None:
            return None
    clock = _CLOCK.search(rest)
    if clock is None:
        return None if day is None else day.replace(hour=0, minute=0, second=0, microsecond=0)
    return _at_clock(day or local, clock)


def _date(year: str | None, month: int, day: int, local: datetime) -> datetime | None:
    try:
        moment = local.replace(year=int(year) if year else local.year, month=month, day=day)
        return (
            moment.replace(year=local.year - 1)
            if year is None and moment > local + timedelta(days=1)
            else moment
        )
    except ValueError:
        return None


def _at_clock(day: datetime, clock: re.Match[str]) -> datetime | None:
    hour, minute = int(clock["hour"]), int(clock["minute"] or 0)
    afternoon = clock["part"] in {"下午", "傍晚", "晚上"} or (clock["half"] or "").startswith("p")
    if afternoon and hour < 12:
        hour += 12
    if (clock["half"] or "").startswith("a") and hour == 12:
        hour = 0
    try:
        return day.replace(hour=hour, minute=minute, second=int(clock["second"] or 0), microsecond=0)
    except ValueError:
        return None
