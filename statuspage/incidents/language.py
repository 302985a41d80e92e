"""A text in both languages of the site, and how lists, times and durations read in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

LISTED = 3  # so many names are said; the rest is counted
GROUP_MARK = " · "  # between a group's name and that of one of its components


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
    """Up to three names, and how many more; an empty list speaks of the service as a whole.

    A group that neighbours share, as in 分付 · 扫码支付, is said once.
    """
    if not names:
        return Bilingual(zh="支付服务", en="Payment service")
    zh, en = _said_once([name.zh for name in names]), _said_once([name.en for name in names])
    if len(names) > LISTED:
        rest = len(names) - (LISTED - 1)
        return Bilingual(
            zh="、".join(zh[: LISTED - 1]) + f"等 {len(names)} 项服务",
            en=", ".join(en[: LISTED - 1]) + f" and {rest} more",
        )
    *front, last = en
    return Bilingual(zh="、".join(zh), en=f"{', '.join(front)} and {last}" if front else last)


def _said_once(names: list[str]) -> list[str]:
    """The names, without their group where the one before is of the same group."""
    said, before = [], ""
    for name in names:
        group, mark, rest = name.partition(GROUP_MARK)
        said.append(rest if mark and group == before else name)
        before = group if mark else ""
    return said


def moment(at: datetime, *, zone: tzinfo, seen_from: datetime) -> Bilingual:
    """A time of day in the site's zone, with its date where that is not the date of ``seen_from``."""
    local = at.astimezone(zone)
    clock = f"{local:%H:%M}"
    if local.date() == seen_from.astimezone(zone).date():
        return Bilingual(zh=f"{clock}（{_offset(local)}）", en=f"{clock} ({_offset(local)})")
    return Bilingual(
        zh=f"{local.month} 月 {local.day} 日 {clock}（{_offset(local)}）",
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
