"""A text in both languages of the site, and how lists, times and durations read in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

LISTED = 3  # so many names are said; the rest is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilingual:
    """The same in Chinese and English; ``+`` joins both."""

    zh: str
    en: str

    def __add__(self, other: "Bilingual") -> "Bilingual":
        return Bilingual(zh=self.zh + other.zh, en=" ".join(part for part in (self.en, other.en) if part))

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


NOTHING = Bilingual(zh="", en="")


def names_of(names: Sequence[Bilingual]) -> Bilingual:
    """Up to three names, and how many more; an empty list speaks of the service as a whole."""
    if not names:
        return Bilingual(zh="支付服务", en="Payment service")
    if len(names) > LISTED:
        first = names[: LISTED - 1]
        rest = len(names) - len(first)
        return Bilingual(
            zh="、".join(name.zh for name in first) + f"等 {len(names)} 项服务",
            en=", ".join(name.en for name in first) + f" and {rest} more",
        )
    *front, last = names
    en = f"{', '.join(name.en for name in front)} and {last.en}" if front else last.en
    return Bilingual(zh="、".join(name.zh for name in names), en=en)


def moment(at: datetime, *, zone: tzinfo, seen_from: datetime) -> Bilingual:
    """A time of day in the site's zone, with its date where that is not the date of ``seen_from``."""
    local = at.astimezone(zone)
    clock = f"{local:%H:%M}"
    if local.date() == seen_from.astimezone(zone).date():
        return Bilingual(zh=clock, en=f"{clock} ({_offset(local)})")
    return Bilingual(
        zh=f"{local.month} 月 {local.day} 日 {clock}",
        en=f"{local:%b} {local.day}, {clock} ({_offset(local)})",
    )


def length(lasted: timedelta) -> Bilingual:
    """A duration in at most two units."""
    seconds = max(0, round(lasted.total_seconds()))
    if seconds < 90:
        return Bilingual(zh=f"{seconds} 秒", en=f"{seconds} s")
    minutes = round(seconds / 60)
    if minutes < 120:
        return Bilingual(zh=f"{minutes} 分钟", en=f"{minutes} min")
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return Bilingual(
            zh=f"{hours} 小时" + (f" {rest} 分钟" if rest else ""),
            en=f"{hours} h" + (f" {rest} min" if rest else ""),
        )
    days, rest = divmod(hours, 24)
    return Bilingual(
        zh=f"{days} 天" + (f" {rest} 小时" if rest else ""), en=f"{days} d" + (f" {rest} h" if rest else "")
    )


def _offset(local: datetime) -> str:
    offset = local.utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
