"""The days, hours and zones in a notice, in the order in which they stand, in Chinese and in English."""

import re
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from enum import StrEnum
from functools import partial
from unicodedata import normalize


class TokenKind(StrEnum):
    """What a token says."""

    DAY = "day"
    DAYS_ON = "days_on"  # so many days after today
    NEXT_DAY = "next_day"  # after the day of the beginning
    PART = "part"  # of a day: in the afternoon
    CLOCK = "clock"
    UNTIL = "until"
    LASTS = "lasts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One of them, from ``start`` to ``end`` in the text; of a day without a year, ``year`` is None."""

    kind: TokenKind
    start: int
    end: int
    year: int | None = None
    month: int = 0
    day: int = 0
    number: int = 0  # days on; minutes since midnight; minutes that it lasts
    part: str = ""
    bare: bool = False  # an hour from 1 to 12 that no part of the day was said of


_DIGITS = {
    "〇": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_NUMERAL = re.compile(r"[〇零一二两三四五六七八九十]{1,4}(?=\s*(?:月|日|号|点|时|分|个?小时|个半小时|年))")
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<{0}>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_WEEKDAY = r"(?:\s*[(（]?\s*(?:周|星期|礼拜)[一二三四五六日天]\s*[)）]?)?"
_EN_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_TOKEN = re.compile(
    "|".join(
        (
            rf"(?:(?P<y1>\d{{4}})\s*年\s*)?(?P<m1>\d{{1,2}})\s*月\s*(?P<d1>\d{{1,2}})\s*[日号]?{_WEEKDAY}",
            rf"(?P<y2>\d{{4}})(?P<s2>[-/.])(?P<m2>\d{{1,2}})(?P=s2)(?P<d2>\d{{1,2}})(?!\d){_WEEKDAY}",
            rf"(?<![\d/])(?P<m3>\d{{1,2}})/(?P<d3>\d{{1,2}})(?![\d/]){_WEEKDAY}",
            rf"{_EN_WEEKDAY}\b(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH.format('n4')}(?:,?\s+(?P<y4>\d{{4}}))?\b",
            rf"{_EN_WEEKDAY}\b{_MONTH.format('n5')}\s+(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?P<y5>\d{{4}})\b)?",
            rf"(?<!\d)(?P<d6>\d{{1,2}})[日号]{_WEEKDAY}",
            r"(?P<next>次日|翌日|第二天|隔天|隔日|(?:the\s+)?(?:next|following)\s+day)",
            r"(?P<today>今日|今天|今(?=[晚夜晨])|当日|\btoday\b|\btonight\b)",
            r"(?P<morrow>明日|明天|明(?=[晚早晨])|\btomorrow\b)",
            r"(?P<after>后天)",
            r"(?P<clock>(?<!\d)(?P<h1>\d{1,2}):(?P<i1>\d{2})(?::\d{2})?\s*(?P<ap1>[ap]\.?m\b\.?)?)",
            r"(?P<h2>(?<!\d)\d{1,2})\s*(?:点钟?|时(?!间))(?:(?P<half>半)|(?P<quarter>一刻)|整|(?P<i2>\d{1,2})\s*分?)?",
            r"\b(?P<h3>\d{1,2})\s*(?P<ap3>[ap]\.?m\b\.?)",
            r"(?P<midnight>午夜|\bmidnight\b)|(?P<noon>正午|\bnoon\b)",
            r"(?P<lasts>(?:历时|持续|时长|预计(?:需要?|耗时|用时)?|需要?|耗时|用时|大约|约|\bfor(?:\s+(?:about|up\s+to))?|\btakes?(?:\s+about)?|\blast(?:s|ing)?(?:\s+about)?)\s*(?:约|大约)?\s*(?:(?P<lh>\d{1,2}(?:\.5)?)\s*(?:个)?(?P<lhalf>半)?(?:小时|h(?:ours?|rs?)?\b))?\s*(?:(?P<lm>\d{1,3})\s*(?:分钟|min(?:ute)?s?\b))?)",
            r"(?P<part>凌晨|零晨|清晨|早晨|早上|上午|中午|下午|午后|傍晚|晚上|晚间|夜间|深夜|半夜|[晚夜晨早](?=\s*\d)|in\s+the\s+(?:morning|afternoon|evening))",
            r"(?P<until>起?\s*(?:至|到)|直至|[-~–—−―]+|\b(?:to|until|till|through|and)\b)",
        )
    ),
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"(?:UTC|GMT)\s*(?:(?P<sign>[+-])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?)?(?!\w)"
    r"|(?P<china>北京时间|东八区|Beijing\s+time|China\s+Standard\s+Time|\bBJT\b)",
    re.IGNORECASE,
)
LATE_PARTS = frozenset({"下午", "午后", "傍晚", "晚上", "晚间", "夜间", "深夜", "半夜", "晚", "夜"})
NOON = 12 * 60


def plain(text: str) -> str:
    """With narrow digits and marks, and Arabic numbers where days and hours are written in Chinese ones."""
    return _NUMERAL.sub(lambda found: str(_number(found[0])), normalize("NFKC", text))


def _number(numeral: str) -> int:
    if "十" in numeral:
        tens, _, ones = numeral.partition("十")
        return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)
    return int("".join(str(_DIGITS[sign]) for sign in numeral))


