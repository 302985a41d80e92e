from collections import Counter
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from statuspage.monitoring.models import Component, Probe
from tests.support.probe_rows import build_probe

pytestmark = pytest.mark.django_db
TARGET = {"url": "http://127.0.0.1:9", "components": 20, "probes": 80, "interval": 10.0}


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    settings.DEMO = True


def test_load_has_the_size_that_was_asked_for_when_the_database_was_empty() -> None:
    call_command("simulate_load", **TARGET)

    rows = Probe.objects.values_list("component__slug", "persona__slug", "vantage__slug")
    assert set(Counter(component for component, _, _ in rows).values()) == {4}
    assert set(Counter(vantage for _, _, vantage in rows).values()) == {40}
    assert len(set(rows)) == 80


def test_load_is_refused_when_there_is_something_already() -> None:
    build_probe()

    with pytest.raises(CommandError, match="already"):
        call_command("simulate_load", **TARGET)

    assert Component.objects.count() == 1


def test_load_is_refused_when_the_site_is_a_real_one(settings: Settings) -> None:
    settings.DEMO = settings.DEBUG = False

    with pytest.raises(CommandError, match="FOGBREAK_DEMO=1"):
        call_command("simulate_load", **TARGET)


@pytest.mark.parametrize("wrong", [{"interval": 0.0}, {"probes": -1}, {"url": "nowhere"}], ids=str)
def test_load_is_refused_when_its_size_or_address_is_wrong(wrong: dict[str, Any]) -> None:
    with pytest.raises(CommandError, match=f"--{next(iter(wrong))}"):
        call_command("simulate_load", **(TARGET | wrong))
