"""One visit to a source: from the newest page back to what is known, so that a gap loses nothing."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from probes.listening.fetching.fetch import Fetched, Fetcher, FetchError, NotYetError
from probes.listening.sources import PageError, PostsPage, ScrapedPost, SourceSpec

# A thread that reads one source is not there for the others.
MOST_VISIT_SECONDS = 30.0


class ReadPage(Protocol):
    """How a page becomes posts; raises :class:`PageError` where it does not."""

    def __call__(
        self, spec: SourceSpec, body: bytes, *, content_type: str, url: str, now: datetime
    ) -> PostsPage: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What one visit brought: new posts, oldest first, and what the next request may be conditional on.

    ``seen`` counts the posts on the pages that were read, known ones among them. ``cut_short`` says that
    nothing known had been reached where the source's limit of pages was: what lies between is lost.
    ``skipped`` counts the items of which no post came.
    """

    posts: tuple[ScrapedPost, ...] = ()
    seen: int = 0
    pages: int = 0
    skipped: int = 0
    problems: tuple[str, ...] = ()
    unchanged: bool = False
    cut_short: bool = False
    etag: str = ""
    last_modified: str = ""


def visit(
    spec: SourceSpec,
    fetcher: Fetcher,
    known: Callable[[Collection[str]], set[str]],
    *,
    read: ReadPage,
    now: datetime,
    etag: str = "",
    last_modified: str = "",
) -> Visit:
    """Read ``spec`` at ``now``; ``known`` says which of some post ids are stored already.

    Pages are read on until the last post of one is known (a pinned post at the top does not end it) or the
    source's limit is reached. Raises FetchError and PageError where the first page fails, and FetchError
    where a later one fails for now: what lies behind it would be lost if the next visit found the newer
    known. Where it fails for good, what was read counts, and the visit is cut short. Where it would have to
    wait for its turn, or lasts too long, NotYetError says when to go on: it begins with what was fetched.
    """
    began = time.monotonic()
    first = fetcher.get(spec.url, etag=etag, last_modified=last_modified, delay_s=spec.delay_seconds)
    if first.body is None:
        return Visit(unchanged=True, etag=etag, last_modified=last_modified)
    fetched = {spec.url: first}

    def page_of(found: Fetched) -> PostsPage:
        return read(spec, found.body or b"", content_type=found.content_type, url=found.url, now=now)

    pages = [page_of(first)]
    problems = list(pages[0].problems)
    visited, cut_short = {spec.url, first.url}, False
    while len(pages) < spec.pages and _goes_on(pages[-1], known) and pages[-1].next_url not in visited:
        url = pages[-1].next_url
        visited.add(url)
        try:
            if time.monotonic() - began > MOST_VISIT_SECONDS:
                raise NotYetError(0.0)
            fetched[url] = fetcher.get(url, delay_s=spec.delay_seconds)
            pages.append(page_of(fetched[url]))
        except NotYetError:
            fetcher.keep(fetched)
            raise
        except (FetchError, PageError) as error:
            if isinstance(error, FetchError) and not error.permanent:
                raise
            problems.append(f"page {len(pages) + 1}: {error}")
            cut_short = True
            break
        problems += [f"page {len(pages)}: {problem}" for problem in pages[-1].problems]
    else:
        cut_short = _goes_on(pages[-1], known) and pages[-1].next_url not in visited
    fresh = {post.id: post for shown in pages for post in shown.posts}
    stored = known(fresh.keys())
    return Visit(
        posts=tuple(post for key, post in reversed(fresh.items()) if key not in stored),
        seen=len(fresh),
        pages=len(pages),
        skipped=sum(shown.skipped for shown in pages),
        problems=tuple(problems),
        cut_short=cut_short,
        etag=first.etag,
        last_modified=first.last_modified,
    )


def _goes_on(page: PostsPage, known: Callable[[Collection[str]], set[str]]) -> bool:
    return bool(page.next_url and page.posts) and not known([page.posts[-1].id])
