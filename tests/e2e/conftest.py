"""A real browser, and the published page behind a real server."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from statuspage.public.publish.publisher import write
from statuspage.public.read.snapshot import build
from statuspage.public.serve.server import SnapshotServer
from tests.support.binaries import require_binary
from tests.support.public_rows import World, make_world
from tests.support.wsgi import serving

CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


expect.set_options(timeout=20_000)  # milliseconds: other tests may keep both cores busy


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = require_binary("chromium", package="chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        yield running
        running.close()


@pytest.fixture
def page_errors() -> list[str]:
    """Errors of scripts and of the security policy so far: a test that wants one takes it out."""
    return []


@pytest.fixture
def opened(browser: Browser, site: str, page_errors: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens addresses as new readers on a phone; an error of a script or the security policy fails the test.

    Each page is closed at the end, or it would go on asking a server that is gone.
    """
    contexts: list[BrowserContext] = []
    errors = page_errors

    def open_page(
        address: str, *, width: int = 390, scheme: Literal["light", "dark"] = "light", script: bool = True
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme=scheme,
            java_script_enabled=script,
            timezone_id="Europe/Berlin",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    # Playwright runs an event loop in this thread, in which Django would refuse to touch the database.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    return make_world(now=datetime.now(tz=UTC))


@pytest.fixture
def publish(world: World, tmp_path: Path) -> Callable[[], None]:
    """Publishes the rows as they are when it is called."""

    def publish_now() -> None:
        write(build(world.now), tmp_path)

    return publish_now


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address at which the published pages are served."""

    def nothing_else(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("404 Not Found", [])
        return []

    with serving(SnapshotServer(nothing_else, tmp_path)) as port:
        yield f"http://127.0.0.1:{port}"
