"""Nothing that somebody else wrote becomes a part of what is published, in whichever format it stands."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from selectolax.lexbor import LexborHTMLParser

from probes.vocabulary.causes import Cause
from statuspage.incidents.models import Announcement, Incident, IncidentUpdate, Maintenance
from statuspage.monitoring.models import Component, ComponentGroup, Persona, Vantage
from tests.support.public_rows import (
    World,
    make_announcement,
    make_incident,
    make_maintenance,
    make_past_day,
)

# Ends every kind of quoting, and begins what would do something: a script, a handler, a line, an element.
HOSTILE = (
    "\"'><script>evil()</script><img src=x onerror=evil()><svg/onload=evil()>]]><!--&lt;script&gt;"
    "[x](javascript:evil) [y](data:text/html,evil) ![z](http://evil.example/)"
    "\r\nEVIL:1\rEVIL:2\nEND:VEVENT\nBEGIN:VEVENT\u2028EVIL:3\u0085EVIL:4 {{ 7 }} \x0b\x1b[31m\ufffe\ufdd0"
)
SHORT = HOSTILE[:60] + "\x0b\ufffe\nEVIL:5"


@pytest.fixture
def hostile(world: World, published: Callable[[], Path]) -> Path:
    """A snapshot of a world in which every text is hostile."""
    make_past_day(world)
    named = {"name_zh": SHORT, "name_en": SHORT}
    for model in (Component, ComponentGroup, Persona, Vantage):
        model.objects.update(**named)
    Component.objects.update(description_zh=HOSTILE, description_en=HOSTILE)
    texts = {"title_zh": SHORT, "title_en": SHORT}
    bodies = {"body_zh": HOSTILE, "body_en": HOSTILE}
    for cause in Cause:
        incident = make_incident(world, cause=cause)
        evidence = json.loads(json.dumps(incident.evidence))
        for probe in evidence["probes"]:
            probe["sample"] = HOSTILE
        for report in evidence["reports"]:
            report["quotes"] = [HOSTILE]
        Incident.objects.filter(pk=incident.pk).update(evidence=evidence)
    Incident.objects.update(**texts)
    IncidentUpdate.objects.update(**bodies)
    make_announcement(world)
    make_maintenance(world)
    for announced in (Announcement, Maintenance):
        announced.objects.update(**texts, **bodies)
    return published()


def _files(root: Path, ending: str) -> Iterator[tuple[str, str]]:
    for file in sorted(root.rglob("*")):
        if file.suffix == ending and file.is_file():
            yield str(file.relative_to(root)), file.read_bytes().decode()


def _is_harmless(html: str) -> bool:
    """Whether no element of a page does or loads anything but what the site itself gave it."""
    tree = LexborHTMLParser(html)
    own = all((node.attributes.get("src") or "").startswith("/") for node in tree.css("script, img, iframe"))
    nodes = tree.css("*")
    named = {name for node in nodes for name in node.attributes}
    links = [node.attributes.get("href") or "" for node in tree.css("[href]")]
    safe = all(
        link.startswith(("/", "http://", "https://", "mailto:", "#", "?", "data:image/")) for link in links
    )
    return own and safe and not any(name.startswith("on") for name in named)


def _fragments(feed: ET.Element) -> Iterator[str]:
    """What readers of feeds show as HTML; titles are plain text."""
    return (part.text for part in feed.iter() if part.tag.endswith(("content", "description")) and part.text)


def test_pages_do_nothing_of_it_when_texts_are_hostile(hostile: Path) -> None:
    pages = dict(_files(hostile, ".html"))

    assert sum("evil()" in page for page in pages.values()) > 10
    assert [name for name, page in pages.items() if not _is_harmless(page)] == []


@pytest.mark.parametrize("ending", [".atom", ".rss"])
def test_feeds_are_whole_when_texts_are_hostile(ending: str, hostile: Path) -> None:
    feeds = {name: ET.fromstring(feed) for name, feed in _files(hostile, ending)}

    fragments = [(name, text) for name, feed in feeds.items() for text in _fragments(feed)]
    assert len(fragments) > 10
    assert [name for name, text in fragments if not _is_harmless(text)] == []
    assert not any(part.tag.endswith("}script") for feed in feeds.values() for part in feed.iter())


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.endswith("_html"):
                yield str(inner)
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def test_json_is_whole_when_texts_are_hostile(hostile: Path) -> None:
    files = {name: json.loads(text) for name, text in _files(hostile, ".json")}

    assert [name for name, value in files.items() for text in _texts(value) if not _is_harmless(text)] == []


def test_pictures_are_whole_and_still_when_texts_are_hostile(hostile: Path) -> None:
    pictures = {name: ET.fromstring(text) for name, text in _files(hostile, ".svg")}

    assert len(pictures) > 10
    parts = [part for picture in pictures.values() for part in picture.iter()]
    assert not any(part.tag.endswith(("script", "image", "foreignObject")) for part in parts)
    assert not any(name.startswith("on") for part in parts for name in part.attrib)


def test_calendar_has_no_line_of_theirs_when_texts_are_hostile(hostile: Path) -> None:
    for name, text in _files(hostile, ".ics"):
        lines = text.replace("\r\n ", "").split("\r\n")
        assert not any(line.startswith("EVIL") for line in text.splitlines()), name
        assert lines.count("BEGIN:VEVENT") == 1
        assert "\r" not in "".join(lines)
        assert "\n" not in "".join(lines)


def test_metrics_are_whole_when_texts_are_hostile(hostile: Path, client: Client) -> None:
    text = client.get("/metrics").content.decode()

    families = {family.name: family for family in text_string_to_metric_families(text)}
    named = {sample.labels["name"] for sample in families["fogbreak_component_info"].samples}
    assert any("evil()" in name for name in named)
    assert not any(name.startswith("EVIL") for name in families)
