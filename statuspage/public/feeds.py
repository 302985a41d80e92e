"""Renders the history as Atom and RSS, in both languages, in the form that the field's readers know."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from django.conf import settings
from django.utils import translation
from django.utils.html import escape

from statuspage.public import wording
from statuspage.public.drafts import Draft, key_of
from statuspage.public.pages import LANGUAGES
from statuspage.public.values import IncidentView, Snapshot

ENTRIES = 25
ATOM = "application/atom+xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"
ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"


def feed_drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """The feeds of the history; they change only with the incidents in them."""
    incidents = snapshot.incidents[:ENTRIES]
    for language, root in LANGUAGES.items():
        key = key_of(incidents, language)
        yield Draft(
            path=f"{root}history.atom",
            content_type=ATOM,
            key=key,
            cache="feed",
            make=partial(_in, language, root, _atom, incidents),
        )
        yield Draft(
            path=f"{root}history.rss",
            content_type=RSS,
            key=key,
            cache="feed",
            make=partial(_in, language, root, _rss, incidents),
        )


def _in(
    language: str,
    root: str,
    make: Callable[[str, tuple[IncidentView, ...]], ET.Element],
    incidents: tuple[IncidentView, ...],
) -> bytes:
    with translation.override(language):
        written: bytes = ET.tostring(make(root, incidents), encoding="utf-8", xml_declaration=True)
        return written


def _site_name(root: str) -> str:
    return settings.SITE_NAME_ZH if root == "/" else settings.SITE_NAME_EN


def _feed_id(suffix: str) -> str:
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2005:{suffix}"


def _url(root: str, incident: IncidentView) -> str:
    return f"{settings.SITE_URL}{root}incidents/{incident.id}/"


def _changed_at(incidents: tuple[IncidentView, ...]) -> datetime:
    """When anything in the feed last changed, so that an unchanged feed is the same to the byte."""
    return max((incident.updated_at for incident in incidents), default=datetime(2005, 1, 1, tzinfo=UTC))


def _atom(root: str, incidents: tuple[IncidentView, ...]) -> ET.Element:
    feed = ET.Element("feed", {"xmlns": ATOM_NAMESPACE, "xml:lang": "zh-Hans" if root == "/" else "en"})
    _child(feed, "id", _feed_id("/history" if root == "/" else "/en/history"))
    _child(feed, "title", _site_name(root))
    _child(feed, "updated", _iso(_changed_at(incidents)))
    author = ET.SubElement(feed, "author")
    _child(author, "name", _site_name(root))
    ET.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": settings.SITE_URL + root})
    ET.SubElement(
        feed,
        "link",
        {"rel": "self", "type": "application/atom+xml", "href": f"{settings.SITE_URL}{root}history.atom"},
    )
    for incident in incidents:
        entry = ET.SubElement(feed, "entry")
        _child(entry, "id", _feed_id(f"Incident/{incident.id}"))
        _child(entry, "published", _iso(incident.created_at))
        _child(entry, "updated", _iso(incident.updated_at))
        ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": _url(root, incident)})
        _child(entry, "title", str(incident.title))
        ET.SubElement(entry, "category", {"term": incident.cause.value})
        _child(entry, "content", content(incident)).set("type", "html")
    return feed


def _rss(root: str, incidents: tuple[IncidentView, ...]) -> ET.Element:
    rss = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM_NAMESPACE})
    channel = ET.SubElement(rss, "channel")
    _child(channel, "title", _site_name(root))
    _child(channel, "link", settings.SITE_URL + root)
    _child(channel, "description", wording.feed_description())
    _child(channel, "language", "zh-Hans" if root == "/" else "en")
    _child(channel, "lastBuildDate", format_datetime(_changed_at(incidents)))
    ET.SubElement(
        channel,
        "atom:link",
        {"rel": "self", "type": "application/rss+xml", "href": f"{settings.SITE_URL}{root}history.rss"},
    )
    for incident in incidents:
        item = ET.SubElement(channel, "item")
        _child(item, "title", str(incident.title))
        _child(item, "description", content(incident))
        _child(item, "category", incident.cause.value)
        _child(item, "pubDate", format_datetime(incident.created_at))
        _child(item, "link", _url(root, incident))
        _child(item, "guid", _feed_id(f"Incident/{incident.id}")).set("isPermaLink", "false")
    return rss


def content(incident: IncidentView) -> str:
    """The updates as HTML, newest first."""
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
