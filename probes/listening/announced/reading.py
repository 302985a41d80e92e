"""Reads a notice of planned work that somebody pasted: when, and of what; and says what it could not read."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from probes.listening.announced.tokens import LATE_PARTS, NOON, Token, TokenKind, plain, tokens_of, zone_in

# A day without a year is the nearest one: what is announced lies ahead, mostly by little.
BEHIND = timedelta(days=90)
LONGEST = timedelta(days=7)
MOST_CHARACTERS = 5000
NO_CLOCK = -1
_DATES = (TokenKind.DAY, TokenKind.DAYS_ON)
_DAYS = (*_DATES, TokenKind.NEXT_DAY)


def _any_of(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


_WORK = _any_of(
    r"维护|维保|升级|割接|停机|检修|停服|切换|改造|扩容|迁移|系统更新|系统调整|暂停(?:服务|使用|办理|交易|受理)",
    r"mainten|upgrad|downtime|scheduled work|planned work|unavailable|migrat|out of service",
)
_OVER = _any_of(
    r"已(?:经)?(?:完成|结束|恢复|完毕)|提前(?:完成|结束)|现已",
    r"has (?:been )?(?:completed|ended|finished)|is (?:now )?(?:over|complete)\b",
)
_CALLED_OFF = _any_of(r"取消|不再进行", r"cancel")
_PUT_OFF = _any_of(r"(?:推迟|延期|延后|顺延|改期|改|调整)[到至为]", r"(?:moved|postponed|rescheduled)\s+to")
# Hours that are said of something else.
_OTHER_HOURS = _any_of(
    r"(?:客服|营业|工作时间|服务热线|热线|受理时间|咨询|活动|优惠|抽奖|发布时间|发布于|公告时间"
    r"|support|office|opening|hotline|posted|published)[^,。;；!\n]{0,14}$"
)
_SPARED = _any_of(
    r"不受影响|不影响|不会影响|不涉及|正常(?:使用|办理|进行|交易|服务)|照常|除外|可正常",
    r"not affected|unaffected|no impact|keeps? working",
)
# What may stand between a day, its hour and its end, and says nothing else.
_BETWEEN = _any_of(
    r"[\s,，、:()（）的起开始间从由自@]|北京时间|东八区|左右|期间|时间|约|预计|大约|每天|当地时间",
    r"between|from|at|on|by|of|the|hrs?|hours|local time|beijing time",
    r"(?:utc|gmt)\s*(?:[+-]\s*\d{1,2}(?::?\d\d)?)?|[a-z]{2,5}t\b",
)
_CLAUSE = re.compile(r"[,，。;；!！\n]|\.\s")
_EVERYTHING = _any_of(
    r"(?:所有|全部|一切|全线)(?:支付|付款|业务|服务|功能|交易|系统)",
    r"all (?:payments?|payment methods|services)",
)


class Gap(StrEnum):
    """What a notice does not say, or not clearly enough."""

    NO_WORK = "no_work"  # it speaks of no planned work
    OVER = "over"  # it says that the work is done
    CALLED_OFF = "called_off"
    NO_HOURS = "no_hours"
    NO_DAY = "no_day"
    NO_END = "no_end"
    SEVERAL = "several"  # more than one window: the first is read
    PAST = "past"
    TOO_LONG = "too_long"
    NO_COMPONENT = "no_component"
    CUT = "cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPart:
    """A way in which notices may call one component or several, by their slugs."""

    name: str
    slugs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRead:
    """What was read; moments carry the notice's zone. ``gaps`` says what was not."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    components: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    """A day, a part of it and minutes since midnight as they are written, and where they stand."""

    day: Token | None = None
    part: str = ""
    minutes: int = NO_CLOCK
    bare: bool = False
    start: int = 0
    end: int = 0


