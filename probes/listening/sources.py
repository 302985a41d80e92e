"""Where posts are read from and how: what an operator writes down about a source, checked before it is
used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, available_timezones


class SourceError(ValueError):
    """A source that is described wrongly: names the option and what is expected."""


class PageError(ValueError):
    """A page that does not hold what its source is said to hold: a login wall, another page, or half of
    one."""


class PageKind(StrEnum):
    """The form of a source's pages."""

    HTML = "html"
    RSS = "rss"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where in a page things stand: CSS selectors (``a.title@href`` reads an attribute) or dotted JSON
    paths."""

    item: str = ""
    text: str = ""
    time: str = ""
    author: str = ""
    link: str = ""
    id: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """One source. ``delay_seconds`` lie between two requests to its host; ``pages`` limits how far back is
    read."""

    slug: str
    kind: PageKind
    url: str
    places: Places = field(default_factory=Places)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    pages: int = 5
    delay_seconds: float = 1.0
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPost:
    """One post as its page spells it."""

    text: str
    time: str = ""
    author: str = ""
    link: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapedPost:
    """One post as a page shows it, still with its author's name: it goes no further than the hash and the
    redaction."""

    id: str
    text: str
    author: str
    published_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsPage:
    """What one page held: its posts, newest first as a rule, what was not understood, and where it goes
    on."""

    posts: tuple[ScrapedPost, ...]
    problems: tuple[str, ...] = ()
    next_url: str = ""


_REQUIRED = {PageKind.HTML: ("item", "text"), PageKind.JSON: ("items", "text"), PageKind.RSS: ()}
_PLACES = ("text", "time", "author", "link", "id", "next")
_COMMON = ("pages", "timezone", "delay_seconds", "may_be_empty")


def source_spec(*, slug: str, kind: str, url: str, options: Mapping[str, object]) -> SourceSpec:
    """The source that ``options`` describe; raises :class:`SourceError` with every mistake in them."""
    mistakes: list[str] = []
    if kind not in {*PageKind}:
        raise SourceError(f"{slug}: kind {kind!r} is none of {', '.join(PageKind)}")
    form = PageKind(kind)
    if not url.lower().startswith(("http://", "https://")):
        mistakes.append(f"url {url!r} must begin with http:// or https://")
    known = {"item", "items", *_PLACES, *_COMMON}
    mistakes += [f"{name}: not an option" for name in options if name not in known]
    mistakes += [f"{name}: missing" for name in _REQUIRED[form] if not options.get(name)]
    mistakes += [
        f"{name}: expected text" for name in known - {*_COMMON} if not isinstance(options.get(name, ""), str)
    ]
    zone = options.get("timezone", "Asia/Shanghai")
    if zone not in available_timezones():
        mistakes.append(f"timezone: {zone!r} is no time zone such as Asia/Shanghai")
    pages = _number(options, "pages", 5, 1, 100, mistakes)
    delay = _number(options, "delay_seconds", 1.0, 0, 600, mistakes)
    if mistakes:
        raise SourceError(f"{slug}: " + "; ".join(mistakes))
    texts = {name: str(options.get(name, "")) for name in _PLACES}
    return SourceSpec(
        slug=slug,
        kind=form,
        url=url,
        places=Places(item=str(options.get("item") or options.get("items") or ""), **texts),
        zone=ZoneInfo(str(zone)),
        pages=int(pages),
        delay_seconds=delay,
        may_be_empty=bool(options.get("may_be_empty", False)),
    )


def _number(
    options: Mapping[str, object], name: str, default: float, least: float, most: float, mistakes: list[str]
) -> float:
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        mistakes.append(f"{name}: {value!r} is no number from {least:g} to {most:g}")
        return default
    return value
