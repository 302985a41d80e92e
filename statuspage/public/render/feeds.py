"""Renders what was told as Atom, RSS and JSON Feed, in both languages, in the form that readers know.

The history has one entry for each story, which changes as the story goes on; many readers do not show what
they have shown before. So there is a second feed, of updates, each of which is an entry that stays as it is.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Any

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause
from statuspage.public.headers import Kind
from statuspage.public.read.values import Snapshot, UpdateView
from statuspage.public.render.drafts import Draft, Edition, Form
from statuspage.public.render.stories import ToldStory, newest_updates, stories_of
from statuspage.public.render.timelines import by_component
from statuspage.public.render.xml import writable
from statuspage.wording.causes import heading
from statuspage.wording.labels import status
from statuspage.wording.one_language import noted
from statuspage.wording.page import EACH_UPDATE, FEEDS, WHAT_TO_DO

ENTRIES, UPDATES = 25, 50
NEVER = datetime(2005, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed of stories: the folder of the page that shows the same, what it is about, and what is in it."""

    folder: str
    topic: Bilingual
    stories: tuple[ToldStory, ...]
    name: str = "history"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateFeed:
    """A feed of single updates, of which each says of what story it is one."""

    folder: str
    topic: Bilingual
    updates: tuple[tuple[ToldStory, UpdateView], ...]
    name: str = "updates"


AnyFeed = Feed | UpdateFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry in one language. No setting changes its ``id``."""

    id: str
    url: str
    title: str
    html: str
    published: datetime
    updated: datetime
    tags: tuple[str, ...]


def feed_drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """Feeds of everything, of each cause and of each component; they change only with their stories."""
    stories = stories_of(snapshot)
    for feed in _feeds(snapshot, stories):
        yield from _drafts(feed)
    pairs = newest_updates(stories, UPDATES)
    yield from _drafts(UpdateFeed(folder="", topic=EACH_UPDATE.say(), updates=pairs))


def _drafts(feed: AnyFeed) -> Iterator[Draft]:
    # Advice claims to know how things stand now.
    ages = isinstance(feed, Feed) and any(story.advice for story in feed.stories)
    for suffix, form in FORMS.items():
        yield Draft(path=f"{feed.folder}{feed.name}{suffix}", form=form, page=feed, ages=ages)


def _feeds(snapshot: Snapshot, stories: tuple[ToldStory, ...]) -> Iterator[Feed]:
    yield Feed(folder="", topic=NOTHING, stories=stories[:ENTRIES])
    for cause in Cause:
        of_cause = tuple(story for story in stories if story.cause is cause)[:ENTRIES]
        yield Feed(folder=f"timeline/{cause.value}/", topic=heading(cause.value), stories=of_cause)
    of_components = by_component(stories)
    for component in snapshot.components:
        of_component = tuple(of_components.get(component.slug, ())[:ENTRIES])
        yield Feed(folder=f"components/{component.slug}/", topic=component.name, stories=of_component)


def _title(feed: AnyFeed, edition: Edition) -> str:
    parts = (edition.site.name, feed.topic)
    return " · ".join(part.in_(edition.language.code) for part in parts if part)


def _address(edition: Edition, path: str) -> str:
    return edition.site.address(edition.language, path)


def _id(edition: Edition, name: str) -> str:
    return f"urn:uuid:{edition.site.lasting_id(name)}"


def _entries(feed: AnyFeed, edition: Edition) -> Iterator[FeedEntry]:
    if isinstance(feed, UpdateFeed):
        yield from (_of_update(story, update, edition) for story, update in feed.updates)
    else:
        yield from (_of_story(story, edition) for story in feed.stories)


def _of_story(story: ToldStory, edition: Edition) -> FeedEntry:
    code = edition.language.code
    return FeedEntry(
        id=_id(edition, story.name),
        url=_address(edition, story.path),
        title=noted(story.title, code),
        html="".join(_paragraph(update, code) for update in story.updates)
        + ("" if edition.aged else _advice(story, code)),
        published=story.created_at,
        updated=story.updated_at,
        tags=story.tags,
    )


def _of_update(story: ToldStory, update: UpdateView, edition: Edition) -> FeedEntry:
    code = edition.language.code
    return FeedEntry(
        id=_id(edition, f"{story.name}/{update.id}"),
        url=f"{_address(edition, story.path)}#u-{update.id}",
        title=f"{noted(story.title, code)} · {status(update.status).in_(code)}",
        html=_paragraph(update, code),
        published=update.at,
        updated=update.at,
        tags=story.tags[:1],
    )


class _Dated(SyndicationFeed):
    """A feed that was last changed when its entries were: one without any is the same at every moment."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else NEVER


