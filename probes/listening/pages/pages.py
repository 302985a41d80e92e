"""Reads posts from a page of any form; a page that is not what it should be is an error, never empty."""

import re
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from urllib.parse import urljoin, urlsplit

from probes.listening.fetching.urls import wire_url
from probes.listening.pages import page_feed, page_html, page_json
from probes.listening.pages.times import read_time
from probes.listening.sources import (
    LONGEST_POST,
    PageError,
    PageKind,
    PostsPage,
    RawPost,
    ScrapedPost,
    SourceSpec,
)
from probes.network.charsets import decode

MOST_POSTS = page_html.MOST_ITEMS
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # which no database stores and no reader needs
_READERS = {
    PageKind.HTML: page_html.raw_posts,
    PageKind.JSON: page_json.raw_posts,
    PageKind.RSS: page_feed.raw_posts,
}


def read_page(spec: SourceSpec, body: bytes, *, content_type: str, url: str, now: datetime) -> PostsPage:
    """The posts of one fetched page; raises :class:`PageError` where there is nothing to read in it."""
    text = decode(body, content_type)
    if not text.strip():
        raise PageError("an empty page")
    raw, next_link = _READERS[spec.kind](spec.places, text)
    if not raw and not spec.may_be_empty:
        raise PageError(
            f"no element matches {spec.places.item!r}" if spec.places.item else "no entry in the feed"
        )
    posts, problems = _posts(spec, raw, url=url, now=now)
    if raw and not posts:
        raise PageError(f"nothing of {len(raw)} items was understood: {problems[0]}")
    return PostsPage(posts=posts, problems=problems, next_url=_next_url(url, next_link))


def _posts(
    spec: SourceSpec, raw: Sequence[RawPost], *, url: str, now: datetime
) -> tuple[tuple[ScrapedPost, ...], tuple[str, ...]]:
    posts: dict[str, ScrapedPost] = {}
    problems: list[str] = []
    for number, item in enumerate(raw[:MOST_POSTS], start=1):
        text = " ".join(_CONTROL.sub(" ", item.text).split())[:LONGEST_POST]
        if not text:
            problems.append(f"item {number}: no text")
            continue
        published = read_time(item.time, now=now, zone=spec.zone) if item.time.strip() else None
        if published is None and (item.time.strip() or spec.places.time):
            problems.append(f"item {number}: time {item.time.strip()[:40]!r} not understood")
        link = _followed(url, item.link)
        identity = item.id.strip() or link or "\n".join((item.author.strip(), text))
        key = sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        posts.setdefault(
            key, ScrapedPost(id=key, text=text, author=item.author.strip(), published_at=published, url=link)
        )
    if len(raw) > MOST_POSTS:
        problems.append(f"more than {MOST_POSTS} items: only the first were read")
    return tuple(posts.values()), tuple(problems)


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
