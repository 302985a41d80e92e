"""Renders the history as Atom, RSS and JSON Feed, in both languages, in the form that readers know."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator

from probes.vocabulary.causes import Cause
from statuspage.public.headers import Kind
from statuspage.public.read.values import IncidentView, Snapshot
from statuspage.public.render.drafts import Draft, key_of, mark_of
from statuspage.public.render.pages import LANGUAGES, by_component
from statuspage.public.render.pieces import PIECES
from statuspage.wording.causes import heading
from statuspage.wording.labels import status
from statuspage.wording.page import FEEDS

ENTRIES = 25
ATOM = "application/atom+xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
NEVER = datetime(2005, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One feed: what it is called in its language, where it lies and what is in it. ``root`` is / or /en/."""

    root: str
    folder: str
    topic: str
    incidents: tuple[IncidentView, ...]

    @property
    def page(self) -> str:
        """The address of the page that shows the same."""
        return f"{settings.SITE_URL}{self.root}{self.folder}"

    @property
    def language(self) -> str:
        return "zh-Hans" if self.root == "/" else "en"

    @property
    def title(self) -> str:
        site: str = settings.SITE_NAME_ZH if self.root == "/" else settings.SITE_NAME_EN
        return f"{site} · {self.topic}" if self.topic else site


def feed_drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """Feeds of everything, of each cause and of each component; they change only with their incidents."""
    for language, root in LANGUAGES.items():
        for feed in _feeds(snapshot, language, root):
            key = key_of(feed.title, feed.page, [mark_of(incident) for incident in feed.incidents])
            for name, (content_type, make) in FORMS.items():
                yield Draft(
                    path=f"{root}{feed.folder}{name}",
                    content_type=content_type,
                    key=key,
                    kind=Kind.FEED,
                    make=partial(make, feed),
                )


def _feeds(snapshot: Snapshot, language: str, root: str) -> Iterator[Feed]:
    newest = snapshot.incidents
    yield Feed(root=root, folder="", topic="", incidents=newest[:ENTRIES])
    for cause in Cause:
        of_cause = tuple(incident for incident in newest if incident.cause is cause)[:ENTRIES]
        topic = heading(cause.value).in_(language)
        yield Feed(root=root, folder=f"timeline/{cause.value}/", topic=topic, incidents=of_cause)
    of_components = by_component(newest)
    for component in snapshot.components:
        of_component = of_components.get(component.slug, [])[:ENTRIES]
        yield Feed(
            root=root,
            folder=f"components/{component.slug}/",
            topic=component.name.in_(language),
            incidents=tuple(of_component),
        )


def _feed_id(suffix: str) -> str:
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2005:{suffix}"


def _url(feed: Feed, incident: IncidentView) -> str:
    return f"{settings.SITE_URL}{feed.root}incidents/{incident.id}/"


class _Dated(SyndicationFeed):
    """A feed that was last changed when its incidents were: one without any is the same at every moment."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else NEVER


class _Atom(_Dated, Atom1Feed):
    """Atom with the whole text of each entry, where Django writes a summary."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item | {"description": None})
        handler.addQuickElement("content", item["description"], {"type": "html"})


class _Rss(_Dated, Rss201rev2Feed):
    """RSS 2.0."""


def _xml(form: type[_Dated], name: str, feed: Feed) -> bytes:
    written = form(
        title=_writable(feed.title),
        link=feed.page,
        description=FEEDS.say().in_(feed.language),
        language=feed.language,
        author_name=_writable(feed.title),
        feed_url=f"{feed.page}{name}",
        feed_guid=_feed_id(f"{feed.root}{feed.folder}history"),
    )
    for incident in feed.incidents:
        written.add_item(
            title=_writable(incident.title.in_(feed.language)),
            link=_url(feed, incident),
            description=_writable(content(incident, feed.language)),
            pubdate=_second(incident.created_at),
            updateddate=_second(incident.updated_at),
            unique_id=_feed_id(f"Incident/{incident.id}"),
            unique_id_is_permalink=False,
            categories=[incident.cause.value],
        )
    document = BytesIO()
    written.write(document, "utf-8")
    return document.getvalue()


def _json_feed(feed: Feed) -> bytes:
    """JSON Feed 1.1."""
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": FEEDS.say().in_(feed.language),
        "home_page_url": feed.page,
        "feed_url": f"{feed.page}history.json",
        "language": feed.language,
        "items": [
            {
                "id": _feed_id(f"Incident/{incident.id}"),
                "url": _url(feed, incident),
                "title": incident.title.in_(feed.language),
                "content_html": content(incident, feed.language),
                "date_published": _iso(incident.created_at),
                "date_modified": _iso(incident.updated_at),
                "tags": [incident.cause.value, incident.certainty.value],
            }
            for incident in feed.incidents
        ],
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def content(incident: IncidentView, language: str) -> str:
    """The updates as HTML, newest first."""
    return PIECES.get(("feed", language, mark_of(incident)), partial(_content, incident, language))


def _content(incident: IncidentView, language: str) -> str:
    return "".join(
        f"<p><small>{_small_time(update.at)}</small><br>"
        f"<strong>{escape(status(update.status).in_(language))}</strong> - "
        f"{escape(update.body.in_(language))}</p>"
        for update in incident.updates
    )


def _small_time(at: datetime) -> str:
    moment = at.astimezone(UTC)
    return (
        f"{moment:%b} <var data-var='date'>{moment:%d}</var>, <var data-var='time'>{moment:%H:%M}</var> UTC"
    )


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _iso(at: datetime) -> str:
    return _second(at).isoformat().replace("+00:00", "Z")


def _writable(text: str) -> str:
    """``text`` without control characters, which XML has no way to write."""
    return "".join(character for character in text if character >= " " or character in "\n\t")


FORMS: dict[str, tuple[str, Callable[[Feed], bytes]]] = {
    "history.atom": (ATOM, partial(_xml, _Atom, "history.atom")),
    "history.rss": (RSS, partial(_xml, _Rss, "history.rss")),
    "history.json": (JSON_FEED, _json_feed),
}
