"""Tells the items of a page apart: by their id, else by their link, else by what stands in them."""

import re
from collections.abc import Callable, Iterable, Sequence

from probes.listening.sources import RawPost

# A time that is given as such; "five minutes ago" is another one at each visit.
_ABSOLUTE = re.compile(r"\d{4}")


class Identities:
    """What each item of one page is known by from visit to visit.

    An id or a link that items of different words share names none of them: taken for one, all but the first
    would be lost, and whatever comes later under it as well. ``problems`` says where that was so.
    """

    def __init__(self, items: Sequence[RawPost]) -> None:
        self._shared_ids = _shared(items, lambda item: item.id)
        self._shared_links = _shared([item for item in items if not self._id(item)], lambda item: item.link)
        self.problems = (
            *_told("id", self._shared_ids),
            *_told("link", self._shared_links),
        )

    def of(self, item: RawPost) -> str:
        """The text by which ``item`` is known again."""
        link = item.link if item.link not in self._shared_links else ""
        return self._id(item) or link or _content(item)

    def _id(self, item: RawPost) -> str:
        return item.id if item.id not in self._shared_ids else ""


def _shared(items: Iterable[RawPost], name_of: Callable[[RawPost], str]) -> frozenset[str]:
    """The names that items of different words have in common."""
    words: dict[str, tuple[str, str]] = {}
    shared = set()
    for item in items:
        name, content = name_of(item), (item.author, item.text)
        if name and words.setdefault(name, content) != content:
            shared.add(name)
    return frozenset(shared)


def _told(what: str, shared: frozenset[str]) -> tuple[str, ...]:
    return tuple(
        f"the {what} {name[:60]!r} is that of different items: they are told apart by their words"
        for name in sorted(shared)
    )


def _content(item: RawPost) -> str:
    """Author and words; the same words at another time are another post."""
    parts = [item.author, item.text]
    if _ABSOLUTE.search(item.time):
        parts.append(item.time)
    return "\n".join(parts)
