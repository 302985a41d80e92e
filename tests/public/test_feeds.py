"""Feeds: in the form that readers know, stable to the byte while nothing changes."""

import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid5
from xml.etree import ElementTree as ET

import feedparser
import pytest
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from pytest_django import Settings

from probes.vocabulary.causes import Cause
from statuspage.incidents.models import IncidentUpdate
from statuspage.incidents.planned_updates import tell
from statuspage.monitoring.models import Progress
from statuspage.public.publish.manifest import AGED
from statuspage.public.render.feeds import ENTRIES
from tests.support.public_rows import World, make_incident, make_maintenance


def lasting(name: str) -> str:
    """The id of what is called ``name`` on this site."""
    return f"urn:uuid:{uuid5(Progress.objects.get().site_id, name)}"


def api_incident(folder: Path) -> dict[str, Any]:
    (incident,) = json.loads((folder / "current/api/v2/incidents.json").read_text())["incidents"]
    return dict(incident)


def html_of_first(feed: Path) -> str:
    """What the first entry of a feed says."""
    if feed.suffix == ".json":
        return str(json.loads(feed.read_text())["items"][0]["content_html"])
    entry = feedparser.parse(feed.read_bytes(), sanitize_html=False).entries[0]
    return str(entry.content[0].value if "content" in entry else entry.summary)


def test_feeds_are_read_without_complaint_when_there_are_incidents(
    world: World, published: Callable[[], Path]
) -> None:
    incident = make_incident(world, cause=Cause.RISK_CONTROL)

    folder = published()

    for name in ("history.atom", "history.rss", "en/history.atom", "en/history.rss"):
        feed = feedparser.parse((folder / name).read_bytes())
        assert not feed.bozo, (name, feed.get("bozo_exception"))
        assert feed.entries[0].id == lasting(f"Incident/{incident.public_id}")
        assert feed.entries[0].link.endswith(f"/incidents/{incident.public_id}/")
        assert feed.entries[0].tags[0].term == "risk_control"


@pytest.mark.parametrize("name", ["history.atom", "history.rss", "history.json"])
def test_entry_tells_what_to_do_now_while_its_incident_is_open(
    world: World, published: Callable[[], Path], name: str
) -> None:
    incident = make_incident(world)
    page, aged = "current/en", f"current{AGED}/en"

    folder = published().parent
    advice = [line["en"] for line in api_incident(folder)["x_advice"]]
    told, old = (html_of_first(folder / place / name) for place in (page, aged))
    incident.status, incident.resolved_at = "resolved", world.now
    incident.save()
    over = html_of_first(published() / "en" / name)

    assert all(escape(line) in told for line in advice)
    assert told.index("What to do now") > told.index("Investigating")
    assert "What to do now" not in old
    assert "What to do now" not in over


def test_atom_has_newest_update_first_in_the_known_form_when_there_are_two(
    world: World, published: Callable[[], Path]
) -> None:
    make_incident(world, cause=Cause.OUTAGE)

    feed = ET.fromstring((published() / "en/history.atom").read_bytes())

    content = feed.findtext("a:entry/a:content", namespaces={"a": Atom1Feed.ns})
    assert content is not None
    assert content.startswith(
        "<p><small>Nov <var data-var='date'>22</var>, <var data-var='time'>04:05</var> UTC</small><br>"
    )
    assert "<strong>Identified</strong> - This is now certain." in content
    assert content.index("Identified") < content.index("Investigating")
    assert feed.findtext("a:id", namespaces={"a": Atom1Feed.ns}) == lasting("/en/history")


def test_feeds_of_a_cause_and_a_component_hold_only_theirs_when_there_are_others(
    world: World, published: Callable[[], Path]
) -> None:
    wave = make_incident(world, cause=Cause.RISK_CONTROL, components=("fenfu-online",))
    make_incident(world, cause=Cause.OUTAGE, components=("card-checkout",))

    folder = published()

    for name in ("timeline/risk_control/history.json", "en/components/fenfu-online/history.json"):
        feed = json.loads((folder / name).read_text())
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert [item["id"] for item in feed["items"]] == [lasting(f"Incident/{wave.public_id}")]
        assert feed["items"][0]["tags"] == ["risk_control", "confirmed"]
        assert feed["feed_url"].endswith(name)


