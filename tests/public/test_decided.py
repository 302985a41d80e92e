"""What people decided is told by page, feeds and API: withdrawn, held back, merged, led by a person."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from statuspage.incidents.correcting import withdraw
from statuspage.incidents.joining import merge
from statuspage.public.read.snapshot import build
from statuspage.public.render.headline import Scene, headline_of
from tests.support.public_rows import World, make_incident

Publish = Callable[[], Path]
TITLE = "Withdrawn: Fenfu QR payment: system outage"


def test_false_alarm_is_told_as_such_everywhere_when_it_was_withdrawn(
    world: World, published: Publish
) -> None:
    incident = make_incident(world)
    withdraw(incident, author=None, now=world.now)

    site = published()

    page = (site / f"en/incidents/{incident.public_id}/index.html").read_text()
    history = (site / "en/history/index.html").read_text()
    (told,) = json.loads((site / "api/v2/incidents.json").read_text())["incidents"]
    assert TITLE in page
    assert "False alarm, withdrawn" in page
    assert "Confirmed" not in page
    assert "False alarm, withdrawn" in history
    assert TITLE in (site / "en/history.atom").read_text()
    assert (told["name"], told["status"], told["x_withdrawn_at"] is not None) == (TITLE, "resolved", True)


def test_first_screen_tells_of_no_recovery_when_it_was_a_false_alarm(world: World) -> None:
    withdraw(make_incident(world), author=None, now=world.now)

    assert headline_of(build(world.now)).scene is Scene.CALM


@pytest.mark.parametrize("publication", ["waiting", "held", "dropped"])
def test_nothing_is_told_of_an_incident_when_it_is_not_published(
    world: World, published: Publish, publication: str
) -> None:
    incident = make_incident(world, publication=publication)

    site = published()
    asked = Client().get("/api/v1/incidents")
    one = Client().get(f"/api/v1/incidents/{incident.public_id}")

    files = [path for path in site.rglob("*") if path.is_file()]
    assert not [path for path in files if incident.public_id in str(path)]
    assert not [path for path in files if incident.public_id.encode() in path.read_bytes()]
    assert (asked.json()["items"], one.status_code) == ([], 404)


def test_old_address_leads_to_the_other_when_an_incident_was_merged(world: World, published: Publish) -> None:
    first, other = make_incident(world), make_incident(world, components=("fenfu-online",))
    merge(other, into=first, author=None, now=world.now)

    site = published()
    asked = Client().get(f"/api/v1/incidents/{other.public_id}")

    page = (site / f"en/incidents/{other.public_id}/index.html").read_text()
    assert f'content="0; url=/en/incidents/{first.public_id}/"' in page
    assert f'/en/incidents/{first.public_id}/" dir="auto">' in page
    assert (asked.status_code, asked.headers["Location"]) == (301, f"/api/v1/incidents/{first.public_id}")


def test_evidence_says_of_when_it_is_when_a_person_leads(world: World, published: Publish) -> None:
    measured = world.now - timedelta(minutes=9)
    led = make_incident(world, taken_over=True, evidence_at=measured)
    other = make_incident(world, components=("fenfu-online",), evidence_at=measured)

    site = published()

    texts = [(site / f"incidents/{row.public_id}/index.html").read_text() for row in (led, other)]
    shown = [text.partition('class="evidence"')[2].partition("<h3>")[0] for text in texts]
    assert ["截至" in text for text in shown] == [True, False]
