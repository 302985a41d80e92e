"""Reads posts from a page of any form; a page that is not what it should be is an error, never empty."""

import logging
import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from urllib.parse import urljoin, urlsplit

from probes.listening.pages import page_feed, page_html, page_json
from probes.listening.pages.identities import Identities
from probes.listening.pages.times import read_time
from probes.listening.sources import (
    LONGEST_POST,
    MOST_ITEMS,
    PageError,
    PageKind,
    PostsPage,
    RawPost,
    ScrapedPost,
    SourceSpec,
)
from probes.network.charsets import decode
from probes.network.names import wire_url

logger = logging.getLogger(__name__)

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NO_CHARACTER = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
_READERS = {
    PageKind.HTML: page_html.raw_posts,
    PageKind.JSON: page_json.raw_posts,
    PageKind.RSS: page_feed.raw_posts,
}


def read_page(spec: SourceSpec, body: bytes, *, content_type: str, url: str, now: datetime) -> PostsPage:
    """The posts of one fetched page; raises :class:`PageError` where there is nothing to read in it.

    An item that cannot be read costs itself only; what was skipped is counted and said.
    """
    text = decode(body, content_type)
    if not text.strip():
        raise PageError("an empty page")
    raw = _READERS[spec.kind](spec.places, text)
    if not raw.items and not spec.may_be_empty:
        raise PageError(
            f"no element matches {spec.places.item!r}" if spec.places.item else "no entry in the feed"
        )
    items = [_cleaned(item, url) for item in raw.items]
    posts, problems = _posts(spec, items, now=now)
    if items and not posts:
        raise PageError(f"nothing of {len(items)} items was understood: {problems[0]}")
    if raw.beyond:
        problems += (f"more than {MOST_ITEMS} items: only the first were read",)
    once: dict[str, ScrapedPost] = {}
    for post in posts:
        once.setdefault(post.id, post)
    return PostsPage(
        posts=tuple(once.values()),
        problems=(*raw.mended, *problems),
        skipped=raw.beyond + len(raw.items) - len(posts),
        next_url=_next_url(url, raw.next_link),
    )


def _cleaned(item: RawPost, url: str) -> RawPost:
    """An item without characters that no database stores or that are none; its link is whole or empty."""
    return RawPost(
        text=" ".join(_plain(item.text).split())[:LONGEST_POST],
        time=_plain(item.time).strip(),
        author=_plain(item.author).strip(),
        link=_followed(url, _plain(item.link)),
        id=_plain(item.id).strip(),
    )


def _plain(text: str) -> str:
    """Halves of an emoji that belong together become one; what is no character becomes a replacement."""
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _NO_CHARACTER.sub("\ufffd", _CONTROL.sub(" ", text))


def _posts(
    spec: SourceSpec, items: Sequence[RawPost], *, now: datetime
) -> tuple[list[ScrapedPost], tuple[str, ...]]:
    """A post of each item that has a text, and what was not understood."""
    posts: list[ScrapedPost] = []
    identities = Identities(items)
    problems = list(identities.problems)
    for number, item in enumerate(items, start=1):
        try:
            post, problem = _post(spec, item, identities.of(item), now=now)
        except Exception as error:
            # The web holds more than was thought of; whatever this item is, the others are read.
            logger.exception("%s: an item could not be read", spec.slug)
            post, problem = None, f"could not be read: {type(error).__name__}"
        if problem:
            problems.append(f"item {number}: {problem}")
        if post is not None:
            posts.append(post)
    return posts, tuple(problems)


def _post(spec: SourceSpec, item: RawPost, identity: str, *, now: datetime) -> tuple[ScrapedPost | None, str]:
    if not item.text:
        return None, "no text"
    published = read_time(item.time, now=now, zone=spec.zone) if item.time else None
    missed = published is None and (item.time or spec.places.time)
    key = sha256(identity.encode()).hexdigest()[:32]
    post = ScrapedPost(id=key, text=item.text, author=item.author, published_at=published, url=item.link)
    return post, f"time {item.time[:40]!r} not understood" if missed else ""


def _followed(base: str, link: str) -> str:
    """``link`` as an absolute web address, or nothing."""
    if not link.strip():
        return ""
    try:
        whole = urljoin(base, link.strip())
        return whole if urlsplit(whole).scheme in {"http", "https"} and len(whole) <= 500 else ""
    except ValueError:
        return ""


def _next_url(base: str, link: str) -> str:
    """As :func:`_followed`, spelled as it is asked for, so that a page is known again by its address."""
    link = _followed(base, link)
    try:
        return wire_url(link) if link else ""
    except ValueError:
        return ""
