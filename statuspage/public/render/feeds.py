"""Renders the history as Atom, RSS and JSON Feed, in both languages, in the form that readers know."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from django.conf import settings
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import get_language

from probes.vocabulary.causes import Cause
from statuspage.public.read.values import IncidentView, Snapshot
from statuspage.public.render import wording
from statuspage.public.render.drafts import Draft, key_of, mark_of
from statuspage.public.render.pages import LANGUAGES, by_component
from statuspage.public.render.pieces import PIECES

ENTRIES = 25
ATOM = "application/atom+xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"


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
        with translation.override(language):
            feeds = list(_feeds(snapshot, root))
        for feed in feeds:
            key = key_of(feed.title, feed.page, [mark_of(incident) for incident in feed.incidents])
            for name, (content_type, make) in FORMS.items():
                yield Draft(
                    path=f"{root}{feed.folder}{name}",
                    content_type=content_type,
                    key=key,
                    cache="feed",
                    make=partial(_in, language, make, feed),
                )


def _feeds(snapshot: Snapshot, root: str) -> Iterator[Feed]:
    newest = snapshot.incidents
    yield Feed(root=root, folder="", topic="", incidents=newest[:ENTRIES])
    for cause in Cause:
        of_cause = tuple(incident for incident in newest if incident.cause is cause)[:ENTRIES]
        topic = wording.cause_word(cause.value)
        yield Feed(root=root, folder=f"timeline/{cause.value}/", topic=topic, incidents=of_cause)
    of_components = by_component(newest)
    for component in snapshot.components:
        of_component = of_components.get(component.slug, [])[:ENTRIES]
        yield Feed(
            root=root,
            folder=f"components/{component.slug}/",
            topic=str(component.name),
            incidents=tuple(of_component),
        )


def _in(language: str, make: Callable[[Feed], bytes], feed: Feed) -> bytes:
    with translation.override(language):
        return make(feed)


def _xml(element: ET.Element) -> bytes:
    written: bytes = ET.tostring(element, encoding="utf-8", xml_declaration=True)
    return written


def _feed_id(suffix: str) -> str:
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2005:{suffix}"


def _url(feed: Feed, incident: IncidentView) -> str:
    return f"{settings.SITE_URL}{feed.root}incidents/{incident.id}/"


def _changed_at(incidents: tuple[IncidentView, ...]) -> datetime:
    """When anything in the feed last changed, so that an unchanged feed is the same to the byte."""
    return max((incident.updated_at for incident in incidents), default=datetime(2005, 1, 1, tzinfo=UTC))


def _atom(feed: Feed) -> bytes:
    root = ET.Element("feed", {"xmlns": ATOM_NAMESPACE, "xml:lang": feed.language})
    _child(root, "id", _feed_id(f"{feed.root}{feed.folder}history"))
    _child(root, "title", feed.title)
    _child(root, "updated", _iso(_changed_at(feed.incidents)))
    _child(ET.SubElement(root, "author"), "name", feed.title)
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.page})
    itself = {"rel": "self", "type": "application/atom+xml", "href": f"{feed.page}history.atom"}
    ET.SubElement(root, "link", itself)
    for incident in feed.incidents:
        entry = ET.SubElement(root, "entry")
        _child(entry, "id", _feed_id(f"Incident/{incident.id}"))
        _child(entry, "published", _iso(incident.created_at))
        _child(entry, "updated", _iso(incident.updated_at))
        ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": _url(feed, incident)})
        _child(entry, "title", str(incident.title))
        ET.SubElement(entry, "category", {"term": incident.cause.value})
        _child(entry, "content", content(incident)).set("type", "html")
    return _xml(root)


def _rss(feed: Feed) -> bytes:
    rss = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM_NAMESPACE})
    channel = ET.SubElement(rss, "channel")
    _child(channel, "title", feed.title)
    _child(channel, "link", feed.page)
    _child(channel, "description", wording.feed_description())
    _child(channel, "language", feed.language)
    _child(channel, "lastBuildDate", format_datetime(_changed_at(feed.incidents)))
    itself = {"rel": "self", "type": "application/rss+xml", "href": f"{feed.page}history.rss"}
    ET.SubElement(channel, "atom:link", itself)
    for incident in feed.incidents:
        item = ET.SubElement(channel, "item")
        _child(item, "title", str(incident.title))
        _child(item, "description", content(incident))
        _child(item, "category", incident.cause.value)
        _child(item, "pubDate", format_datetime(incident.created_at))
        _child(item, "link", _url(feed, incident))
        _child(item, "guid", _feed_id(f"Incident/{incident.id}")).set("isPermaLink", "false")
    return _xml(rss)


def _json_feed(feed: Feed) -> bytes:
    """JSON Feed 1.1."""
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": wording.feed_description(),
        "home_page_url": feed.page,
        "feed_url": f"{feed.page}history.json",
        "language": feed.language,
        "items": [
            {
                "id": _feed_id(f"Incident/{incident.id}"),
                "url": _url(feed, incident),
                "title": str(incident.title),
                "content_html": content(incident),
                "date_published": _iso(incident.created_at),
                "date_modified": _iso(incident.updated_at),
                "tags": [incident.cause.value, incident.certainty.value],
            }
            for incident in feed.incidents
        ],
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def content(incident: IncidentView) -> str:
    """The updates as HTML in the active language, newest first."""
    return PIECES.get(("feed", get_language(), mark_of(incident)), partial(_content, incident))


def _content(incident: IncidentView) -> str:
    return "".join(
        f"<p><small>{_small_time(update.at)}</small><br>"
        f"<strong>{escape(wording.status_word(update.status))}</strong> - {escape(str(update.body))}</p>"
        for update in incident.updates
    )


def _small_time(at: datetime) -> str:
    moment = at.astimezone(UTC)
    return (
        f"{moment:%b} <var data-var='date'>{moment:%d}</var>, <var data-var='time'>{moment:%H:%M}</var> UTC"
    )


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _child(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = "".join(character for character in text if character >= " " or character in "\n\t")
    return element


FORMS: dict[str, tuple[str, Callable[[Feed], bytes]]] = {
    "history.atom": (ATOM, _atom),
    "history.rss": (RSS, _rss),
    "history.json": (JSON_FEED, _json_feed),
}
