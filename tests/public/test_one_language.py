"""What was posted in one language only, as the readers of the other get it: page, feeds, calendar and API."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from probes.vocabulary.states import MaintenanceStatus
from statuspage.incidents.models import IncidentUpdate, MaintenanceUpdate
from tests.support.public_rows import World, make_announcement, make_incident, make_maintenance, new_id

NOTE, NOTE_ZH = '<small class="lent">Only in Chinese</small>', '<small class="lent">仅有英文</small>'


def test_page_shows_a_chinese_text_with_its_language_and_a_note_when_there_is_no_english(
    world: World, published: Callable[[], Path]
) -> None:
    make_announcement(world, title_en="", body_en="", body_zh="今晚 **停机**。")

    english, chinese = ((published() / path).read_text() for path in ("en/index.html", "index.html"))

    assert f'<span lang="zh-Hans" dir="auto">春节期间客服时间调整</span> {NOTE}' in english
    assert f'<div lang="zh-Hans" dir="auto"><p>今晚 <strong>停机</strong>。</p>\n</div> {NOTE}' in english
    assert 'class="lent"' not in chinese


def test_page_shows_an_english_update_with_a_note_when_there_is_no_chinese(
    world: World, published: Callable[[], Path]
) -> None:
    incident = make_incident(world, title_zh="", title_en="Transfers <fail>")
    IncidentUpdate.objects.create(
        incident=incident,
        sequence=9,
        public_id=new_id(),
        status="identified",
        body_en="We are <on> it.",
        created_at=world.now,
    )

    page = (published() / f"incidents/{incident.public_id}/index.html").read_text()

    assert f'<span lang="en" dir="auto">Transfers &lt;fail&gt;</span> {NOTE_ZH}' in page
    assert f'<div lang="en" dir="auto"><p>We are &lt;on&gt; it.</p></div> {NOTE_ZH}' in page


def test_feed_calendar_and_api_say_that_it_is_in_one_language_when_it_is(
    world: World, published: Callable[[], Path]
) -> None:
    row = make_maintenance(world, title_en="", body_en="")
    MaintenanceUpdate.objects.create(
        maintenance=row,
        sequence=1,
        public_id=new_id(),
        status=MaintenanceStatus.SCHEDULED,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        body_zh="请留意。",
        created_at=world.now,
    )

    folder = published()
    feed = (folder / "en/history.atom").read_text()
    calendar = (folder / "en/maintenance.ics").read_text()
    answer = json.loads((folder / "api/v2/scheduled-maintenances.json").read_text())
    listed = answer["scheduled_maintenances"][0]

    assert "分付还款系统升级 (Only in Chinese)" in feed
    assert "请留意。 (Only in Chinese)" in feed
    assert "SUMMARY:分付还款系统升级 (Only in Chinese)" in calendar
    assert listed["name"] == "分付还款系统升级 (Only in Chinese)"
    assert listed["incident_updates"][0]["body"] == "请留意。 (Only in Chinese)"
    assert listed["x_name"] == {"zh-Hans": "分付还款系统升级", "en": ""}


@pytest.mark.parametrize("path", ["index.html", "en/index.html"])
def test_page_has_no_note_when_both_languages_are_there(
    world: World, published: Callable[[], Path], path: str
) -> None:
    make_announcement(world)

    assert 'class="lent"' not in (published() / path).read_text()
