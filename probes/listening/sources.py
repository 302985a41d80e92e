"""Where posts are read from and how: what an operator writes down about a source, checked before use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from probes.network.names import wire_url
from probes.tables import Problems, Table, zone_names

USUAL_ZONE = "Asia/Shanghai"
# Characters.
LONGEST_PLACE = 1000
LONGEST_POST = 4000
MOST_ITEMS = 500  # of one page


class SourceError(ValueError):
    """A source that is described wrongly: names the option and what is expected."""


class PageError(ValueError):
    """A page that does not hold what its source is said to hold: a login wall, another page, half of one."""


class PageKind(StrEnum):
    """The form of a source's pages."""

    HTML = "html"
    RSS = "rss"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where in a page things stand: CSS selectors (``a.title@href``: an attribute) or dotted JSON paths."""

    item: str
    text: str
    time: str
    author: str
    link: str
    id: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """One source.

    ``delay_seconds`` lie between two requests to its host; ``pages`` limits how far back is read.
    """

    slug: str
    kind: PageKind
    url: str
    places: Places
    zone: ZoneInfo
    pages: int
    delay_seconds: float
    may_be_empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPost:
    """One post as its page spells it."""

    text: str
    time: str = ""
    author: str = ""
    link: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """A page's items as it spells them, the link to its next page, and what had to be mended to read it.

    ``beyond`` counts the items after the first :data:`MOST_ITEMS`, which are not read.
    """

    items: tuple[RawPost, ...]
    beyond: int = 0
    next_link: str = ""
    mended: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapedPost:
    """One post as a page shows it, with its author's name: it goes no further than hash and redaction."""

    id: str
    text: str
    author: str
    published_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsPage:
    """What one page held: its posts, mostly newest first, what was not understood, and where it goes on.

    ``skipped`` counts the items of which no post came.
    """

    posts: tuple[ScrapedPost, ...]
    problems: tuple[str, ...] = ()
    skipped: int = 0
    next_url: str = ""


_REQUIRED = {PageKind.HTML: ("item", "text"), PageKind.JSON: ("items", "text"), PageKind.RSS: ()}
_PLACES = ("text", "time", "author", "link", "id", "next")


def source_spec(*, slug: str, kind: str, url: str, options: Mapping[str, object]) -> SourceSpec:
    """The source that ``options`` describe; raises :class:`SourceError` with every mistake in them."""
    if kind not in {*PageKind}:
        raise SourceError(f"{slug}: kind {kind!r} is none of {', '.join(PageKind)}")
    problems = Problems(source=slug, text="", environ={})
    table = Table(options, problems, "options", within="options")
    try:
        wire_url(url)
    except ValueError as error:
        problems.add("url", str(error))
    spec = read_options(table, slug=slug, kind=PageKind(kind), url=url)
    if problems.found:
        raise SourceError("; ".join(text for _, text in problems.found))
    return spec


def read_options(table: Table, *, slug: str, kind: PageKind, url: str) -> SourceSpec:
    """The source that the options in ``table`` describe; what is wrong with them is noted there."""
    places = {name: _place(table, name, kind) for name in _PLACES}
    items = "items" if kind is PageKind.JSON else "item"
    spec = SourceSpec(
        slug=slug,
        kind=kind,
        url=url,
        places=Places(item=_place(table, items, kind), **places),
        zone=_zone(table),
        pages=int(table.number("pages", default=5, least=1, most=100)),
        delay_seconds=table.number("delay_seconds", default=1, least=0, most=600),
        may_be_empty=table.flag("may_be_empty", default=False),
    )
    table.done()
    return spec


def _place(table: Table, name: str, kind: PageKind) -> str:
    return table.text(name, default=None if name in _REQUIRED[kind] else "", most=LONGEST_PLACE)


def _zone(table: Table) -> ZoneInfo:
    name = table.text("timezone", default=USUAL_ZONE)
    if name not in zone_names():
        table.wrong("timezone", f"{name!r} is no time zone such as {USUAL_ZONE}")
        name = USUAL_ZONE
    return ZoneInfo(name)
