"""A page is passed on, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.public_rows import World, make_incident

pytestmark = pytest.mark.e2e
Opener = Callable[..., Page]
WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 Mobile MicroMessenger/8.0.47"


@pytest.mark.parametrize("path", ["", "incident"])
def test_link_is_copied_when_the_system_has_no_menu_for_it(
    world: World, publish: Callable[[], None], site: str, opened: Opener, path: str
) -> None:
    incident = make_incident(world)
    publish()
    where = f"/en/incidents/{incident.public_id}/" if path else "/en/"
    page = opened(site + where)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Share").click()

    expect(page.locator(".told").first).to_have_text("Link copied.")
    assert page.evaluate("navigator.clipboard.readText()") == f"http://127.0.0.1:8000{where}"


def test_link_is_shown_when_it_cannot_be_copied(
    world: World, publish: Callable[[], None], site: str, opened: Opener
) -> None:
    publish()
    page = opened(site + "/en/")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }")

    page.get_by_role("button", name="Share").click()

    expect(page.locator(".told a").first).to_have_attribute("href", "http://127.0.0.1:8000/en/")


def test_share_button_is_hidden_when_there_is_no_script(
    world: World, publish: Callable[[], None], site: str, opened: Opener
) -> None:
    publish()

    page = opened(site + "/", script=False)

    expect(page.locator("button.pass-on").first).to_be_hidden()


def test_wechat_finds_a_large_picture_first_when_it_looks_through_the_page(
    world: World, publish: Callable[[], None], site: str, browser: Browser
) -> None:
    publish()
    context = browser.new_context(user_agent=WECHAT)
    page = context.new_page()

    page.goto(site + "/")
    page.wait_for_function("document.images[0] && document.images[0].naturalWidth >= 300")

    context.close()
