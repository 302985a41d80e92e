"""Reads posts from a list page by CSS selectors."""

import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from probes.listening.sources import MOST_ITEMS, PageError, Places, RawPage, RawPost

# Elements at once: what is nested without end takes the square of its size to parse.
MOST_OPEN = 2000
MOST_ATTRIBUTES = 500  # of an element; they take the square of their number, too
MOST_CHARACTERS = 20_000  # of one field: items may lie within one another
_TAG = re.compile(r"<(/?)([a-z][^\s/<>]*)([^<>]*)")
# These have no end, or end where the next one begins.
_UNPAIRED = re.compile(
    "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|html|head|body|p|li|dt|dd|option"
    "|optgroup|tr|td|th|tbody|thead|tfoot|colgroup|rb|rt|rtc|rp|a|nobr"
)


def raw_posts(places: Places, page: str) -> RawPage:
    """The items of a page and the link to the next; :class:`PageError` at a login wall or a bad selector."""
    _check_open(page)
    try:
        tree = LexborHTMLParser(page)
    except SelectolaxError as error:
        raise PageError(f"cannot be parsed: {error}") from error
    for noise in tree.css("script, style, template, noscript"):
        noise.decompose()
    try:
        items = tree.css(places.item)
        if not items and tree.css_first("input[type=password]") is not None:
            raise PageError("a login page instead of posts")
        posts = tuple(
            RawPost(
                text=_read(item, places.text),
                time=_read(item, places.time),
                author=_read(item, places.author),
                link=_read(item, places.link, attribute="href"),
                id=_read(item, places.id),
            )
            for item in items[:MOST_ITEMS]
        )
        root = tree.root
        next_link = _read(root, places.next, attribute="href") if root is not None else ""
        return RawPage(items=posts, beyond=max(0, len(items) - MOST_ITEMS), next_link=next_link)
    except (SelectolaxError, ValueError) as error:
        if isinstance(error, PageError):
            raise
        raise PageError(f"a selector is wrong: {error}") from error


def _check_open(page: str) -> None:
    """Refuse a page that opens elements without end, or burdens one, before it is parsed.

    Who wants to hide that from a look at the tags can: what it takes then is bounded where it is read.
    """
    opened: Counter[str] = Counter()
    total = 0
    for end, name, rest in _TAG.findall(page.lower()):
        if len(rest) > MOST_ATTRIBUTES and len(rest.split()) > MOST_ATTRIBUTES:
            raise PageError(f"an element of more than {MOST_ATTRIBUTES} attributes")
        # Elsewhere the slash ends nothing.
        drawn = rest.endswith("/") and (opened["svg"] or opened["math"])
        if drawn or _UNPAIRED.fullmatch(name):
            continue
        if not end:
            opened[name] += 1
            total += 1
        elif opened[name]:
            opened[name] -= 1
            total -= 1
        if total > MOST_OPEN:
            raise PageError(f"more than {MOST_OPEN} elements open at once")


def _read(item: LexborNode, place: str, *, attribute: str = "") -> str:
    """The text at ``place`` (``selector``, ``selector@attribute``, ``@attribute`` of the item), if any."""
    if not place:
        return ""
    selector, _, named = place.partition("@")
    node = item.css_first(selector.strip()) if selector.strip() else item
    if node is None:
        return ""
    wanted = named.strip() or attribute
    if wanted:
        return (node.attributes.get(wanted) or "")[:MOST_CHARACTERS]
    return str(node.text(separator=" ", strip=True))[:MOST_CHARACTERS]
