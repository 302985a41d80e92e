"""The calendar of planned work, as calendar programs read it."""

from collections.abc import Callable
from pathlib import Path

from tests.support.public_rows import World, make_maintenance

LONGEST_LINE = 75  # octets without the line's end (RFC 5545, 3.1)


def unfolded(file: Path) -> list[str]:
    text = file.read_bytes().decode()
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")


def test_calendar_has_planned_and_withdrawn_work_when_both_exist(
    world: World, published: Callable[[], Path]
) -> None:
    make_maintenance(world, public_id="planned", revision=3, title_zh="升级，很长；" * 9 + "\n完")
    make_maintenance(world, public_id="withdrawn", status="cancelled")

    lines = unfolded(published() / "maintenance.ics")

    assert lines[0] == "BEGIN:VCALENDAR"
    assert {"UID:planned@127.0.0.1", "SEQUENCE:3", "STATUS:CONFIRMED"} <= set(lines)
    assert {"UID:withdrawn@127.0.0.1", "SEQUENCE:0", "STATUS:CANCELLED"} <= set(lines)
    assert "DTSTART:20261123T002605Z" in lines
    assert "SUMMARY:" + "升级，很长；" * 9 + "\\n完" in lines


def test_calendar_folds_lines_within_the_limit_when_characters_are_wide(
    world: World, published: Callable[[], Path]
) -> None:
    make_maintenance(world, title_zh="维护" * 60)

    lines = (published() / "maintenance.ics").read_bytes().split(b"\r\n")

    assert all(len(line) <= LONGEST_LINE for line in lines)
    assert b"".join(line.removeprefix(b" ") for line in lines).count("维护".encode()) >= 60


def test_withdrawn_work_is_not_on_the_page_when_it_is_cancelled(
    world: World, published: Callable[[], Path]
) -> None:
    make_maintenance(world, status="cancelled")

    folder = published()

    assert "分付还款系统升级" not in (folder / "index.html").read_text()
    assert '"scheduled_maintenances":[]' in (folder / "api/v2/scheduled-maintenances.json").read_text()
