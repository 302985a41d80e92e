"""The catalog in a real browser: endpoint and probe by form, tried before they are saved, cloned, paused."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, Route, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from statuspage.monitoring.models import Endpoint, Probe
from tests.support.public_rows import World
from tests.support.websites import Answer, website

pytestmark = pytest.mark.e2e
PASSWORD = "correct horse battery staple"
WORDS = {
    "en": {
        "fine": "went through",
        "pause": "Pause the checks of the selected ones…",
        "paused": "paused until",
    },
    "zh-hans": {"fine": "成功", "pause": "暂停所选项的检测…", "paused": "暂停到"},
}


@pytest.fixture(scope="module", autouse=True)
def _beside_a_loop() -> Iterator[None]:
    """Playwright's event loop still runs in this thread when the tables are emptied."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def site(settings: Settings, world: World, live_server: LiveServer) -> str:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    User.objects.create_superuser(username="boss", password=PASSWORD)
    return live_server.url


def logged_in(page: Page, language: str) -> None:
    page.set_extra_http_headers({"Accept-Language": language})
    page.reload()
    page.fill("#id_username", "boss")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_url("**/admin/**")


def make_endpoint(page: Page, site: str, url: str, fine: str) -> None:
    page.goto(f"{site}/admin/monitoring/endpoint/add/")
    # What follows from the choice is there as soon as it is made.
    page.select_option("#id_gateway", "card_json")
    expect(page.locator("#id_credentials_api_key")).to_be_visible()
    page.select_option("#id_gateway", "generic_http")
    expect(page.locator("#id_credentials_api_key")).to_have_count(0)
    page.fill("#id_base_url", url)
    page.select_option("#id_try_operation", "get")
    page.click("input[name=_try]")
    expect(page.locator("#tried")).to_contain_text(fine)
    assert not Endpoint.objects.filter(slug="shop").exists()
    page.fill("#id_slug", "shop")
    page.fill("#id_name_zh", "商店")
    page.fill("#id_name_en", "Shop")
    page.click("input[name=_save]")
    page.wait_for_url("**/endpoint/")


def make_probe(page: Page, site: str, fine: str) -> None:
    page.goto(f"{site}/admin/monitoring/probe/add/")
    page.select_option("#id_endpoint", str(Endpoint.objects.get(slug="shop").pk))
    expect(page.locator("#id_options_expect_text")).to_be_visible()
    for name in ("component", "persona", "vantage"):
        page.select_option(f"#id_{name}", index=1)
    page.select_option("#id_operation", "get")
    page.fill("#id_options_path", "/ok")
    page.fill("#id_options_expect_text", "fine")
    page.click("input[name=_try]")
    expect(page.locator("#tried")).to_contain_text("/ok")
    expect(page.locator("#tried")).to_contain_text(fine)
    page.fill("#id_slug", "shop.probe")
    page.click("input[name=_save]")
    page.wait_for_url("**/probe/")


@pytest.mark.parametrize("language", list(WORDS))
def test_endpoint_and_probe_are_made_tried_cloned_and_paused_by_hand(
    site: str, opened: Callable[..., Page], language: str
) -> None:
    words = WORDS[language]
    page = opened(f"{site}/admin/", width=1280)
    logged_in(page, language)
    with website(ok=Answer(b"all fine"), **{"": Answer(b"hello")}) as shop:
        make_endpoint(page, site, shop.url, words["fine"])
        make_probe(page, site, words["fine"])

    made = Probe.objects.get(slug="shop.probe")
    page.goto(f"{site}/admin/monitoring/probe/{made.pk}/change/")
    page.click(".object-tools a[href*=clone]")
    expect(page.locator("#id_options_path")).to_have_value("/ok")
    page.click("input[name=_save]")
    page.wait_for_url("**/probe/")
    page.check(f"input[name=_selected_action][value='{made.pk}']")
    page.select_option("select[name=action]", label=words["pause"])
    page.click("button[name=index]")
    page.fill("#id_reason", "their move")
    page.click("input[name=_pause]")
    row = page.locator("tr", has=page.get_by_role("link", name=re.compile(r"^shop\.probe$")))
    expect(row).to_contain_text(words["paused"])

    clone, made = Probe.objects.get(slug="shop.probe-2"), Probe.objects.get(slug="shop.probe")
    assert clone.options == made.options == {"path": "/ok", "expect_text": "fine"}
    assert (clone.enabled, made.enabled, made.pause_reason) == (True, False, "their move")


def test_button_shows_what_follows_from_a_choice_when_the_site_did_not_answer_to_it(
    site: str, opened: Callable[..., Page], page_errors: list[str]
) -> None:
    page = opened(f"{site}/admin/", width=1280)
    logged_in(page, "en")
    page.goto(f"{site}/admin/monitoring/endpoint/add/")
    expect(page.locator(".fields-of")).to_be_hidden()
    page.route("**/add/", lambda route: route.fulfill(status=503))

    page.select_option("#id_gateway", "card_json")
    expect(page.locator(".fields-of")).to_be_visible()
    page.unroute("**/add/")
    page.click(".fields-of button")

    expect(page.locator("#id_credentials_api_key")).to_be_visible()
    assert [error for error in page_errors if "503" in error] == page_errors
    page_errors.clear()


def test_last_choice_counts_and_what_is_typed_stays_when_the_answer_to_an_earlier_one_is_late(
    site: str, opened: Callable[..., Page]
) -> None:
    page = opened(f"{site}/admin/", width=1280)
    logged_in(page, "en")
    page.goto(f"{site}/admin/monitoring/endpoint/add/")
    page.select_option("#id_gateway", "card_json")
    expect(page.locator("#id_credentials_api_key")).to_be_visible()
    page.locator("fieldset.entries").evaluate("part => { part.dataset.before = '' }")
    waiting: list[Route] = []
    page.route("**/add/", lambda route: waiting.append(route))

    page.select_option("#id_gateway", "generic_http")
    page.select_option("#id_gateway", "card_json")
    page.fill("#id_credentials_api_key", "env:TYPED_MEANWHILE")
    waiting[1].continue_()
    expect(page.locator("fieldset.entries[data-before]")).to_have_count(0)

    expect(page.locator("#id_credentials_api_key")).to_have_value("env:TYPED_MEANWHILE")
