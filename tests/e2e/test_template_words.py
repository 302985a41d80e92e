"""A template fills its words into the form that is open; what was typed elsewhere in it stays."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from probes.vocabulary.occasions import Occasion
from statuspage.drafting.models import WordTemplate
from tests.support.public_rows import World

pytestmark = pytest.mark.e2e
PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module", autouse=True)
def _beside_a_loop() -> Iterator[None]:
    """Playwright's event loop still runs in this thread when the tables are emptied."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def form(settings: Settings, world: World, live_server: LiveServer, opened: Callable[..., Page]) -> Page:
    """The form of a new announcement, for which there is a template."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    User.objects.create_superuser(username="boss", password=PASSWORD)
    WordTemplate.objects.create(
        name="Quota",
        occasion=Occasion.ANNOUNCEMENT.value,
        title_zh="额度调整",
        title_en="",
        body_zh="自今日起",
    )
    page = opened(f"{live_server.url}/admin/incidents/announcement/add/", width=1280)
    page.fill("#id_username", "boss")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    return page


def test_template_fills_in_its_words_and_leaves_what_else_was_typed(form: Page) -> None:
    form.fill("[name=title_en]", "My own title")
    form.fill("[name=starts_at_1]", "03:04:05")

    form.locator("a[data-words]").click()

    expect(form.locator("[name=title_zh]")).to_have_value("额度调整")
    expect(form.locator("[name=body_zh]")).to_have_value("自今日起")
    expect(form.locator("[name=title_en]")).to_have_value("My own title")
    expect(form.locator("[name=starts_at_1]")).to_have_value("03:04:05")


@pytest.mark.parametrize(("answer", "kept"), [("accept", "额度调整"), ("dismiss", "我写的")])
def test_template_asks_before_it_takes_the_place_of_what_was_typed(
    form: Page, answer: str, kept: str
) -> None:
    form.fill("[name=title_zh]", "我写的")
    form.on("dialog", lambda dialog: getattr(dialog, answer)())

    form.locator("a[data-words]").click()

    expect(form.locator("[name=title_zh]")).to_have_value(kept)
    expect(form.locator("[name=body_zh]")).to_have_value("自今日起" if answer == "accept" else "")
