"""The simulator's sites, its own door and its chronicle."""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from probes.listening.pages.pages import read_page
from probes.listening.sources import source_spec
from probes.simulator.chronicle import Chronicle
from probes.simulator.run import read_ports
from probes.simulator.scenario import Scenario, ScenarioKind
from probes.simulator.world import World
from tests.support.pretended import CalmWorld, Pretended, pretended_world, utc_now

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def call(
    url: str, method: str = "GET", content: object = None, **headers: str
) -> tuple[int, bytes, dict[str, str]]:
    body = None if content is None else json.dumps(content).encode()
    try:
        with urlopen(Request(url, data=body, method=method, headers=headers), timeout=5) as answer:
            text = answer.read()
            return answer.status, text, dict(answer.headers)
    except HTTPError as error:
        return error.code, error.read(), dict(error.headers)


@pytest.fixture(scope="module")
def busy(keys_folder: Path) -> Iterator[Pretended]:
    """A world whose last hour was bad, so that there is much to read."""
    outage = Scenario(
        id="o", kind=ScenarioKind.OUTAGE, starts_s=utc_now().timestamp() - 3600, lasts_s=3000, posts=40
    )
    with pretended_world(keys_folder, outage) as running:
        yield running


OPTIONS = {
    "forum": (
        "html",
        {"item": "li.post", "text": ".text", "time": ".time", "author": ".author", "link": "a.title",
         "id": "@id", "next": "a.next"},
    ),
    "microblog": (
        "json",
        {"items": "statuses", "text": "text", "time": "created_at", "author": "user.screen_name",
         "link": "url", "id": "id", "next": "next"},
    ),
    "complaints": ("rss", {}),
}  # fmt: skip


@pytest.mark.parametrize("site", ["forum", "microblog", "complaints"])
def test_site_is_read_by_the_scraper_when_people_have_posted(busy: Pretended, site: str) -> None:
    kind, options = OPTIONS[site]
    spec = source_spec(slug=site, kind=kind, url=f"{busy.sites_url}/{site}", options=options)
    _, body, headers = call(spec.url)

    page = read_page(spec, body, content_type=headers["Content-Type"], url=spec.url, now=utc_now())

    assert len(page.posts) == 30
    assert page.problems == ()
    assert len({post.id for post in page.posts}) == 30
    assert all(post.text and post.author for post in page.posts)
    assert all(
        post.published_at and utc_now() - timedelta(hours=25) < post.published_at <= utc_now()
        for post in page.posts
    )
    assert (site == "complaints") or page.next_url


def test_site_shows_older_posts_when_another_page_is_asked_for(busy: Pretended) -> None:
    first = json.loads(call(f"{busy.sites_url}/microblog")[1])
    second = json.loads(call(f"{busy.sites_url}/microblog?page=2")[1])

    assert second["statuses"][0]["created_at"] <= first["statuses"][-1]["created_at"]
    assert not {post["id"] for post in first["statuses"]} & {post["id"] for post in second["statuses"]}


def test_site_says_nothing_new_when_nothing_was_posted(busy: Pretended) -> None:
    _, body, headers = call(f"{busy.sites_url}/complaints")
    status, again, _ = call(f"{busy.sites_url}/complaints", **{"If-None-Match": headers["ETag"]})

    assert ElementTree.fromstring(body).tag == "rss"
    assert (status, again) in {(304, b""), (200, again)}