def read_notice(text: str, *, parts: Sequence[NamedPart], now: datetime, zone: tzinfo) -> NoticeRead:
    """What a notice says of planned work; hours are of ``zone`` unless it names another one.

    Nothing is guessed that it does not say, but the year and, of hours that end before they begin, the day.
    """
    cut = len(text) > MOST_CHARACTERS
    text = plain(text[:MOST_CHARACTERS])
    refused = _refused(text)
    if refused is not None:
        return NoticeRead(gaps=(refused,))
    window, gaps = _window(text, now.astimezone(zone_in(text) or zone))
    components = _components(text, parts)
    if not components:
        gaps.append(Gap.NO_COMPONENT)
    if cut:
        gaps.append(Gap.CUT)
    starts_at, ends_at = window or (None, None)
    return NoticeRead(starts_at=starts_at, ends_at=ends_at, components=components, gaps=tuple(gaps))


def _refused(text: str) -> Gap | None:
    """Why nothing of it is to be planned."""
    if not _WORK.search(text):
        return Gap.NO_WORK
    if _CALLED_OFF.search(text):
        return Gap.CALLED_OFF
    return Gap.OVER if _OVER.search(text) else None


def _window(text: str, now: datetime) -> tuple[tuple[datetime, datetime] | None, list[Gap]]:
    put_off = _PUT_OFF.search(text)
    offset = put_off.end() if put_off else 0
    written = _spans(text)
    spans = [span for span in written if span[0].start >= offset - 2 and not _is_other(text, span[0])]
    if not spans:
        return None, [Gap.NO_END if _lone_clock(text) and not written else Gap.NO_HOURS]
    found = [window for span in spans if (window := _moments(text, span, now))]
    if not found:
        return None, [Gap.NO_DAY]
    gaps = [Gap.SEVERAL] if len(set(found)) > 1 else []
    starts_at, ends_at = found[0]
    if ends_at - starts_at > LONGEST:
        return None, [Gap.TOO_LONG]
    return found[0], gaps + ([Gap.PAST] if ends_at <= now else [])


def _is_other(text: str, point: _Point) -> bool:
    return bool(_OTHER_HOURS.search(text[: point.start]))


def _lone_clock(text: str) -> bool:
    return any(token.kind is TokenKind.CLOCK for token in tokens_of(text))


def _spans(text: str) -> list[tuple[_Point, _Point | int]]:
    """Each beginning with its end, or with the minutes that it lasts."""
    tokens, spans, index = tokens_of(text), [], 0
    while index < len(tokens):
        first, after = _point(text, tokens, index)
        if first.minutes == NO_CLOCK:
            index = max(after, index + 1)
            continue
        second = _end_after(text, tokens, after, first)
        if second is None:
            index = after
            continue
        end, index = second
        spans.append((first, end))
    return spans


def _end_after(text: str, tokens: list[Token], index: int, first: _Point) -> tuple[_Point | int, int] | None:
    if index >= len(tokens):
        return None
    if (
        tokens[index].kind is TokenKind.UNTIL
        and index + 1 < len(tokens)
        and tokens[index + 1].kind is TokenKind.LASTS
    ):
        index += 1  # it begins at two *and* takes an hour
    token = tokens[index]
    if token.kind is TokenKind.LASTS and token.start - first.end <= 40:
        return token.number, index + 1
    if token.kind is not TokenKind.UNTIL or not _is_between(text[first.end : token.start]):
        return None
    end, after = _point(text, tokens, index + 1)
    if end.minutes == NO_CLOCK or not _is_between(text[token.end : end.start]):
        return None
    return end, after


def _point(text: str, tokens: list[Token], index: int) -> tuple[_Point, int]:
    """What stands together from ``index`` on as one day, part of it and hour; and the index behind it."""
    day, part, start, end = None, "", tokens[index].start if index < len(tokens) else len(text), -1
    while index < len(tokens):
        token = tokens[index]
        if end >= 0 and not _is_between(text[end : token.start]):
            break
        if token.kind is TokenKind.CLOCK:
            return _hour(token, day=day, part=part, start=start), index + 1
        if token.kind is TokenKind.PART:
            part = token.part
        elif token.kind in _DAYS and (day is None or end >= 0):
            day, part = token, token.part or part
        else:
            break
        end, index = token.end, index + 1
    return _Point(day=day, part=part, start=start, end=max(end, start)), index


def _hour(token: Token, *, day: Token | None, part: str, start: int) -> _Point:
    return _Point(day=day, part=part, minutes=token.number, bare=token.bare, start=start, end=token.end)


