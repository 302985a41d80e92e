"""The language of a first visit in a real browser: offered, never forced, and kept once it is chosen."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.public_rows import World

pytestmark = pytest.mark.e2e


@pytest.fixture
def reader(browser: Browser, publish: Callable[[], None], world: World) -> Iterator[Callable[..., Page]]:
    """A new reader whose browser prefers a language; further addresses are opened by the same reader."""
    publish()
    contexts: list[BrowserContext] = []

    def new(locale: str, **options: Any) -> Page:
        context = browser.new_context(locale=locale, viewport={"width": 390, "height": 844}, **options)
        contexts.append(context)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("locale", "path", "offered"),
    [
        ("en-US", "/", "Read this page in English"),
        ("zh-CN", "/", None),
        ("zh-CN", "/en/", "阅读本页的中文版"),
        ("en-GB", "/en/", None),
        ("fr-FR", "/", None),
        ("en-US", "/about/", "Read this page in English"),
    ],
)
def test_other_language_is_offered_on_the_first_visit_when_the_browser_prefers_it(
    reader: Callable[..., Page], site: str, locale: str, path: str, offered: str | None
) -> None:
    page = reader(locale)

    page.goto(site + path)

    expect(page).to_have_url(site + path)
    if offered is None:
        expect(page.locator(".offer")).to_be_hidden()
    else:
        expect(page.locator(".offer a")).to_have_text(offered)
        expect(page.locator(".offer a")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length") == 0


def test_choice_of_a_language_is_kept_when_the_reader_comes_again(
    reader: Callable[..., Page], site: str
) -> None:
    page = reader("en-US")
    page.goto(site)
    page.locator(".offer a").click()
    expect(page).to_have_url(f"{site}/en/")

    again = page.context.new_page()
    again.goto(site)

    expect(again).to_have_url(f"{site}/en/")
    again.get_by_role("link", name="中文").click()
    expect(again).to_have_url(f"{site}/")
    expect(again.locator(".offer")).to_be_hidden()


def test_offer_is_gone_when_the_reader_stays(reader: Callable[..., Page], site: str) -> None:
    page = reader("en-US")
    page.goto(site)

    page.get_by_role("button", name="No, stay with Chinese").click()
    page.goto(f"{site}/about/")

    expect(page.locator(".offer")).to_be_hidden()
    expect(page).to_have_url(f"{site}/about/")


def test_other_language_is_a_link_when_scripts_are_off(reader: Callable[..., Page], site: str) -> None:
    page = reader("en-US", java_script_enabled=False)

    page.goto(site)

    expect(page.locator(".offer")).to_be_hidden()
    expect(page.get_by_role("link", name="English")).to_have_attribute("href", "/en/")
