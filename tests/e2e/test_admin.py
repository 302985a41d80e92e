"""The admin in a real browser: no page of it breaks its policy."""

from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.support.probe_rows import build_probe
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
def site(settings: Settings, world: World, live_server: LiveServer) -> str:
    """A site with something in most tables, whose static files come as they are."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    build_probe()
    User.objects.create_superuser(username="boss", password=PASSWORD)
    return live_server.url


def _log_in(page: Page) -> None:
    page.fill("#id_username", "boss")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_url("**/admin/**")


def _pages() -> Iterator[str]:
    """A list with filters and actions, and every form that has scripts or a template of its own."""
    yield from ("/admin/", "/admin/password_change/", "/admin/second-factor/", "/admin/auth/user/")
    for name in ("monitoring_probe", "monitoring_component"):
        row = apps.get_model(name.replace("_", ".")).objects.first()
        assert row is not None
        yield reverse(f"admin:{name}_change", args=[row.pk])
    for name in (
        "incidents_maintenance",
        "incidents_incident",
        "incidents_announcement",
        "api_apitoken",
        "monitoring_source",
        "auth_group",
    ):
        yield reverse(f"admin:{name}_add")


def test_no_page_of_the_admin_breaks_its_policy_when_it_is_opened(
    site: str, opened: Callable[..., Page]
) -> None:
    # The fixture fails the test on any error that a script or the policy reports.
    page = opened(f"{site}/admin/", width=1280)
    _log_in(page)
    answers = {path: page.goto(site + path) for path in _pages()}

    assert {path for path, answer in answers.items() if answer is None or answer.status != 200} == set()
    policies = {answer.headers.get("content-security-policy", "") for answer in answers.values() if answer}
    assert len(policies) == 1
    assert "unsafe-inline" not in policies.pop()
    page.goto(f"{site}/admin/second-factor/")
    assert page.locator("svg.segno").bounding_box()["width"] > 100  # type: ignore[index]
