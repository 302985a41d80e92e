"""Reads a source of user posts and stores them as reports, without anything that names a person."""

import atexit
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from probes.listening.fetching.fetch import Fetcher, FetchError, NotYetError
from probes.listening.pages.apart import PageReader
from probes.listening.privacy.posts import kept, post_key
from probes.listening.reading.symptoms import read_text
from probes.listening.scrape import Visit, visit
from probes.listening.sources import PageError, ScrapedPost, SourceError
from probes.network.exchange import tls_context
from statuspage.monitoring.lateness import concluded_until, is_late
from statuspage.monitoring.models import Report, Source
from statuspage.monitoring.reposts import MEMORY, join_reposts
from statuspage.monitoring.selectors import interval_of, visited_sources
from statuspage.monitoring.voices import recount

logger = logging.getLogger(__name__)

# A post that is older when first seen is history: it must not look like news.
FRESH = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=1)  # of our own choice
LONGEST_ASKED = timedelta(days=2)  # what a site asks for is heeded as far as this


@dataclass(frozen=True, slots=True, kw_only=True)
class Scraped:
    """What one visit to a source brought; ``error`` says why it failed, if it did."""

    source: str
    stored: int = 0
    seen: int = 0
    skipped: int = 0
    problems: tuple[str, ...] = ()
    unchanged: bool = False
    # There were more new posts than may be read in one visit: the oldest of them are lost.
    gap: bool = False
    error: str = ""


@cache
def fetcher() -> Fetcher:
    """This process's visitor: it remembers robots.txt and when it asked which host last."""
    tls = tls_context(settings.PROBE_CA_BUNDLE)
    agent = f"Fogbreak/1 (+{settings.SITE_URL})"
    return Fetcher(agent=agent, private_hosts=settings.SCRAPE_PRIVATE_HOSTS, tls=tls)


@cache
def page_reader() -> PageReader:
    """Who reads this process's pages."""
    reader = PageReader()
    atexit.register(reader.close)
    return reader


def due_sources(*, now: datetime) -> list[int]:
    """Ids of the enabled sources whose interval has passed; they are claimed by noting the attempt."""
    claimed = []
    for source in visited_sources().filter(Q(not_before=None) | Q(not_before__lte=now), enabled=True):
        if source.last_attempt_at is not None and source.last_attempt_at + interval_of(source) > now:
            continue
        unclaimed = Source.objects.filter(pk=source.pk, last_attempt_at=source.last_attempt_at)
        if unclaimed.update(last_attempt_at=now):
            claimed.append(source.pk)
    return claimed


def scrape_source(*, source_id: int, now: datetime) -> Scraped:
    """Visit a source and store what is new; a failure is noted on the source with a pause.

    A post that is edited or deleted later stays as it was first read: it has been judged as that.
    """
    source = Source.objects.get(pk=source_id)
    try:
        return _scraped(source, now=now)
    except NotYetError as error:
        Source.objects.filter(pk=source.pk).update(not_before=now + timedelta(seconds=error.wait_s))
        return Scraped(source=source.slug)
    except (FetchError, PageError, SourceError) as error:
        reason = str(error)
        asked_s = error.retry_after_s if isinstance(error, FetchError) else None
    except Exception as error:
        # The web holds more than was thought of, and no source may fail unseen.
        logger.exception("%s: could not be read", source.slug)
        reason, asked_s = f"could not be read: {type(error).__name__}: {error}", None
    _note_failure(source, reason, asked_s=asked_s, now=now)
    return Scraped(source=source.slug, error=reason)


def _scraped(source: Source, *, now: datetime) -> Scraped:
    found = visit(
        source.spec(),
        fetcher(),
        lambda ids: _known(source, ids),
        read=page_reader().read,
        now=now,
        etag=source.etag,
        last_modified=source.last_modified,
    )
    stored = store_posts(source=source, posts=found.posts, now=now)
    # A first visit has nothing to reach back to.
    gap = found.cut_short and source.last_success_at is not None
    if gap:
        logger.warning("%s: nothing known on %d pages, older new posts are lost", source.slug, found.pages)
    _note_success(source, found, gap=gap, now=now)
    return Scraped(
        source=source.slug,
        stored=stored,
        seen=found.seen,
        skipped=found.skipped,
        problems=found.problems,
        unchanged=found.unchanged,
        gap=gap,
    )


def store_posts(*, source: Source, posts: Sequence[ScrapedPost], now: datetime) -> int:
    """Store posts as reports, redacted, read and joined with their originals; gives how many are new."""
    if not posts:
        return 0
    with MEMORY.lock, transaction.atomic():
        MEMORY.catch_up(now)
        until = concluded_until()
        rows = [_row(source, post, now, until) for post in posts]
        originals = {row.external_id: MEMORY.original_of(row) for row in rows}
        before = Report.objects.filter(source=source).count()
        Report.objects.bulk_create(rows, ignore_conflicts=True)
        join_reposts(source, originals)
        touched = Report.objects.filter(source=source, external_id__in=originals)
        recount(touched.values_list("at", flat=True), now=now)
        return Report.objects.filter(source=source).count() - before


def _row(source: Source, post: ScrapedPost, now: datetime, until: datetime | None) -> Report:
    stored = kept(post, source=source.slug, secret=settings.SECRET_KEY, now=now)
    # As it is stored, so that a replay of the stored text reads the same.
    reading = read_text(stored.text)
    published = post.published_at
    at = published if published is not None and now - published > FRESH else now
    return Report(
        source=source,
        external_id=stored.key,
        at=at,
        late=is_late(at, until),
        published_at=published,
        author=stored.author,
        text=stored.text,
        url=stored.url,
        symptom=reading.symptom,
        product=reading.product,
        probability=round(reading.probability, 4),
    )


def _known(source: Source, ids: Collection[str]) -> set[str]:
    posts = {post_key(source=source.slug, post=post, secret=settings.SECRET_KEY): post for post in ids}
    known = Report.objects.filter(source=source, external_id__in=posts).values_list("external_id", flat=True)
    return {posts[key] for key in known}


def _note_success(source: Source, found: Visit, *, gap: bool, now: datetime) -> None:
    problems = f"{len(found.problems)} not understood: {found.problems[0]}" if found.problems else ""
    if found.skipped:
        problems = f"{found.skipped} items skipped; {problems}"
    if gap:
        told = f"a gap: nothing known on {found.pages} pages, and no more were read"
        problems = f"{told}; {problems}" if problems else told
    # What was not understood then is not now either.
    if found.unchanged and source.not_before is None:
        problems = source.last_error
    Source.objects.filter(pk=source.pk).update(
        last_attempt_at=now,
        last_success_at=now,
        last_error=problems[:300],
        skipped_items=F("skipped_items") + found.skipped,
        not_before=None,
        etag=found.etag[:200],
        last_modified=found.last_modified[:100],
    )


def _note_failure(source: Source, reason: str, *, asked_s: float | None, now: datetime) -> None:
    """Pause for as long as the site asks, two days at most, else half its failing time, an hour at most."""
    interval = timedelta(seconds=source.interval_seconds)
    failing = (now - source.last_success_at) / 2 if source.last_success_at else interval
    pause = min(max(interval, failing), LONGEST_PAUSE)
    if asked_s is not None:
        pause = min(timedelta(seconds=asked_s), LONGEST_ASKED)
    Source.objects.filter(pk=source.pk).update(
        last_attempt_at=now,
        last_error=reason.replace("\0", " ")[:300],
        not_before=now + pause,
    )