class _Atom(_Dated, Atom1Feed):
    """Atom with the whole text of each entry, where Django writes a summary."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item | {"description": None})
        handler.addQuickElement("content", item["description"], {"type": "html"})


class _Rss(_Dated, Rss201rev2Feed):
    """RSS 2.0."""


def _xml(form: type[_Dated], feed: AnyFeed, edition: Edition) -> bytes:
    title = writable(_title(feed, edition))
    written = form(
        title=title,
        link=_address(edition, feed.folder),
        description=FEEDS.say().in_(edition.language.code),
        language=edition.language.tag,
        author_name=title,
        feed_url=_address(edition, edition.path),
        feed_guid=_id(edition, f"{edition.language.root}{feed.folder}{feed.name}"),
    )
    for entry in _entries(feed, edition):
        written.add_item(
            title=writable(entry.title),
            link=entry.url,
            description=writable(entry.html),
            pubdate=_second(entry.published),
            updateddate=_second(entry.updated),
            unique_id=entry.id,
            unique_id_is_permalink=False,
            categories=entry.tags[:1],
        )
    document = BytesIO()
    written.write(document, "utf-8")
    return document.getvalue()


def _json_feed(feed: AnyFeed, edition: Edition) -> bytes:
    """JSON Feed 1.1."""
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(feed, edition),
        "description": FEEDS.say().in_(edition.language.code),
        "home_page_url": _address(edition, feed.folder),
        "feed_url": _address(edition, edition.path),
        "language": edition.language.tag,
        "items": [
            {
                "id": entry.id,
                "url": entry.url,
                "title": entry.title,
                "content_html": entry.html,
                "date_published": _iso(entry.published),
                "date_modified": _iso(entry.updated),
                "tags": entry.tags,
            }
            for entry in _entries(feed, edition)
        ],
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _paragraph(update: UpdateView, language: str) -> str:
    return (
        f"<p><small>{_small_time(update.at)}</small><br>"
        f"<strong>{escape(status(update.status).in_(language))}</strong> - "
        f"{escape(noted(update.body, language))}</p>"
    )


def _advice(story: ToldStory, language: str) -> str:
    """What to do now, behind all that was told: programs look for the updates at the beginning."""
    if not story.advice:
        return ""
    lines = "".join(f"<li>{escape(line.in_(language))}</li>" for line in story.advice)
    return f"<p><strong>{escape(WHAT_TO_DO.say().in_(language))}</strong></p><ul>{lines}</ul>"


def _small_time(at: datetime) -> str:
    moment = at.astimezone(UTC)
    return (
        f"{moment:%b} <var data-var='date'>{moment:%d}</var>, <var data-var='time'>{moment:%H:%M}</var> UTC"
    )


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _iso(at: datetime) -> str:
    return _second(at).isoformat().replace("+00:00", "Z")


def _form(suffix: str, content_type: str, render: Callable[[AnyFeed, Edition], bytes]) -> Form:
    return Form(name=f"feed{suffix}", content_type=content_type, kind=Kind.FEED, render=render)


FORMS = {
    ".atom": _form(".atom", "application/atom+xml; charset=utf-8", partial(_xml, _Atom)),
    ".rss": _form(".rss", "application/rss+xml; charset=utf-8", partial(_xml, _Rss)),
    ".json": _form(".json", "application/feed+json; charset=utf-8", _json_feed),
}
