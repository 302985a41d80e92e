"""Reads posts from RSS 2.0, RSS 1.0 and Atom.

By hand, since feedparser reads what it can of a broken feed; here that is an error, or it would look like
silence.
"""

import re
from html import unescape
from xml.etree import ElementTree

from probes.listening.sources import PageError, Places, RawPost

_TAG = re.compile(r"<[^<>]{1,500}>")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_REFERENCE = re.compile(r"&(?:#(?:\d{1,8}|x[0-9a-fA-F]{1,8})|(?!(?:amp|lt|gt|quot|apos);)\w{2,31});")


def raw_posts(places: Places, page: str) -> tuple[list[RawPost], str]:
    """The entries of a feed and the link to its next page; raises :class:`PageError` where it is none.

    A document type is refused: entities are how a small feed grows into gigabytes.
    """
    if "<!DOCTYPE" in page[:4096].upper() or "<!ENTITY" in page.upper():
        kind = "a web page" if "<html" in page[:4096].lower() else "a document type"
        raise PageError(f"{kind} instead of a feed")
    try:
        root = ElementTree.fromstring(_REFERENCE.sub(_sound, _CONTROL.sub("", _DECLARATION.sub("", page))))
    except ElementTree.ParseError as error:
        raise PageError(f"no feed: {error}") from error
    if _name(root) not in {"rss", "RDF", "feed"}:
        raise PageError(f"no feed: its root is <{_name(root)}>")
    # Entries stand at the root or in its channel: one within another would be read again with each around it.
    entries = [node for above in (root, *root) for node in above if _name(node) in {"item", "entry"}]
    return [_post(entry) for entry in entries], _next(root)


def _sound(match: re.Match[str]) -> str:
    """A reference as XML has it: feeds use HTML's names too, and numbers that stand for no character."""
    meant = unescape(match.group())
    if meant == match.group():  # a name that HTML does not know either
        return f"&amp;{meant[1:]}"
    return "".join(f"&#{ord(character)};" for character in _CONTROL.sub("", meant))


def _post(entry: ElementTree.Element) -> RawPost:
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


def _next(root: ElementTree.Element) -> str:
    links = (
        node.get("href", "") for node in root.iter() if _name(node) == "link" and node.get("rel") == "next"
    )
    return next(links, "")


def _name(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
