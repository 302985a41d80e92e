"""The shape of an answer: enough to see that another page came, too little to mind what is new on it."""

import html
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from probes.instrument.secrecy.scrubbing import Scrub, scrubbed
from probes.network.exchange import Reply

_SEARCHED = 65_536  # characters of a page in which its title is looked for
_MOST_HEADING = 80
_MOST_KEYS = 12
_MOST_KIND, _MOST_KEPT = 60, 1000
_STATES = ("status", "state", "health", "result", "ok")
# Looking on for an end that never comes would take the square of the length.
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,1000})", re.IGNORECASE)
# Numbers, and the names of days and months, change without a change of the page.
_CHANGING = re.compile(
    r"\d+|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|星期[一二三四五六日天]|周[一二三四五六日]"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
# Pages grow and shrink by news and banners; another page is of another size, or empty. The characters that
# are added keep short answers from differing by a word.
_RATIO, _SMALL = 6.0, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class PageShape:
    """Media type, heading and length in characters of an answer.

    The heading is a page's title, the keys of a JSON object with its state, or a text that is one short line;
    numbers in it are written as ``#``. None stands for one that changes from answer to answer.
    """

    kind: str
    heading: str | None
    length: int

    def fits(self, seen: "PageShape") -> bool:
        """Whether ``seen`` may be the same page."""
        return not difference(self, seen)


def shape_of(reply: Reply, scrub: Scrub = scrubbed) -> PageShape:
    """The shape of an answer, without what ``scrub`` cuts; reading it never fails."""
    kind = scrub(reply.headers.get("content-type", "").partition(";")[0].strip()[:_MOST_KIND]).lower()
    text = reply.text
    return PageShape(kind=kind, heading=_plain(scrub(_heading(text))), length=len(text.strip()))


def difference(usual: PageShape, seen: PageShape) -> str:
    """How an answer differs from a usual one, in words; "" where it does not."""
    if usual.kind != seen.kind:
        return f"type was {usual.kind or 'not given'}, is {seen.kind or 'not given'}"
    if usual.length and not seen.length:
        return f"length was {usual.length}, is 0"
    if usual.heading is not None and usual.heading != seen.heading:
        return f"{_noun(usual)} was {usual.heading!r}, is {seen.heading!r}"
    ratio = (seen.length + _SMALL) / (usual.length + _SMALL)
    if ratio > _RATIO or ratio < 1 / _RATIO:
        return f"length was {usual.length}, is {seen.length}"
    return ""


def change_from(usual: Collection[PageShape], seen: PageShape) -> str:
    """How an answer differs from all that are usual, told by the first; "" where it is like one of them."""
    differences = [difference(shape, seen) for shape in usual]
    return differences[0] if differences and all(differences) else ""


def _noun(shape: PageShape) -> str:
    return "title" if "html" in shape.kind else "content"


def _heading(text: str) -> str:
    found = _TITLE.search(text[:_SEARCHED])
    if found:
        return html.unescape(found[1])
    stripped = text.strip()
    if stripped.startswith("{"):
        return _keys_of(stripped)
    return stripped if len(stripped) <= _MOST_HEADING and "\n" not in stripped else ""


def _keys_of(text: str) -> str:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return ", ".join(_entries(content)[:_MOST_KEYS])[:_MOST_KEPT] if isinstance(content, dict) else ""


def _entries(content: Mapping[str, Any]) -> list[str]:
    """The keys, and what those of them say that speak of the state."""
    return sorted(
        f"{key}: {value}" if key.lower() in _STATES and isinstance(value, str | bool) else str(key)
        for key, value in content.items()
    )


def _plain(text: str) -> str:
    return _CHANGING.sub("#", " ".join(text.split()))[:_MOST_HEADING]