def tokens_of(text: str) -> list[Token]:
    """All of them in a text that is :func:`plain`; an hour or a day that cannot be is left out."""
    found = (_token(match) for match in _TOKEN.finditer(text))
    return [token for token in found if token is not None]


def zone_in(text: str) -> timezone | None:
    """The zone that a text names by its offset, or as China's; None where it names none."""
    match = _ZONE.search(text)
    if match is None:
        return None
    if match["china"]:
        return timezone(timedelta(hours=8))
    offset = timedelta(hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))
    return timezone(-offset if match["sign"] == "-" else offset) if offset < timedelta(hours=15) else None


def _token(match: re.Match[str]) -> Token | None:
    at = partial(Token, start=match.start(), end=match.end())
    groups = match.groupdict()
    for suffix in "123456":
        if groups[f"d{suffix}"]:
            return _day(groups, suffix, match)
    for name, days in (("today", 0), ("morrow", 1), ("after", 2)):
        if groups[name]:
            part = "晚" if groups[name].lower() == "tonight" else ""
            return at(kind=TokenKind.DAYS_ON, number=days, part=part)
    if groups["next"]:
        return at(kind=TokenKind.NEXT_DAY)
    if groups["part"]:
        return at(kind=TokenKind.PART, part=_part(groups["part"]))
    if groups["until"]:
        return at(kind=TokenKind.UNTIL)
    if groups["lasts"] is not None:
        minutes = _length(groups)
        return at(kind=TokenKind.LASTS, number=minutes) if minutes else None
    return _clock(groups, match)


def _part(written: str) -> str:
    if written.lower().endswith(("afternoon", "evening")):
        return "下午"
    return written if len(written) < 5 else "早上"


def _length(groups: dict[str, str | None]) -> int:
    hours = float(groups["lh"] or 0) + (0.5 if groups["lhalf"] else 0)
    return round(60 * hours) + int(groups["lm"] or 0)


def _day(groups: dict[str, str | None], suffix: str, match: re.Match[str]) -> Token | None:
    name = groups.get(f"n{suffix}")
    month = MONTHS.index(name[:3].lower()) + 1 if name else int(groups.get(f"m{suffix}") or 0)
    year, day = groups.get(f"y{suffix}"), int(groups[f"d{suffix}"] or 0)
    try:
        date(int(year or 2028), month or 1, day)  # 2028 has a 29 February
    except ValueError:
        return None
    return Token(
        kind=TokenKind.DAY,
        start=match.start(),
        end=match.end(),
        year=int(year) if year else None,
        month=month,
        day=day,
    )


def _clock(groups: dict[str, str | None], match: re.Match[str]) -> Token | None:
    at = partial(Token, start=match.start(), end=match.end())
    if groups["midnight"] or groups["noon"]:
        return at(kind=TokenKind.CLOCK, number=NOON if groups["noon"] else 0)
    hour = int(groups["h1"] or groups["h2"] or groups["h3"] or 0)
    minute = 30 if groups["half"] else 15 if groups["quarter"] else int(groups["i1"] or groups["i2"] or 0)
    half = (groups["ap1"] or groups["ap3"] or "").lower()
    if hour > 24 or minute > 59 or (hour == 24 and minute) or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return at(kind=TokenKind.CLOCK, number=60 * hour + minute, bare=not half)
