"""Reads a source of user posts and stores them as reports, without anything that names a person."""

import hmac
import logging
import re
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from probes.listening.fetching.fetch import Fetcher, FetchError
from probes.listening.privacy.redaction import CUT, redact
from probes.listening.reading.symptoms import read_text
from probes.listening.reposts import RepostIndex
from probes.listening.scrape import Visit, visit
from probes.listening.sources import PageError, ScrapedPost, SourceError, SourceSpec, source_spec
from probes.network.exchange import tls_context
from probes.vocabulary.symptoms import Product
from statuspage.monitoring.lateness import concluded_until, is_late
from statuspage.monitoring.models import Report, Source

logger = logging.getLogger(__name__)

FRESH = timedelta(minutes=15)  # a post that is older when first seen is history: it must not look like news
LONGEST_PAUSE = timedelta(hours=1)  # of our own choice
LONGEST_ASKED = timedelta(days=2)  # what a site asks for is heeded as far as this
JOINED_DAYS = 3
_NUMERIC_HOST = re.compile(r"[\d.]+|[\da-f:]*:[\da-f:.]*")
_POST_KEY = re.compile(r"(?<=[^/])/(?=[\w\-]*[a-zA-Z])[\w\-]{12,}(?=[/?#]|$)", re.ASCII)
OURS = (Product.FENFU, Product.WECHAT_PAY)
SHORTEST_NAME = 3  # characters of an author's name that are cut from the text wherever they stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Scraped:
    """What one visit to a source brought; ``error`` says why it failed, if it did."""

    source: str
    stored: int = 0
    seen: int = 0
    problems: tuple[str, ...] = ()
    unchanged: bool = False
    gap: bool = False  # there were more new posts than may be read in one visit: the oldest of them are lost
    error: str = ""


def spec_of(source: Source) -> SourceSpec:
    """How ``source`` is read; raises SourceError with every mistake in its row."""
    return source_spec(slug=source.slug, kind=source.kind, url=source.url, options=source.options)


@cache
def fetcher() -> Fetcher:
    """This process's visitor: it remembers robots.txt and when it asked which host last."""
    tls = tls_context(settings.PROBE_CA_BUNDLE)
    agent = f"Fogbreak/1 (+{settings.SITE_URL})"
    return Fetcher(agent=agent, private_hosts=settings.SCRAPE_PRIVATE_HOSTS, tls=tls)


def due_sources(*, now: datetime) -> list[int]:
    """Ids of the enabled sources whose interval has passed; they are claimed by noting the attempt."""
    claimed = []
    visited = Source.objects.exclude(kind=Source.Kind.HERE)
    for source in visited.filter(Q(not_before=None) | Q(not_before__lte=now), enabled=True):
        interval = timedelta(seconds=source.interval_seconds * settings.CHECK_INTERVAL_FACTOR)
        if source.last_attempt_at is not None and source.last_attempt_at + interval > now:
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
    except (FetchError, PageError, SourceError) as error:
        reason = str(error)
        asked_s = error.retry_after_s if isinstance(error, FetchError) else None
    except Exception as error:  # the web holds more than was thought of, and no source may fail unseen
        logger.exception("%s: could not be read", source.slug)
        reason, asked_s = f"could not be read: {type(error).__name__}: {error}", None
    _note_failure(source, reason, asked_s=asked_s, now=now)
    return Scraped(source=source.slug, error=reason)


def _scraped(source: Source, *, now: datetime) -> Scraped:
    found = visit(
        spec_of(source),
        fetcher(),
        lambda ids: _known(source, ids),
        now=now,
        etag=source.etag,
        last_modified=source.last_modified,
    )
    stored = store_posts(source=source, posts=found.posts, now=now)
    gap = found.cut_short and source.last_success_at is not None  # a first visit has nothing to reach back to
    if gap:
        logger.warning("%s: nothing known on %d pages, older new posts are lost", source.slug, found.pages)
    _note_success(source, found, gap=gap, now=now)
    return Scraped(
        source=source.slug,
        stored=stored,
        seen=found.seen,
        problems=found.problems,
        unchanged=found.unchanged,
        gap=gap,
    )


def store_posts(*, source: Source, posts: Sequence[ScrapedPost], now: datetime) -> int:
    """Store posts as reports, redacted, read and joined with their originals; gives how many are new."""
    if not posts:
        return 0
    with _memory.lock, transaction.atomic():
        _memory.catch_up(now)
        until = concluded_until()
        rows = [_row(source, post, now, until) for post in posts]
        originals = {row.external_id: _memory.original_of(row) for row in rows}
        before = Report.objects.filter(source=source).count()
        Report.objects.bulk_create(rows, ignore_conflicts=True)
        _join(source, {key: original for key, original in originals.items() if original})
        return Report.objects.filter(source=source).count() - before