def test_scenario_is_started_listed_and_stopped_when_done_by_hand(keys_folder: Path) -> None:
    with pretended_world(keys_folder) as pretended:
        row = {"kind": "risk-wave", "lasts": "10m", "components": ["fenfu-qr"], "tiers": ["high"]}
        started = call(f"{pretended.url}/scenarios", "POST", row)
        listed = json.loads(call(f"{pretended.url}/scenarios")[1])
        stopped = call(f"{pretended.url}/scenarios/{listed[0]['id']}", "DELETE")
        after = json.loads(call(f"{pretended.url}/scenarios")[1])
        truth = json.loads(call(f"{pretended.url}/truth")[1])

    assert (started[0], stopped[0], after) == (201, 200, [])
    assert [(item["kind"], item["on"]) for item in listed] == [("risk-wave", True)]
    assert [(event["cause"], event["components"]) for event in truth] == [("risk_control", ["fenfu-qr"])]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"kind": "flood"}, "'flood' is none of outage"),
        ({"kind": "outage", "components": ["fenfu-qrr"]}, "'fenfu-qrr' is unknown; did you mean 'fenfu-qr'"),
        ({"kind": "outage", "lasts": "long"}, "length of time"),
        ([], "JSON object"),
    ],
)
def test_scenario_by_hand_is_refused_when_it_is_wrong(pretended: Pretended, row: object, words: str) -> None:
    status, body, _ = call(f"{pretended.url}/scenarios", "POST", row)

    assert status == 400
    assert words in json.loads(body)["error"]


def test_announcement_is_told_before_the_window_when_it_was_announced(keys_folder: Path) -> None:
    with pretended_world(keys_folder) as pretended:
        row = {"id": "m1", "kind": "maintenance", "after": "5m", "lasts": "10m", "announced": "5m",
               "components": ["fenfu-repay"]}  # fmt: skip
        call(f"{pretended.url}/scenarios", "POST", row)
        told = json.loads(call(f"{pretended.url}/announcements")[1])

    assert [(notice["slug"], notice["components"], notice["cancelled"]) for notice in told] == [
        ("m1", ["fenfu-repay"], False)
    ]


def test_chronicle_tells_starts_and_ends_and_the_truth_when_time_goes_on(tmp_path: Path) -> None:
    wave = Scenario(
        id="wave",
        kind=ScenarioKind.RISK_WAVE,
        starts_s=NOON.timestamp() + 10,
        lasts_s=90,
        components=("fenfu-qr",),
    )
    window = Scenario(
        id="window",
        kind=ScenarioKind.MAINTENANCE,
        starts_s=NOON.timestamp() + 300,
        lasts_s=60,
        announced_s=60,
    )
    lines: list[str] = []
    chronicle = Chronicle(CalmWorld([wave, window]), NOON, lines.append, tmp_path / "truth.jsonl")

    for second in range(331):
        chronicle.tell(NOON + timedelta(seconds=second))
    chronicle.close(NOON + timedelta(seconds=330))

    truth = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    assert lines == [
        "12:00:10 risk_control on fenfu-qr starts, 90 s",
        "12:01:40 risk_control on fenfu-qr ends",
        "12:04:00 maintenance on everything announced (window)",
        "12:05:00 maintenance on everything starts, 60 s",
    ]
    assert [(event["cause"], event["end"] is None) for event in truth] == [
        ("risk_control", False),
        ("maintenance", True),
    ]


def test_chronicle_tells_the_real_end_when_a_scenario_is_stopped_by_hand(tmp_path: Path) -> None:
    world = World(
        1, [Scenario(id="o", kind=ScenarioKind.OUTAGE, starts_s=NOON.timestamp(), components=("fenfu-qr",))]
    )
    chronicle = Chronicle(world, NOON, lambda line: None, tmp_path / "truth.jsonl")
    chronicle.tell(NOON + timedelta(seconds=1))

    world.stop(world.on(NOON + timedelta(seconds=5))[0], NOON + timedelta(seconds=5))
    chronicle.tell(NOON + timedelta(seconds=6))

    (event,) = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    assert event["end"] == "2026-03-02T04:00:05Z"


def test_ports_are_read_when_they_are_given_by_name() -> None:
    ports = read_ports("control=9100,east=9101,north=9102")

    assert (ports.control, ports.proxy, dict(ports.vantages)) == (9100, 0, {"east": 9101, "north": 9102})


def test_ports_are_refused_when_one_is_no_number() -> None:
    with pytest.raises(ValueError, match="east=x"):
        read_ports("east=x")
