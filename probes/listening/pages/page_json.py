"""Reads posts from JSON by dotted paths."""

import json
from typing import Any

from probes.listening.pages.page_feed import without_markup
from probes.listening.sources import MOST_ITEMS, PageError, Places, RawPage, RawPost


def raw_posts(places: Places, page: str) -> RawPage:
    """The items of a page and the link to the next; :class:`PageError` where it has another shape.

    The standard library's parser, since msgspec's refuses the whole page for half an emoji in one string.
    """
    try:
        document = json.loads(page.lstrip("\ufeff"), strict=False)
    except (ValueError, RecursionError) as error:
        what = "a web page instead of JSON" if page.lstrip().startswith("<") else f"no JSON: {error}"
        raise PageError(what) from error
    items = _at(document, places.item)
    if not isinstance(items, list):
        raise PageError(f"no list at {places.item!r}")
    posts = tuple(
        RawPost(
            text=without_markup(_text(item, places.text)),
            time=_text(item, places.time),
            author=_text(item, places.author),
            link=_text(item, places.link),
            id=_text(item, places.id),
        )
        for item in items[:MOST_ITEMS]
    )
    beyond = max(0, len(items) - MOST_ITEMS)
    return RawPage(items=posts, beyond=beyond, next_link=_text(document, places.next))


def _at(value: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _text(value: Any, path: str) -> str:
    found = _at(value, path) if path else ""
    return str(found) if isinstance(found, str | int | float) and not isinstance(found, bool) else ""