def author_hash(*, source: str, author: str, now: datetime) -> str:
    """A name for an author that holds for a day and tells nothing: keyed, and another one tomorrow."""
    if not author:
        return ""
    message = f"{now:%Y-%m-%d}\0{source}\0{author}".encode("utf-8", "surrogatepass")
    return hmac.digest(f"author:{settings.SECRET_KEY}".encode(), message, "sha256").hex()[:16]


def post_key(*, source: Source, post: str) -> str:
    """The id under which a post is stored: keyed, as it may be made of what its author is called and says."""
    message = f"{source.slug}\0{post}".encode("utf-8", "surrogatepass")
    return hmac.digest(f"post:{settings.SECRET_KEY}".encode(), message, "sha256").hex()[:32]


class _Memory:
    """The index of reposts of this process, caught up from the table before each use."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._index = RepostIndex(window=timedelta(days=JOINED_DAYS))
        self._last_id = 0

    def catch_up(self, now: datetime) -> None:
        if self._last_id and not Report.objects.filter(pk=self._last_id).exists():
            self._index, self._last_id = RepostIndex(window=timedelta(days=JOINED_DAYS)), 0
        newer = Report.objects.filter(pk__gt=self._last_id, at__gt=now - timedelta(days=JOINED_DAYS))
        for row in newer.order_by("pk").iterator():
            self.original_of(row)
            self._last_id = row.pk

    def original_of(self, row: Report) -> str | None:
        key = f"{row.source_id}/{row.external_id}"
        original = self._index.original_of(key=key, text=row.text, author=row.author, at=row.at)
        return None if original == key else original


_memory = _Memory()


def _row(source: Source, post: ScrapedPost, now: datetime, until: datetime | None) -> Report:
    text = redacted(post)[:4000]
    reading = read_text(text)  # as it is stored, so that a replay of the stored text reads the same
    published = post.published_at
    at = published if published is not None and now - published > FRESH else now
    return Report(
        source=source,
        external_id=post_key(source=source, post=post.id),
        at=at,
        late=is_late(at, until),
        published_at=published,
        author=author_hash(source=source.slug, author=post.author, now=now),
        text=text,
        url=post.url if _names_nobody(post) else "",
        symptom=reading.symptom,
        product=reading.product,
        probability=round(reading.probability, 4),
    )


def redacted(post: ScrapedPost) -> str:
    """The text of a post without personal data, its author's name first of all."""
    text, name = post.text, post.author
    if read_text(name).product in OURS:  # who is called like the product is no person, and it must stay named
        return redact(text)
    if len(name) >= SHORTEST_NAME:
        text = re.sub(re.escape(name), CUT, text, flags=re.IGNORECASE)
    elif name:  # two characters may be any word, but not before what is said
        text = re.sub(rf"^{re.escape(name)}(?=\s*(?:[:：]|说|說))", CUT, text)
    return redact(text)


def _names_nobody(post: ScrapedPost) -> bool:
    """Whether the address of a post may be kept: a host that is a number and a key of the post's are no
    person's."""
    parts = urlsplit(post.url)
    host = parts.hostname or ""
    shown = post.url.replace(parts.netloc, "host.example", 1) if _NUMERIC_HOST.fullmatch(host) else post.url
    shown = _POST_KEY.sub("/key", shown)
    named = len(post.author) >= SHORTEST_NAME and post.author.lower() in unquote(post.url).lower()
    return not named and redact(shown) == shown


def _join(source: Source, originals: dict[str, str]) -> None:
    """Note on each row of ``originals`` the row that it repeats."""
    for external_id, original in originals.items():
        source_id, _, original_id = original.partition("/")
        first = Report.objects.filter(source_id=int(source_id), external_id=original_id).first()
        if first is not None:
            Report.objects.filter(source=source, external_id=external_id, repost_of=None).exclude(
                pk=first.pk
            ).update(repost_of=first)


def _known(source: Source, ids: Collection[str]) -> set[str]:
    posts = {post_key(source=source, post=post): post for post in ids}
    known = Report.objects.filter(source=source, external_id__in=posts).values_list("external_id", flat=True)
    return {posts[key] for key in known}


def _note_success(source: Source, found: Visit, *, gap: bool, now: datetime) -> None:
    problems = f"{len(found.problems)} not understood: {found.problems[0]}" if found.problems else ""
    if gap:
        told = f"a gap: nothing known on {found.pages} pages, and no more were read"
        problems = f"{told}; {problems}" if problems else told
    if found.unchanged and source.not_before is None:  # what was not understood then is not now either
        problems = source.last_error
    Source.objects.filter(pk=source.pk).update(
        last_attempt_at=now,
        last_success_at=now,
        last_error=problems[:300],
        not_before=None,
        etag=found.etag[:200],
        last_modified=found.last_modified[:100],
    )


def _note_failure(source: Source, reason: str, *, asked_s: float | None, now: datetime) -> None:
    """Pause for as long as the site asks, two days at most, else for half as long as it has been failing, an
    hour at most."""
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
