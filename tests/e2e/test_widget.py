"""The widget in a real browser, on a page of another origin."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from playwright.sync_api import Browser

from probes.vocabulary.causes import Cause
from probes.vocabulary.states import ComponentState
from tests.support.npm import install_npm
from tests.support.public_rows import World, make_incident, set_state
from tests.support.wsgi import serving

pytestmark = pytest.mark.e2e


@pytest.fixture
def elsewhere(site: str) -> Iterator[str]:
    """The address of somebody else's page with the widget on it, and with the frame."""
    page = (
        '<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1>'
        f'<script async src="{site}/widget.js" data-lang="en"></script>'
        f'<iframe src="{site}/en/embed/" title="Status"></iframe>'
    ).encode()

    def shop(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [page]

    with serving(shop) as port:
        yield f"http://localhost:{port}/"


def test_widget_and_frame_tell_the_cause_when_a_risk_wave_is_on(
    world: World, publish: Callable[[], None], elsewhere: str, browser: Browser
) -> None:
    make_incident(world, cause=Cause.RISK_CONTROL)
    publish()
    page = browser.new_page()

    page.goto(elsewhere)
    page.get_by_role("status").wait_for()

    said = page.get_by_role("status").inner_text()
    framed = page.frame_locator("iframe").locator(".said").inner_text()
    cookies = page.context.cookies()
    page.close()
    assert said == "Payment status: Risk checks"
    assert "risk control" in framed.lower()
    assert cookies == []


def test_widget_says_that_nobody_knows_when_the_site_is_gone(
    world: World, publish: Callable[[], None], elsewhere: str, browser: Browser
) -> None:
    publish()
    page = browser.new_page()
    page.route("**/api/v2/status.json", lambda route: route.abort())

    page.goto(elsewhere)
    page.get_by_role("status").wait_for()

    said = page.get_by_role("status").inner_text()
    page.close()
    assert said == "Status unknown"


def test_widget_says_that_nobody_knows_when_the_page_knows_nothing_newer_for_long(
    world: World, publish: Callable[[], None], elsewhere: str, browser: Browser
) -> None:
    publish()
    made, known = (datetime.now(UTC) - timedelta(seconds=seconds) for seconds in (250, 350))
    told = {"updated_at": made.isoformat(), "x_known_until": known.isoformat()}
    page = browser.new_page()
    page.route(
        "**/api/v2/status.json",
        lambda route: route.fulfill(json={"page": told}, headers={"Access-Control-Allow-Origin": "*"}),
    )

    page.goto(elsewhere)
    page.get_by_role("status").wait_for()

    said = page.get_by_role("status").inner_text()
    page.close()
    assert said == "Payment status: unknown"


@pytest.fixture
def with_public_widget(site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of somebody else's page with the widget that npm has for the Statuspage API."""
    folder = tmp_path_factory.mktemp("npm")
    install_npm(folder, "@statuspage/status-widget@1.0.5", "@webcomponents/webcomponentsjs@2.1.3")
    modules = folder / "node_modules"
    scripts = {
        "/webcomponents.js": (
            modules / "@webcomponents/webcomponentsjs/webcomponents-bundle.js"
        ).read_bytes(),
        "/widget.js": (modules / "@statuspage/status-widget/dist/index.js").read_bytes(),
    }
    page = (
        '<!doctype html><html lang="en"><title>Shop</title>'
        '<script src="/webcomponents.js"></script><script src="/widget.js"></script>'
        f'<statuspage-widget src="{site}"></statuspage-widget>'
    ).encode()

    def shop(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        script = scripts.get(environ["PATH_INFO"])
        kind = "text/javascript" if script else "text/html"
        start_response("200 OK", [("Content-Type", f"{kind}; charset=utf-8")])
        return [script or page]

    with serving(shop) as port:
        yield f"http://localhost:{port}/"
    shutil.rmtree(modules)


@pytest.mark.slow
def test_public_widget_shows_the_indicator_when_a_risk_wave_is_on(
    world: World, publish: Callable[[], None], with_public_widget: str, browser: Browser
) -> None:
    make_incident(world, cause=Cause.RISK_CONTROL)
    set_state(world, "fenfu-qr", ComponentState.DEGRADED)
    publish()
    page = browser.new_page()

    page.goto(with_public_widget)
    said = page.locator("statuspage-widget .status-text")
    said.wait_for()

    text, kind = said.inner_text(), page.locator("statuspage-widget .status-indicator").get_attribute("class")
    page.close()
    assert text == "Partially Degraded Service"
    assert "minor" in str(kind)