def test_feeds_are_read_without_complaint_when_a_title_has_a_control_character(
    world: World, published: Callable[[], Path]
) -> None:
    make_incident(world, title_zh="支付\x0b故障")

    folder = published()

    for name in ("history.atom", "history.rss"):
        feed = feedparser.parse((folder / name).read_bytes())
        assert not feed.bozo
        assert feed.entries[0].title == "支付故障"


def test_feed_is_the_same_to_the_byte_when_only_time_passes(
    world: World, published: Callable[[], Path]
) -> None:
    make_incident(world)
    first = (published() / "history.atom").read_bytes()

    world.now += timedelta(minutes=10)
    Progress.objects.update(concluded_until=world.now)

    assert (published() / "history.atom").read_bytes() == first


def test_feed_is_bounded_when_there_are_many_incidents(world: World, published: Callable[[], Path]) -> None:
    for index in range(ENTRIES + 3):
        make_incident(world, ago=timedelta(hours=index + 1), lasted=timedelta(minutes=1))

    feed = feedparser.parse((published() / "history.rss").read_bytes())

    assert len(feed.entries) == ENTRIES
    assert feed.entries[0].published_parsed > time.struct_time((2020, 1, 1, 0, 0, 0, 0, 1, 0))


def test_feed_of_updates_has_an_entry_for_each_when_a_story_goes_on(
    world: World, published: Callable[[], Path]
) -> None:
    incident = make_incident(world)
    tell(make_maintenance(world, updated_at=world.now - timedelta(days=1)))

    folder = published()

    told = list(IncidentUpdate.objects.order_by("-sequence").values_list("public_id", flat=True))
    for name in ("updates.atom", "updates.rss", "en/updates.atom", "en/updates.rss"):
        feed = feedparser.parse((folder / name).read_bytes())
        assert not feed.bozo, (name, feed.get("bozo_exception"))
        ids = [entry.id for entry in feed.entries]
        assert ids[:2] == [lasting(f"Incident/{incident.public_id}/{update}") for update in told]
        assert len(ids) == 3
        assert feed.entries[0].link.endswith(f"/incidents/{incident.public_id}/#u-{told[0]}")
    items = json.loads((folder / "en/updates.json").read_text())["items"]
    assert items[0]["title"] == "Fenfu QR payment: system outage · Identified"
    assert "This is now certain." in items[0]["content_html"]
    assert items[2]["title"] == "Upgrade of Fenfu repayment · Scheduled"
    assert f'id="u-{told[0]}"' in (folder / f"incidents/{incident.public_id}/index.html").read_text()


def test_ids_of_feeds_and_calendar_stay_when_settings_change(
    world: World, published: Callable[[], Path], settings: Settings
) -> None:
    make_incident(world)
    tell(make_maintenance(world))

    def ids() -> dict[str, list[str]]:
        folder = published()
        found = {
            name: re.findall(r"<(?:id|guid[^>]*)>([^<]+)<", (folder / name).read_text())
            for name in ("history.atom", "history.rss", "updates.atom", "en/updates.rss")
        }
        found["maintenance.ics"] = re.findall(r"UID:(.+)", (folder / "maintenance.ics").read_text())
        return found

    before = ids()
    settings.SITE_URL, settings.TIME_ZONE = "https://elsewhere.example/status", "UTC"
    settings.SITE_NAME_ZH, settings.SITE_NAME_EN = "别名", "Another name"

    assert all(before.values())
    assert ids() == before


def test_history_tells_of_planned_work_when_there_is_any(world: World, published: Callable[[], Path]) -> None:
    work = make_maintenance(world)
    tell(work)

    folder = published()

    for name in ("history.json", "timeline/maintenance/history.json", "components/fenfu-repay/history.json"):
        (item,) = json.loads((folder / name).read_text())["items"]
        assert item["id"] == lasting(f"Maintenance/{work.public_id}")
        assert item["url"].endswith(f"/maintenance/{work.public_id}/")
        assert item["tags"] == ["maintenance", "scheduled"]
    assert json.loads((folder / "timeline/outage/history.json").read_text())["items"] == []
