"""Each role in a real browser and both languages: it is offered what it may do, and refused the rest."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.support.public_rows import World, make_incident

pytestmark = pytest.mark.e2e
OFFERED = {
    "viewer": set[str](),
    "announcer": {"announcement"},
    "operator": {"announcement", "incident"},
    "owner": {"announcement", "incident", "user"},
}
PLACES = {"announcement": "incidents/announcement", "incident": "incidents/incident", "user": "auth/user"}
# Posts the form of the page's own cookie to an address, as a script of this site could.
POSTED = """address => fetch(address, {method: "POST", body: new URLSearchParams({
    csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value})}).then(a => a.status)"""


@pytest.fixture(scope="module", autouse=True)
def _beside_a_loop() -> Iterator[None]:
    """Playwright's event loop still runs in this thread when the tables are emptied."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.mark.parametrize(
    ("role", "language"), [("viewer", "zh-CN"), ("announcer", "en"), ("operator", "zh-CN"), ("owner", "en")]
)
def test_role_is_offered_what_it_may_do_and_refused_the_rest_when_it_looks(
    settings: Settings, world: World, live_server: LiveServer, browser: Browser, role: str, language: str
) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    make_incident(world)
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    context = browser.new_context(locale=language, viewport={"width": 390, "height": 844})
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page: Page = context.new_page()

    offered, refused = set(), {}
    for name, place in PLACES.items():
        page.goto(f"{live_server.url}/admin/{place}/")
        if page.locator(".object-tools .addlink").count():
            offered.add(name)
        else:
            refused[name] = page.evaluate(POSTED, f"/admin/{place}/add/")
    html_language = page.locator("html").get_attribute("lang")
    context.close()

    assert offered == OFFERED[role]
    assert set(refused.values()) <= {403}
    assert (html_language or "").startswith(language[:2])
