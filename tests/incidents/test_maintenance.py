"""Planned work: from the operator's feed, by time, and to the detector."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pytest_django import Settings

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.observations import MaintenanceWindow
from statuspage.incidents.maintenance import AnnouncedWindow, move_by_time, store_window
from statuspage.incidents.models import Maintenance, MaintenanceNotice
from statuspage.incidents.notices import poll_notices
from statuspage.monitoring.models import Progress
from tests.incidents.building import at, plant_components

pytestmark = pytest.mark.django_db


def window(
    *,
    starts: float = 600,
    ends: float = 1200,
    cancelled: bool = False,
    components: tuple[str, ...] = ("fenfu-qr",),
) -> AnnouncedWindow:
    return AnnouncedWindow(
        window=MaintenanceWindow(
            at=at(0),
            slug="upgrade",
            components=components,
            starts_at=at(starts),
            ends_at=at(ends),
            cancelled=cancelled,
        )
    )


def test_a_window_is_stored_with_a_notice_when_it_is_news() -> None:
    plant_components()

    news = store_window(window(), now=at(0))

    row, notice = Maintenance.objects.get(), MaintenanceNotice.objects.get()
    assert news
    assert (row.status, row.revision, row.title_zh) == ("scheduled", 1, "分付 · 名1：计划维护")
    assert (notice.at, notice.components, notice.cancelled) == (at(0), ["fenfu-qr"], False)


def test_a_window_that_is_told_again_is_no_news_and_what_a_person_changed_stays() -> None:
    plant_components()
    store_window(window(), now=at(0))
    Maintenance.objects.update(title_en="Written by hand")

    news = store_window(window(), now=at(60))

    assert not news
    assert Maintenance.objects.get().title_en == "Written by hand"
    assert MaintenanceNotice.objects.count() == 1


def test_a_change_leaves_another_notice_when_the_operator_moves_or_withdraws_the_window() -> None:
    plant_components()
    store_window(window(), now=at(0))

    store_window(window(ends=1800), now=at(60))
    store_window(window(ends=1800, cancelled=True), now=at(120))

    row = Maintenance.objects.get()
    assert (row.status, row.revision) == ("cancelled", 3)
    assert [notice.cancelled for notice in MaintenanceNotice.objects.all()] == [False, False, True]


def test_a_notice_is_never_late_when_its_moment_was_concluded_already() -> None:
    plant_components()
    Progress.objects.create(concluded_until=at(30))

    store_window(window(), now=at(0))

    assert MaintenanceNotice.objects.get().at > at(30)


def test_a_window_of_components_that_are_not_watched_is_not_stored() -> None:
    plant_components()

    assert not store_window(window(components=("elsewhere",)), now=at(0))
    assert not Maintenance.objects.exists()


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(599, "scheduled"), (600, "in_progress"), (1199, "in_progress"), (1200, "completed")],
)
def test_a_window_begins_and_ends_by_itself_when_its_time_has_come(seconds: float, status: str) -> None:
    plant_components()
    store_window(window(), now=at(0))

    moved = move_by_time(at(seconds))

    assert moved == (status != "scheduled")
    assert Maintenance.objects.get().status == status


def test_a_window_stays_open_when_a_person_verifies_it() -> None:
    plant_components()
    store_window(window(), now=at(0))
    Maintenance.objects.update(status="verifying")

    assert not move_by_time(at(5000))


@contextmanager
def feed(body: bytes, status: int = 200) -> Iterator[str]:
    """An operator's feed on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/announcements"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def entry(**changes: object) -> dict[str, object]:
    return {
        "slug": "upgrade",
        "components": ["fenfu-qr"],
        "starts_at": "2026-03-02T05:00:00Z",
        "ends_at": "2026-03-02T06:00:00Z",
        **changes,
    }


def test_the_operators_notices_are_taken_over_when_there_is_a_feed(settings: Settings) -> None:
    plant_components()
    body = json.dumps([entry(title_zh="系统升级", title_en="Upgrade"), entry(slug="second")]).encode()

    with feed(body) as settings.NOTICES_URL:
        first, second = poll_notices(now=at(0)), poll_notices(now=at(10))

    assert (first.news, second.news) == (2, 0)
    assert Maintenance.objects.get(slug="upgrade").title_zh == "系统升级"
    assert Progress.objects.get().changed_at == at(0)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"ends_at": "2026-03-02T04:00:00Z"}, "ends before it starts"),
        ({"starts_at": "2026-03-02T05:00:00"}, "starts_at"),
        ({"slug": "../x"}, "slug"),
        ({"components": "fenfu-qr"}, "components"),
        ({"title_zh": "x" * 201}, "title_zh"),
    ],
)
def test_an_entry_is_left_out_with_its_reason_when_it_cannot_be_used(
    settings: Settings, broken: dict[str, object], reason: str
) -> None:
    plant_components()

    with feed(json.dumps([entry(**broken), entry(slug="good")]).encode()) as settings.NOTICES_URL:
        polled = poll_notices(now=at(0))

    assert polled.news == 1
    assert len(polled.problems) == 1
    assert "entry 0" in polled.problems[0]
    assert reason in polled.problems[0]


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        pytest.param(b"[]", 503, "answered 503", id="an error"),
        pytest.param(b"<html>", 200, "not a JSON list", id="a page"),
        pytest.param(b"[" + b" " * 600_000 + b"]", 200, "longer than", id="too much"),
        pytest.param(b"[" + b"{}," * 600 + b"{}]", 200, "at most 500", id="too many"),
    ],
)
def test_a_feed_that_cannot_be_read_is_a_problem_and_no_fault_of_ours(
    settings: Settings, body: bytes, status: int, reason: str
) -> None:
    with feed(body, status) as settings.NOTICES_URL:
        polled = poll_notices(now=at(0))

    assert polled.news == 0
    assert reason in polled.problems[0]


def test_nobody_is_asked_when_no_feed_is_named(settings: Settings) -> None:
    settings.NOTICES_URL = ""

    assert poll_notices(now=at(0)).problems == ()


def test_a_title_is_kept_in_one_language_for_both_when_the_feed_has_only_one() -> None:
    plant_components()
    announced = AnnouncedWindow(window=window().window, title=Bilingual(zh="升级", en="升级"))

    store_window(announced, now=at(0))

    assert Maintenance.objects.get().title_en == "升级"
