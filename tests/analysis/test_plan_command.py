"""manage.py plan: a table or JSON of what a catalog would see; a bad file is named."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

EXAMPLE = Path(__file__).parents[2] / "deploy" / "catalog.example.toml"


def _told(*words: str) -> str:
    out = StringIO()
    call_command("plan", *words, stdout=out)
    return out.getvalue()


def test_plan_tells_each_component_and_what_more_would_buy() -> None:
    heading, *lines = _told(str(EXAMPLE)).splitlines()

    assert heading.split()[0] == "component"
    assert [line[:15].strip() for line in lines[:3]] == ["fenfu-qr", "+ one vantage", "+ one payer"]


def test_plan_is_told_as_json_for_programs() -> None:
    (one, *_) = json.loads(_told(str(EXAMPLE), "--json"))["components"]

    assert one["component"] == "fenfu-qr"
    assert one["with_vantage"]["delays"]["outage-100"]["median_s"] < 600


def test_plan_names_what_is_wrong_with_a_catalog(tmp_path: Path) -> None:
    file = tmp_path / "catalog.toml"
    file.write_text('timezone = "Mars/Olympus"\n')

    with pytest.raises(CommandError, match=r"catalog\.toml"):
        _told(str(file))
