"""Traditional Chinese: converted where we or the operator wrote it, left alone where somebody else did."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from tests.support.public_rows import World, make_announcement, make_incident


def test_text_is_in_traditional_characters_when_they_are_asked_for() -> None:
    text = Bilingual("系统故障，请先查账单里的付款", "System outage")

    assert text.in_("zh-hant") == "系統故障，請先查賬單裡的付款"
    assert text.in_("zh-hans") == text.zh


@pytest.fixture
def folder(world: World, published: Callable[[], Path], settings: Settings) -> Path:
    settings.TRADITIONAL_CHINESE = True
    make_incident(world, cause=Cause.RISK_CONTROL)
    make_announcement(world)
    return published()


def test_every_page_is_published_in_traditional_characters_when_that_is_set(folder: Path) -> None:
    simplified = {file.relative_to(folder) for file in folder.glob("**/*.html") if "en" not in file.parts}
    simplified = {file for file in simplified if not {"zh-hant", ".aged"} & set(file.parts)}

    page = HTMLParser((folder / "zh-hant/index.html").read_text())

    assert {file for file in simplified if not (folder / "zh-hant" / file).exists()} == set()
    assert page.css_first("html[lang=zh-Hant]") is not None
    assert "拒絕" in page.css_first("h1").text()  # type: ignore[union-attr]
    assert "9:00–21:00" in page.text()
    links = {node.attributes["hreflang"] for node in page.css("link[hreflang]")}
    assert links == {"zh-Hans", "zh-Hant", "en", "x-default"}


def test_what_users_and_endpoints_said_stays_as_it_was_when_all_else_is_converted(folder: Path) -> None:
    (file,) = folder.glob("zh-hant/incidents/*/index.html")
    text = HTMLParser(file.read_text()).text()

    assert "扫码一直转圈，付不出去" in text
    assert "当前交易存在风险" in text
    assert "风控" not in text
    assert "風控" in text


def test_nothing_is_converted_when_it_is_not_set(world: World, published: Callable[[], Path]) -> None:
    folder = published()

    assert not (folder / "zh-hant").exists()
    assert "zh-Hant" not in (folder / "index.html").read_text()


@pytest.mark.django_db
def test_forms_ask_in_traditional_characters_when_they_are_asked_for_there(settings: Settings) -> None:
    settings.TRADITIONAL_CHINESE = True

    page = Client().get("/zh-hant/only-me/").content.decode()

    assert '<html lang="zh-Hant">' in page
    assert "這樣" in page
