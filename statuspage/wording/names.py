"""What components are called in sentences: with or without their group, several in a row, or all together."""

import re
from collections.abc import Sequence

from probes.vocabulary.bilingual import Bilingual
from statuspage.wording.sentence import Sentence

GROUP_MARK = " · "  # between a group's name and that of one of its components
# Letters of Hebrew, Arabic and their kin.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
LISTED = 3  # so many names are said; of more, the rest is counted

ALL = Sentence("所有支付方式", "all payment methods")
_WHOLE_GROUP = Sentence("{group}（全部）", "all of {group}")
_THE_SERVICE = Sentence("支付服务", "Payment service")
_TWO = Sentence("{first}、{last}", "{first} and {last}")
_MANY = Sentence("{names}等 {n} 项服务", "{names} and {n} more")


def listed(names: Sequence[Bilingual]) -> Bilingual:
    """All of them in a row."""
    return Bilingual("、".join(name.zh for name in names), ", ".join(name.en for name in names))


def clauses(parts: Sequence[Bilingual]) -> Bilingual:
    """Parts of a sentence that have commas of their own, in a row."""
    return Bilingual("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def spoken(names: Sequence[Bilingual]) -> Bilingual:
    """Up to three in a row, of more the first two and how many there are; of none, the service as a whole.

    A group that neighbours share, as in 分付 · 扫码支付, is said once. A name that is read from right to left
    is set apart, so that the words around it stay in their order (Unicode Standard Annex 9, isolates).
    """
    if not names:
        return _THE_SERVICE.say()
    zh, en = _group_once([name.zh for name in names]), _group_once([name.en for name in names])
    said = [Bilingual(*map(_set_apart, pair)) for pair in zip(zh, en, strict=True)]
    if len(names) > LISTED:
        # Chinese counts all of them, English those that are not said.
        count = Bilingual(str(len(names)), str(len(names) - LISTED + 1))
        return _MANY.say(names=listed(said[: LISTED - 1]), n=count)
    *front, last = said
    return _TWO.say(first=listed(front), last=last) if front else last


def _set_apart(name: str) -> str:
    group, mark, own = name.rpartition(GROUP_MARK)
    return f"{group}{mark}\u2068{own}\u2069" if _RIGHT_TO_LEFT.search(own) else name


def _group_once(names: list[str]) -> list[str]:
    """The names, without their group where the one before is of the same group."""
    said, before = [], ""
    for name in names:
        group, mark, rest = name.partition(GROUP_MARK)
        said.append(rest if mark and group == before else name)
        before = group if mark else ""
    return said


def outside_group(name: Bilingual, group: Bilingual) -> Bilingual:
    """A component's name as it reads outside its group, such as 分付 · 扫码支付."""
    return Bilingual(
        name.zh if group.zh in name.zh else group.zh + GROUP_MARK + name.zh,
        name.en if group.en in name.en else group.en + GROUP_MARK + name.en,
    )


def inside_group(name: Bilingual, group: Bilingual) -> Bilingual:
    """A component's name under its group's heading, which it need not say again."""
    return Bilingual(
        name.zh.removeprefix(group.zh + GROUP_MARK), name.en.removeprefix(group.en + GROUP_MARK)
    ).capitalised()


def whole_group(group: Bilingual) -> Bilingual:
    """A group of which nothing is missing, beside single components."""
    return _WHOLE_GROUP.say(group=group)