def _is_between(text: str) -> bool:
    """Whether only such words stand between two of a point as belong to neither."""
    return not _BETWEEN.sub("", text).strip()


def _moments(text: str, span: tuple[_Point, _Point | int], now: datetime) -> tuple[datetime, datetime] | None:
    first, last = span
    day = (
        first.day
        or _day_behind(text, last.end if isinstance(last, _Point) else first.end)
        or _day_before(text, first)
    )
    if day is None:
        return None
    starts_on = _date(day, now, now.date())
    if starts_on is None:
        return None
    starts_at = _at(starts_on, first, first.part, now)
    if isinstance(last, int):
        return starts_at, starts_at + timedelta(minutes=last)
    part = last.part or (first.part if first.part in LATE_PARTS and _stays_late(first, last) else "")
    ends_on = starts_on if last.day is None else _date(last.day, now, starts_on)
    if ends_on is None:
        return None
    ends_at = _at(ends_on, last, part, now)
    if ends_at <= starts_at and last.day is None:
        ends_at += timedelta(days=1)
    return (starts_at, ends_at) if ends_at > starts_at else None


def _stays_late(first: _Point, last: _Point) -> bool:
    """Whether 下午2点到4点 means four in the afternoon: as long as the hour grows."""
    return last.day is None and first.minutes < last.minutes < NOON


def _day_behind(text: str, end: int) -> Token | None:
    """The day that follows the hours: between 0 and 6 on 30 November."""
    clause = text[end : end + 40]
    for token in tokens_of(clause):
        if token.kind in _DATES:
            return token if _is_between(clause[: token.start]) else None
    return None


def _day_before(text: str, first: _Point) -> Token | None:
    """The last day that was named before the hours, in the same notice."""
    days = [token for token in tokens_of(text[: first.start]) if token.kind in _DATES]
    return days[-1] if days else None


def _date(day: Token, now: datetime, base: date) -> date | None:
    if day.kind is TokenKind.DAYS_ON:
        return now.date() + timedelta(days=day.number)
    if day.kind is TokenKind.NEXT_DAY:
        return base + timedelta(days=1)
    if not day.month:
        return _in_month(day.day, base)
    years = [day.year] if day.year else [base.year, base.year + 1]
    earliest = (now - BEHIND).date()
    for year in years:
        try:
            found = date(year, day.month, day.day)
        except ValueError:
            continue
        if day.year or found >= min(earliest, base):
            return found
    return None


def _in_month(number: int, base: date) -> date | None:
    """The next day of this number from ``base`` on."""
    for ahead in range(62):
        if (base + timedelta(days=ahead)).day == number:
            return base + timedelta(days=ahead)
    return None


def _at(on: date, point: _Point, part: str, now: datetime) -> datetime:
    minutes = point.minutes
    if (point.bare and minutes < NOON and part in LATE_PARTS and not _is_small_hour(part, minutes)) or (
        point.bare
        and NOON <= minutes < NOON + 60
        and part in {"晚上", "晚间", "晚", "夜", "夜间", "深夜", "半夜"}
    ):
        minutes += NOON
    elif part in {"凌晨", "零晨"} and NOON <= minutes < NOON + 60:
        minutes -= NOON
    midnight = datetime(on.year, on.month, on.day, tzinfo=now.tzinfo)
    return midnight + timedelta(minutes=minutes)


def _is_small_hour(part: str, minutes: int) -> bool:
    """深夜1点 is one in the morning."""
    return part in {"深夜", "半夜", "夜间", "夜"} and minutes < 5 * 60


def _components(text: str, parts: Iterable[NamedPart]) -> tuple[str, ...]:
    """Which components it names, longest names first, but for clauses that say that they are spared."""
    told = "\n".join(clause for clause in _CLAUSE.split(text) if not _SPARED.search(clause)).lower()
    known = sorted(parts, key=lambda part: len(part.name), reverse=True)
    found: dict[str, None] = {}
    for part in known:
        name = plain(part.name).lower()
        if name and name in told:
            found.update(dict.fromkeys(part.slugs))
            told = told.replace(name, "\n")
    if not found and _EVERYTHING.search(told):
        return tuple(dict.fromkeys(slug for part in known for slug in part.slugs))
    return tuple(found)
