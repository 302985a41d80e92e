"""Reads posts from a list page by CSS selectors."""

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from probes.reports.sources import PageError, Places, RawPost


def raw_posts(places: Places, page: str) -> tuple[list[RawPost], str]:
    """The items of a page and the link to the next one; raises :class:`PageError` at a login wall or a bad
    selector."""
    tree = LexborHTMLParser(page)
    for noise in tree.css("script, style, template, noscript"):
        noise.decompose()
    try:
        items = tree.css(places.item)
        if not items and tree.css_first("input[type=password]") is not None:
            raise PageError("a login page instead of posts")
        posts = [
            RawPost(
                text=_read(item, places.text),
                time=_read(item, places.time),
                author=_read(item, places.author),
                link=_read(item, places.link, attribute="href"),
                id=_read(item, places.id),
            )
            for item in items
        ]
        root = tree.root
        return posts, _read(root, places.next, attribute="href") if root is not None else ""
    except (SelectolaxError, ValueError) as error:
        if isinstance(error, PageError):
            raise
        raise PageError(f"a selector is wrong: {error}") from error


def _read(item: LexborNode, place: str, *, attribute: str = "") -> str:
    """The text at ``place`` (``selector``, ``selector@attribute`` or ``@attribute`` of the item), or
    nothing."""
    if not place:
        return ""
    selector, _, named = place.partition("@")
    node = item.css_first(selector.strip()) if selector.strip() else item
    if node is None:
        return ""
    wanted = named.strip() or attribute
    if wanted:
        return node.attributes.get(wanted) or ""
    return str(node.text(separator=" ", strip=True))
