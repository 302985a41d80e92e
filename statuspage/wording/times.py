"""Durations, moments and offsets of zones as they are read."""

from datetime import datetime, timedelta, tzinfo

from probes.vocabulary.bilingual import Bilingual
from statuspage.wording.sentence import Counted, Sentence

_SECONDS = Counted("{n} 秒", "{n} second", "{n} seconds")
_MINUTES = Counted("{n} 分钟", "{n} minute", "{n} minutes")
_HOURS = Counted("{n} 小时", "{n} hour", "{n} hours")
_DAYS = Counted("{n} 天", "{n} day", "{n} days")
_DATED = Sentence("{month} 月 {day} 日 {clock}", "{month} {day}, {clock}")
_ZONED = Sentence("{clock}（{offset}）", "{clock} ({offset})")
_SPAN = Sentence("{start}–{end}", "{start} – {end}")


def told_seconds(seconds: float) -> int:
    """A length as exactly as it is told: below a minute and a half to the second, above to the minute."""
    whole = max(0, round(seconds))
    return whole if whole < 90 else 60 * round(whole / 60)


def duration(lasted: timedelta) -> Bilingual:
    """A duration in at most two units, never finer than it is interesting."""
    seconds = told_seconds(lasted.total_seconds())
    if seconds < 90:
        return _SECONDS.say(n=seconds)
    minutes = seconds // 60
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return _in_units((hours, _HOURS), (minutes, _MINUTES))
    days, hours = divmod(hours, 24)
    return _in_units((days, _DAYS), (hours, _HOURS))


def _in_units(*parts: tuple[int, Counted]) -> Bilingual:
    """The parts that are not nothing, in a row."""
    told = [unit.say(n=n) for n, unit in parts if n]
    return Bilingual(" ".join(part.zh for part in told), " ".join(part.en for part in told))


def milliseconds(wait_ms: float) -> str:
    """A short wait, the same in every language: 180 ms, 1.4 s."""
    return f"{wait_ms:.0f} ms" if wait_ms < 1000 else f"{wait_ms / 1000:.1f} s".replace(".0 s", " s")


def moment(at: datetime, *, zone: tzinfo, seen_from: datetime) -> Bilingual:
    """A time of day in ``zone``, with its date where that is not the date of ``seen_from``."""
    local = at.astimezone(zone)
    is_today = local.date() == seen_from.astimezone(zone).date()
    return _ZONED.say(clock=_clock(local, dated=not is_today), offset=offset_of(local))


def span(start: datetime, end: datetime, *, zone: tzinfo) -> Bilingual:
    """From when to when: the date of the end where it is another one, and the offset of ``zone`` once."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    begins, ends = _clock(first, dated=True), _clock(last, dated=first.date() != last.date())
    if offset_of(first) == offset_of(last):
        return _ZONED.say(clock=_SPAN.say(start=begins, end=ends), offset=offset_of(first))
    # The clocks are changed meanwhile.
    return _SPAN.say(
        start=_ZONED.say(clock=begins, offset=offset_of(first)),
        end=_ZONED.say(clock=ends, offset=offset_of(last)),
    )


def _clock(local: datetime, *, dated: bool) -> Bilingual:
    clock = f"{local:%H:%M}"
    if not dated:
        return Bilingual(clock, clock)
    return _DATED.say(month=Bilingual(str(local.month), f"{local:%b}"), day=local.day, clock=clock)


def offset_of(local: datetime) -> str:
    """The offset of a moment's zone, such as UTC+8."""
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
