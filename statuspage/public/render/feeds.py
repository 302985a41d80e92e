"""Renders the history as Atom, RSS and JSON Feed, in both languages, in the form that readers know."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause
from statuspage.public.headers import Kind
from statuspage.public.read.values import IncidentView, Snapshot
from statuspage.public.render.drafts import Draft, Edition, Form
from statuspage.public.render.timelines import by_component
from statuspage.public.render.xml import writable
from statuspage.wording.causes import heading
from statuspage.wording.labels import status
from statuspage.wording.page import FEEDS

ENTRIES = 25
NEVER = datetime(2005, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One feed: the folder of the page that shows the same, what it is about, and what is in it."""

    folder: str
    topic: Bilingual
    incidents: tuple[IncidentView, ...]


def feed_drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """Feeds of everything, of each cause and of each component; they change only with their incidents."""
    for feed in _feeds(snapshot):
        for form in FORMS:
            yield Draft(path=f"{feed.folder}{form.name}", form=form, page=feed)


def _feeds(snapshot: Snapshot) -> Iterator[Feed]:
    newest = snapshot.incidents
    yield Feed(folder="", topic=NOTHING, incidents=newest[:ENTRIES])
    for cause in Cause:
        of_cause = tuple(incident for incident in newest if incident.cause is cause)[:ENTRIES]
        yield Feed(folder=f"timeline/{cause.value}/", topic=heading(cause.value), incidents=of_cause)
    of_components = by_component(newest)
    for component in snapshot.components:
        of_component = tuple(of_components.get(component.slug, ())[:ENTRIES])
        yield Feed(folder=f"components/{component.slug}/", topic=component.name, incidents=of_component)


def _title(feed: Feed, edition: Edition) -> str:
    parts = (edition.site.name, feed.topic)
    return " · ".join(part.in_(edition.language.code) for part in parts if part)


def _address(edition: Edition, path: str) -> str:
    return edition.site.address(edition.language, path)


def _feed_id(edition: Edition, suffix: str) -> str:
    return f"tag:{urlsplit(edition.site.url).hostname},2005:{suffix}"


def _url(incident: IncidentView, edition: Edition) -> str:
    return _address(edition, f"incidents/{incident.id}/")


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


def _xml(form: type[_Dated], feed: Feed, edition: Edition) -> bytes:
    code, title = edition.language.code, writable(_title(feed, edition))
    written = form(
        title=title,
        link=_address(edition, feed.folder),
        description=FEEDS.say().in_(code),
        language=edition.language.tag,
        author_name=title,
        feed_url=_address(edition, edition.path),
        feed_guid=_feed_id(edition, f"{edition.language.root}{feed.folder}history"),
    )
    for incident in feed.incidents:
        written.add_item(
            title=writable(incident.title.in_(code)),
            link=_url(incident, edition),
            description=writable(content(incident, code)),
            pubdate=_second(incident.created_at),
            updateddate=_second(incident.updated_at),
            unique_id=_feed_id(edition, f"Incident/{incident.id}"),
            unique_id_is_permalink=False,
            categories=[incident.cause.value],
        )
    document = BytesIO()
    written.write(document, "utf-8")
    return document.getvalue()


def _json_feed(feed: Feed, edition: Edition) -> bytes:
    """JSON Feed 1.1."""
    code = edition.language.code
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(feed, edition),
        "description": FEEDS.say().in_(code),
        "home_page_url": _address(edition, feed.folder),
        "feed_url": _address(edition, edition.path),
        "language": edition.language.tag,
        "items": [
            {
                "id": _feed_id(edition, f"Incident/{incident.id}"),
                "url": _url(incident, edition),
                "title": incident.title.in_(code),
                "content_html": content(incident, code),
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


def _form(name: str, content_type: str, render: Callable[[Feed, Edition], bytes]) -> Form:
    return Form(name=name, content_type=content_type, kind=Kind.FEED, render=render)


FORMS = (
    _form("history.atom", "application/atom+xml; charset=utf-8", partial(_xml, _Atom)),
    _form("history.rss", "application/rss+xml; charset=utf-8", partial(_xml, _Rss)),
    _form("history.json", "application/feed+json; charset=utf-8", _json_feed),
)
