"""Planned work as the public sees it: on the front, on a page of its own and in the API."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from probes.vocabulary.states import ComponentState
from statuspage.incidents.models import Maintenance
from statuspage.incidents.planned_updates import tell
from statuspage.public.read import planned
from statuspage.public.read.snapshot import build
from tests.support.public_rows import World, make_maintenance, set_state

HOUR = timedelta(hours=1)


def shown(page: str, *marks: str) -> list[str]:
    """The marks in the order in which they stand on the page."""
    return sorted((mark for mark in marks if mark in page), key=page.index)


@pytest.mark.parametrize(
    ("starts_in", "order"),
    [
        pytest.param(-HOUR, ["system upgrade", 'id="h-components"'], id="under way"),
        pytest.param(23 * HOUR, ["system upgrade", 'id="h-components"'], id="within a day"),
        pytest.param(25 * HOUR, ['id="h-components"', "system upgrade"], id="later"),
    ],
)
def test_front_tells_planned_work_before_the_list_when_it_is_near(
    world: World, published: Callable[[], Path], starts_in: timedelta, order: list[str]
) -> None:
    status = "in_progress" if starts_in < timedelta(0) else "scheduled"
    make_maintenance(world, starts_in=starts_in, status=status, title_en="A system upgrade")

    page = (published() / "en/index.html").read_text()

    assert shown(page, "system upgrade", 'id="h-components"') == order
    assert "May not work during that time: Fenfu · Repayment" in page


def test_front_tells_planned_work_when_it_is_held_open_after_its_end(
    world: World, published: Callable[[], Path]
) -> None:
    make_maintenance(world, starts_in=-5 * HOUR, status="verifying", title_en="A system upgrade")

    assert "A system upgrade" in (published() / "en/index.html").read_text()


def told(row: Maintenance, status: str) -> Maintenance:
    """As it moves on to ``status``."""
    row.status = status
    row.updated_at += timedelta(minutes=10)
    row.save()
    tell(row)
    return row


def test_page_of_planned_work_says_what_when_and_what_was_told_when_it_is_under_way(
    world: World, published: Callable[[], Path]
) -> None:
    row = make_maintenance(world, starts_in=-HOUR, updated_at=world.now - timedelta(minutes=30))
    tell(row)
    told(row, "in_progress")

    page = HTMLParser((published() / f"en/maintenance/{row.public_id}/index.html").read_text())

    text = " ".join(page.css_first("main").text(separator=" ").split())  # type: ignore[union-attr]
    assert "Upgrade of Fenfu repayment" in text
    assert "11:26" in text
    assert "Asia/Shanghai (UTC+8)" in text
    assert "takes about 2 h" in text
    assert "What to do now" in text
    assert [node.text() for node in page.css(".updates strong")] == ["In progress", "Scheduled"]
    assert page.css_first('.names a[href="/en/components/fenfu-repay/"]') is not None


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_page_of_planned_work_stays_and_claims_nothing_of_now_when_it_is_over(
    world: World, published: Callable[[], Path], status: str
) -> None:
    row = make_maintenance(world, starts_in=-3 * HOUR)
    told(row, status)

    page = HTMLParser((published() / f"maintenance/{row.public_id}/index.html").read_text())

    assert page.css_first("#asof") is None
    assert page.css_first(".advice") is None
    assert page.css_first("main a[href='/maintenance.ics']") is None


def test_page_of_planned_work_stays_and_follows_its_row_when_much_came_after_it(
    world: World, published: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planned, "MAINTENANCES_SHOWN", 1)
    old = make_maintenance(world, starts_in=-48 * HOUR, status="completed", title_en="Long ago")
    make_maintenance(world)
    page = f"en/maintenance/{old.public_id}/index.html"
    first = published() / page
    inode, text = first.stat().st_ino, first.read_text()

    kept = (published() / page).stat().st_ino
    tell(old)
    told_later = (published() / page).read_text()

    assert "Long ago" in text
    assert kept == inode
    assert "The maintenance is over." in told_later


def test_all_planned_work_that_is_not_over_is_on_the_page_when_there_is_much(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planned, "MAINTENANCES_SHOWN", 1)
    for days in (1, 2, 3):
        make_maintenance(world, starts_in=days * 24 * HOUR)
    over = make_maintenance(world, starts_in=-48 * HOUR, status="completed")

    snapshot = build(world.now)

    assert len(snapshot.planned) == 3
    assert [past.id for past in snapshot.past_planned] == [over.public_id]


def test_headline_leads_to_the_planned_work_that_it_speaks_of(
    world: World, published: Callable[[], Path]
) -> None:
    row = make_maintenance(world, starts_in=-HOUR, status="in_progress")
    set_state(world, "fenfu-repay", ComponentState.MAINTENANCE)

    page = HTMLParser((published() / "en/index.html").read_text())

    link = page.css_first(f"#verdict a[href='/en/maintenance/{row.public_id}/']")
    assert link is not None


def test_api_lists_what_was_told_of_planned_work_when_it_is_being_checked(
    world: World, published: Callable[[], Path]
) -> None:
    row = make_maintenance(world, starts_in=-HOUR, updated_at=world.now - timedelta(minutes=40))
    tell(row)
    for status in ("in_progress", "verifying"):
        told(row, status)

    body = json.loads((published() / "api/v2/scheduled-maintenances/active.json").read_text())

    (work,) = body["scheduled_maintenances"]
    assert [update["status"] for update in work["incident_updates"]] == [
        "verifying",
        "in_progress",
        "scheduled",
    ]
    assert work["shortlink"].endswith(f"/en/maintenance/{row.public_id}/")
    assert work["monitoring_at"] == "2026-11-22T04:06:05.000Z"
    (affected,) = work["incident_updates"][0]["affected_components"]
    assert affected["name"] == "Repayment"
    assert {update["incident_id"] for update in work["incident_updates"]} == {row.public_id}
