"""Reads posts from RSS 2.0, RSS 1.0 and Atom.

By hand, since feedparser takes whatever it can make of a page; here a page that is no feed is an error, or it
would look like silence. A feed that is broken in places is mended as far as it goes, and that is told.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml import etree

from probes.listening.sources import MOST_ITEMS, PageError, Places, RawPage, RawPost

_MOST_LOOKED_AT = 10_000  # characters, of what stands before the feed
_TAG = re.compile(r"<[^<>]{1,500}>")
# What stands before the root: the XML declaration, comments, instructions, and what a broken server printed.
_ROOT = re.compile(r"<(?:[\w.-]{1,30}:)?(rss|rdf|feed)\b", re.IGNORECASE)
_ENTRY = re.compile(r"<(/?)(?:[\w.-]{1,30}:)?(?:item|entry)\b")
_ENTRIES = frozenset({"item", "entry"})
# In HTML these have no end.
_VOID = re.compile(r"<(br|hr|img|wbr|input)\b([^<>]*?)/?>", re.IGNORECASE)
# Looking on for an end that never comes would take the square of the length.
_PROLOG = re.compile(r"<\?.{0,1000}?\?>|<!--.{0,4000}?-->", re.DOTALL)
_DECLARED_IN_PLACE = re.compile(r"<!DOCTYPE[^<>\[]*\[", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*>", re.IGNORECASE)
# Characters that XML has not: controls, halves of a character, and two that are none.
_NO_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BARE = re.compile(r"&(?!#\d{1,8};|#x[0-9a-fA-F]{1,8};|\w{2,31};)")
# XML's own five are left as they are: a page may hold millions.
_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)#?\w{1,31};")


def raw_posts(places: Places, page: str) -> RawPage:
    """The entries of a feed; raises :class:`PageError` where it is none, or declares entities of its own.

    Entities are how a small feed grows into gigabytes; a mere document type, as RSS 0.91 has one, is passed
    over. What posts themselves say is never looked at for any of this.
    """
    start = _ROOT.search(page)
    before = _PROLOG.sub("", page[: min(start.start(), _MOST_LOOKED_AT) if start else _MOST_LOOKED_AT])
    if start is None or "<html" in before.lower():
        raise PageError(_no_feed(before))
    if _DECLARED_IN_PLACE.search(before):
        raise PageError("a document type that declares entities instead of a feed")
    feed = _sound(page[start.start() :])
    told = tuple(f"text before the feed was passed over: {junk[:60]!r}" for junk in _junk(before))
    try:
        root = etree.fromstring(feed.encode(), _parser(recover=False))
    except etree.XMLSyntaxError as error:
        return _mended(feed, str(error), told)
    # Entries stand at the root or in its channel: one within another would be read again with each around it.
    entries = [node for above in (root, *root) for node in above if _name(node) in _ENTRIES]
    return RawPage(
        items=tuple(map(_post, entries[:MOST_ITEMS])),
        beyond=max(0, len(entries) - MOST_ITEMS),
        next_link=_next(root),
        mended=told,
    )


def _mended(feed: str, fault: str, told: tuple[str, ...]) -> RawPage:
    """A feed that is not well formed: each entry is read alone, so that it can spoil no other."""
    whole = list(_whole_entries(feed))
    entries = [_recovered(_VOID.sub(r"<\1\2/> ", entry)) for entry in whole[:MOST_ITEMS]]
    root = _recovered(feed)
    if root is None or not entries:
        raise PageError(f"no feed: {fault}")
    posts = tuple(_post(entry) if entry is not None else RawPost(text="") for entry in entries)
    return RawPage(
        items=posts,
        beyond=max(0, len(whole) - MOST_ITEMS),
        next_link=_next(root),
        mended=(*told, f"broken XML, read as far as it goes: {fault}"),
    )


def _whole_entries(feed: str) -> Iterator[str]:
    """The entries that end; one in which the feed breaks off is better read whole the next time."""
    begun = None
    for tag in _ENTRY.finditer(feed):
        if not tag[1]:
            begun = tag.start()
        elif begun is not None:
            yield feed[begun : feed.find(">", tag.end()) + 1 or tag.end()]
            begun = None


def _recovered(markup: str) -> Any:
    return etree.fromstring(markup.encode(), _parser(recover=True))


def _no_feed(page: str) -> str:
    if "<html" in page.lower():
        return "a web page instead of a feed"
    root = re.search(r"<([\w:.-]{1,50})", page)
    return f"no feed: its root is <{root[1]}>" if root else "no feed: no XML"


def _junk(before: str) -> tuple[str, ...]:
    """What does not belong before the root of a document, if there is any."""
    left = _DOCTYPE.sub("", before).replace("\ufeff", "")
    return tuple(words for words in [" ".join(_TAG.sub(" ", left).split())] if words)


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover,
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )


def _sound(feed: str) -> str:
    """A feed with characters and references as XML has them."""
    return _REFERENCE.sub(_reference, _BARE.sub("&amp;", _NO_CHARACTER.sub("\ufffd", feed)))


def _reference(match: re.Match[str]) -> str:
    """Feeds use HTML's names too, and numbers that stand for no character."""
    written = match.group()
    meant = unescape(written)
    if meant == written:
        return f"&amp;{written[1:]}"
    return "".join(f"&#{ord(character)};" for character in _NO_CHARACTER.sub("", meant))


def _post(entry: Any) -> RawPost:
    fields: dict[str, str] = {}
    for child in entry:
        value = "".join(child.itertext()).strip() or child.get("href", "")
        if value and not (_name(child) == "link" and child.get("rel", "alternate") != "alternate"):
            fields.setdefault(_name(child), value)
    title = without_markup(fields.get("title", ""))
    body = without_markup(
        fields.get("encoded")
        or fields.get("content")
        or fields.get("description")
        or fields.get("summary", "")
    )
    text = body if title.rstrip(".… ") in body else f"{title} {body}"
    return RawPost(
        text=text,
        time=next(
            (fields[name] for name in ("pubDate", "published", "updated", "date") if name in fields), ""
        ),
        author=fields.get("creator") or fields.get("author", ""),
        link=fields.get("link", ""),
        id=fields.get("guid") or fields.get("id", ""),
    )


def without_markup(markup: str) -> str:
    """The words of a text in HTML, which may be plain as well."""
    return unescape(_TAG.sub(" ", markup)) if "<" in markup or "&" in markup else markup


def _next(root: Any) -> str:
    links = (
        node.get("href", "") for node in root.iter() if _name(node) == "link" and node.get("rel") == "next"
    )
    return next(links, "")


def _name(node: Any) -> str:
    """The name of an element without its prefix, which may be undeclared."""
    return node.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(node.tag, str) else ""
