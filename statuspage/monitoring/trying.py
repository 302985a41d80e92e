"""Reads a source without storing anything: what would come of it, and what of it is not understood."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from probes.listening.fetching.fetch import FetchError, NotYetError
from probes.listening.privacy.posts import redacted
from probes.listening.reading.symptoms import read_text
from probes.listening.scrape import visit
from probes.listening.sources import PageError, ScrapedPost, SourceError
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.monitoring.models import Source
from statuspage.monitoring.sources import fetcher, page_reader
from statuspage.wording.active import said
from statuspage.wording.labels import PRODUCTS, SYMPTOMS

logger = logging.getLogger(__name__)

# Somebody waits for the answer, and one further page shows whether the next is found.
MOST_PAGES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedPost:
    """One post as it would be stored."""

    text: str
    published_at: datetime | None
    has_author: bool
    symptom: Symptom
    product: Product
    probability: float

    @property
    def symptom_word(self) -> str:
        """What it complains of, in the language of whoever tries."""
        return said(SYMPTOMS[self.symptom].say())

    @property
    def product_word(self) -> str:
        """What it is about, likewise."""
        return said(PRODUCTS[self.product].say())


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """``error`` says why nothing could be read at all, ``problems`` what of the rest was not understood.

    ``skipped`` counts the items of which no post would come.
    """

    posts: tuple[TriedPost, ...] = ()
    pages: int = 0
    skipped: int = 0
    problems: tuple[str, ...] = ()
    error: str = ""


def try_source(source: Source, *, now: datetime) -> Tried:
    """Visit ``source`` as a scraper would, its newest pages only; nothing is stored or noted."""
    try:
        spec = source.spec()
        brief = replace(spec, pages=min(spec.pages, MOST_PAGES))
        found = visit(brief, fetcher(), lambda ids: set(), read=page_reader().read, now=now)
    except (FetchError, NotYetError, PageError, SourceError) as error:
        return Tried(error=str(error))
    except Exception as error:
        # As when it is scraped: what nobody thought of is shown, too.
        logger.exception("%s: could not be tried", source.slug)
        return Tried(error=f"could not be read: {type(error).__name__}: {error}")
    return Tried(
        posts=tuple(_tried(post) for post in reversed(found.posts)),
        pages=found.pages,
        skipped=found.skipped,
        problems=found.problems,
    )


def _tried(post: ScrapedPost) -> TriedPost:
    text = redacted(post)
    reading = read_text(text)
    return TriedPost(
        text=text,
        published_at=post.published_at,
        has_author=bool(post.author),
        symptom=reading.symptom,
        product=reading.product,
        probability=reading.probability,
    )
