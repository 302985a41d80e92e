"""Each public reader tells of an incident only what the public is told of it: one table for all of them."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from django.http import QueryDict
from django.test import Client

from probes.vocabulary.states import ComponentState
from statuspage.analysis.values import Certainty
from statuspage.delivery.models import News
from statuspage.incidents.correcting import withdraw
from statuspage.incidents.joining import merge
from statuspage.incidents.models import Incident
from statuspage.incidents.statuses import refresh_statuses
from statuspage.subscribers.forms import read_topic_of
from tests.support.public_rows import World, make_incident, set_state

Publish = Callable[[], Path]
Tells = Callable[[Path, str], bool]


def _file(name: str) -> Tells:
    return lambda site, public_id: public_id in (site / name).read_text()


def _is_there(name: str) -> Tells:
    return lambda site, public_id: (site / name.format(public_id)).exists()


def _listed(query: str) -> Tells:
    return lambda _, public_id: public_id in Client().get(f"/api/v1/{query}").content.decode()


def _asked(status: int) -> Tells:
    return lambda _, public_id: Client().get(f"/api/v1/incidents/{public_id}").status_code == status


def _may_be_wished(_: Path, public_id: str) -> bool:
    return read_topic_of(QueryDict(f"incident={public_id}")) is not None


READERS: Mapping[str, Tells] = {
    "first page": _file("en/index.html"),
    "first page in Chinese": _file("index.html"),
    "history": _file("en/history/index.html"),
    "component": _file("en/components/fenfu-qr/index.html"),
    "Atom": _file("en/history.atom"),
    "RSS": _file("en/history.rss"),
    "JSON Feed": _file("en/history.json"),
    "Atom of the component": _file("en/components/fenfu-qr/history.atom"),
    "calendar": _file("en/maintenance.ics"),
    "badge": _file("en/badge/fenfu-qr/status.json"),
    "API v2": _file("api/v2/incidents.json"),
    "API v2, open": _file("api/v2/incidents/unresolved.json"),
    "API v2, summary": _file("api/v2/summary.json"),
    "API v1": _listed("incidents"),
    "API v1, now": _listed("now"),
    "API v1, one": _asked(200),
    "API v1, moved": _asked(301),
    "API v1, none": _asked(404),
    "its page": _is_there("en/incidents/{}/index.html"),
    "its picture": _is_there("en/share/incident-{}.png"),
    "wish to be mailed": _may_be_wished,
}
LISTS = {
    "first page", "first page in Chinese", "history", "component", "Atom", "RSS", "JSON Feed",
    "Atom of the component", "API v2", "API v1", "API v1, one", "its page", "its picture",
}  # fmt: skip
OPEN = {"API v2, open", "API v2, summary", "API v1, now", "wish to be mailed"}
NOWHERE = {"API v1, none"}
TABLE = {
    "confirmed": LISTS | OPEN,
    "suspected": LISTS | OPEN,
    "over": LISTS,
    "withdrawn": LISTS,
    "waiting": NOWHERE,
    "held back": NOWHERE,
    "dropped": NOWHERE,
    "merged after it was told": {"API v1, moved", "its page"},
    "merged before anybody was told": NOWHERE,
}


def _stories(world: World) -> dict[str, Incident]:
    into = make_incident(world)
    withdrawn, told, untold = (
        make_incident(world),
        make_incident(world),
        make_incident(world, publication="held"),
    )
    withdraw(withdrawn, author=None, now=world.now)
    for gone in (told, untold):
        merge(gone, into=into, author=None, now=world.now)
    return {
        "confirmed": into,
        "suspected": make_incident(world, certainty=Certainty.SUSPECTED),
        "over": make_incident(world, ago=timedelta(hours=2), lasted=timedelta(minutes=9)),
        "withdrawn": withdrawn,
        "waiting": make_incident(world, publication="waiting"),
        "held back": make_incident(world, publication="held"),
        "dropped": make_incident(world, publication="dropped"),
        "merged after it was told": told,
        "merged before anybody was told": untold,
    }


def test_every_reader_tells_of_no_more_than_the_public_is_told(world: World, published: Publish) -> None:
    stories = _stories(world)

    site = published()

    found = {
        name: {reader for reader, tells in READERS.items() if tells(site, row.public_id)}
        for name, row in stories.items()
    }
    assert found == TABLE


def test_states_badges_and_metrics_are_calm_when_all_that_is_open_is_held_back(
    world: World, published: Publish
) -> None:
    set_state(world, "fenfu-qr", ComponentState.OPERATIONAL)
    make_incident(world, publication="held")
    refresh_statuses(since=world.now - timedelta(minutes=30), at=world.now, blind=())

    site = published()

    badge = json.loads((site / "en/badge/fenfu-qr/status.json").read_text())
    summary = json.loads((site / "api/v2/summary.json").read_text())
    metrics = Client().get("/metrics").content.decode()
    assert "operational" in json.dumps(badge).lower()
    assert summary["status"]["indicator"] == "none"
    assert 'fogbreak_incidents{cause="outage",certainty="confirmed",component="fenfu-qr"} 0.0' in metrics
    assert not News.objects.exists()
