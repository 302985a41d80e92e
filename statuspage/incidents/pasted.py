"""From a notice that somebody pasted to what a form begins with: nothing is stored before it is seen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from probes.listening.announced.reading import Gap, NamedPart, read_notice
from probes.vocabulary.bilingual import NOTHING, Bilingual
from statuspage.incidents.naming import name_of, spoken_names
from statuspage.monitoring.models import Component
from statuspage.wording.names import GROUP_MARK
from statuspage.wording.titles import planned_title

# What a notice leaves out of a name: 零钱 is 零钱支付.
_ENDINGS = ("支付", "付款", "服务", " payment", " payments")
_SHORTEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedNotice:
    """What a form of planned work begins with, and what the notice did not say."""

    title: Bilingual
    body: Bilingual
    components: tuple[Component, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    gaps: tuple[Gap, ...]


def read_pasted(text: str, *, now: datetime, zone: tzinfo) -> PastedNotice:
    """What a notice says of planned work, by the names of the site's components; three queries at most."""
    rows = list(Component.objects.filter(retired=False).select_related("group"))
    found = read_notice(text, parts=parts_of(rows), now=now, zone=zone)
    chosen = tuple(row for row in rows if row.slug in found.components)
    is_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in text)
    return PastedNotice(
        title=planned_title(spoken_names(chosen, rows)) if chosen else NOTHING,
        body=Bilingual(text, "") if is_chinese else Bilingual("", text),
        components=chosen,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        gaps=found.gaps,
    )


def parts_of(components: Sequence[Component]) -> list[NamedPart]:
    """How notices may call these: by their names, with and without their group's, in part, or as a group.

    A part of a name that several share names none of them.
    """
    slugs: dict[str, set[str]] = {}
    for row in components:
        for name in _full_names(row):
            slugs.setdefault(name, set()).add(row.slug)
    short: dict[str, set[str]] = {}
    for row in components:
        for name in set(_shortened(_full_names(row))) - slugs.keys():
            short.setdefault(name, set()).add(row.slug)
    slugs |= {name: owners for name, owners in short.items() if len(owners) == 1}
    for row in components:
        for name in _group_names(row):
            slugs.setdefault(name, set()).add(row.slug)
    return [NamedPart(name=name, slugs=tuple(sorted(owners))) for name, owners in slugs.items()]


def _full_names(row: Component) -> set[str]:
    outside = name_of(row)
    names = {row.name_zh, row.name_en, outside.zh, outside.en}
    return {name for name in names | {name.replace(GROUP_MARK, "") for name in names} if name}


def _group_names(row: Component) -> Iterator[str]:
    if row.group is not None:
        yield from (name for name in (row.group.name_zh, row.group.name_en) if name)


def _shortened(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for ending in _ENDINGS:
            short = name.removesuffix(ending)
            if short != name and len(short) >= _SHORTEST:
                yield short
