"""One visit to a source: from the newest page back to what is known, so that a gap loses nothing."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from probes.listening.fetching.fetch import Fetcher, FetchError
from probes.listening.pages.pages import read_page
from probes.listening.sources import PageError, PostsPage, ScrapedPost, SourceSpec


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
    now: datetime,
    etag: str = "",
    last_modified: str = "",
) -> Visit:
    """Read ``spec`` at ``now``; ``known`` says which of some post ids are stored already.

    Pages are read on until the last post of one is known (a pinned post at the top does not end it) or the
    source's limit is reached. Raises FetchError and PageError where the first page fails, and FetchError
    where a later one fails for now: what lies behind it would be lost if the next visit found the newer
    known. Where it fails for good, what was read counts, and the visit is cut short.
    """
    first = fetcher.get(spec.url, etag=etag, last_modified=last_modified, delay_s=spec.delay_seconds)
    if first.body is None:
        return Visit(unchanged=True, etag=etag, last_modified=last_modified)
    page = read_page(spec, first.body, content_type=first.content_type, url=first.url, now=now)
    pages, problems = [page], list(page.problems)
    visited, cut_short = {spec.url, first.url}, False
    while len(pages) < spec.pages and _goes_on(pages[-1], known) and pages[-1].next_url not in visited:
        visited.add(pages[-1].next_url)
        try:
            pages.append(_next_page(spec, fetcher, pages[-1].next_url, now))
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


def _next_page(spec: SourceSpec, fetcher: Fetcher, url: str, now: datetime) -> PostsPage:
    found = fetcher.get(url, delay_s=spec.delay_seconds)
    return read_page(spec, found.body or b"", content_type=found.content_type, url=found.url, now=now)
