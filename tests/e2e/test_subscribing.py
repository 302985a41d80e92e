"""A reader asks for mails in a real browser, which says of itself where a form comes from."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Page, expect
from pytest_django import Settings

from statuspage.public.publish.publisher import write
from statuspage.public.read.snapshot import build
from statuspage.public.serve.server import SnapshotServer
from statuspage.subscribers.models import Subscription
from statuspage.subscribers.servers import MailServer, Security
from statuspage.subscribers.tokens import LinkPurpose, token_for
from tests.support.public_rows import World
from tests.support.wsgi import serving

pytestmark = pytest.mark.e2e


@pytest.fixture
def site(world: World, tmp_path: Path, settings: Settings) -> Iterator[str]:
    """The whole site, with a mail server that nothing is sent to."""
    settings.EMAIL_URL = MailServer(host="127.0.0.1", port=9, security=Security.NONE)
    settings.MAIL_FROM = "status@pay.example"
    write(build(world.now), tmp_path)
    with serving(SnapshotServer(get_wsgi_application(), tmp_path)) as port:
        yield f"http://127.0.0.1:{port}"


def test_reader_is_subscribed_and_stops_when_he_sends_the_forms_of_a_browser(
    site: str, opened: Callable[..., Page], settings: Settings
) -> None:
    page = opened(f"{site}/en/subscribe/")
    page.get_by_label("Mail address").fill("ann@example.com")

    page.locator("main button").click()

    expect(page).to_have_url(re.compile("/en/subscribe/sent/$"))
    key = _only_key()
    page.goto(f"{site}/en/subscribe/confirm/{token_for(LinkPurpose.CONFIRM, key, settings.SECRET_KEY)}/")
    page.locator("main button").click()
    page.locator("main a.button:not(.quiet)").click()
    expect(page).to_have_url(re.compile("/en/subscribe/manage/"))
    page.locator("main button:not(.quiet)").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.locator("main button.quiet").click()
    expect(page).to_have_url(re.compile("/en/subscribe/stop/"))
    with ThreadPoolExecutor() as threads:
        assert not threads.submit(Subscription.objects.exists).result()


def _only_key() -> str:
    with ThreadPoolExecutor() as threads:
        return threads.submit(Subscription.objects.values_list("key", flat=True).get).result()
