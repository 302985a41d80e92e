"""The calendar of planned work, as calendar programs read it."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid5

import pytest

from statuspage.monitoring.models import Progress
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
    site = Progress.objects.get().site_id
    assert {f"UID:{uuid5(site, 'Maintenance/planned')}", "SEQUENCE:3", "STATUS:CONFIRMED"} <= set(lines)
    assert {f"UID:{uuid5(site, 'Maintenance/withdrawn')}", "SEQUENCE:0", "STATUS:CANCELLED"} <= set(lines)
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


@pytest.mark.parametrize(
    ("root", "methods"),
    [
        pytest.param("", "期间可能无法使用：分付 · 还款", id="in Chinese"),
        pytest.param("en/", "May not work during that time: Fenfu · Repayment", id="in English"),
    ],
)
def test_calendar_says_what_may_not_work_and_reminds_when_work_is_ahead(
    world: World, published: Callable[[], Path], root: str, methods: str
) -> None:
    make_maintenance(world, public_id="planned", body_zh="只影响还款。", body_en="Repayments only.")

    lines = unfolded(published() / f"{root}maintenance.ics")

    address = f"http://127.0.0.1:8000/{root}maintenance/planned/"
    (described,) = [line for line in lines if line.startswith("DESCRIPTION:") and address in line]
    assert described.startswith(f"DESCRIPTION:{methods}\\n\\n")
    assert ("只影响还款。" if not root else "Repayments only.") in described
    assert f"URL:{address}" in lines
    assert {"BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT1H", "TRANSP:TRANSPARENT"} <= set(lines)
    assert not [line for line in lines if line.startswith("LOCATION")]


def test_calendar_reminds_nobody_when_the_work_is_over(world: World, published: Callable[[], Path]) -> None:
    make_maintenance(world, status="cancelled")

    assert "BEGIN:VALARM" not in unfolded(published() / "maintenance.ics")
