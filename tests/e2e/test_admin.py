"""The admin in a real browser: no page breaks its own policy, and the entrance works without scripts."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

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
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    User.objects.create_superuser(username="boss", password=PASSWORD)
    return live_server.url


def _log_in(page: Page, code: str = "") -> None:
    page.fill("#id_username", "boss")
    page.fill("#id_password", PASSWORD)
    page.fill("#id_code", code)
    page.click("input[type=submit]")
    page.wait_for_url("**/admin/**")


def _pages(request: HttpRequest) -> Iterator[str]:
    """The form of a row or a new one of every table, and those lists that have most on them."""
    yield from ("/admin/", "/admin/password_change/", "/admin/second-factor/", "/admin/auth/user/")
    yield from ("/admin/incidents/incident/", "/admin/monitoring/report/", "/admin/monitoring/probe/")
    for model, rows in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.first()
        if row is not None and rows.has_view_permission(request, row):
            yield reverse(f"{name}_change", args=[row.pk])
        elif rows.has_add_permission(request):
            yield reverse(f"{name}_add")


def test_no_page_of_the_admin_breaks_its_policy_when_it_is_opened(
    site: str, opened: Callable[..., Page], rf: RequestFactory
) -> None:
    # The fixture fails the test on any error that a script or the policy reports.
    page = opened(f"{site}/admin/", width=1280)
    _log_in(page)
    request = rf.get("/admin/")
    request.user = User.objects.get()
    asked = list(_pages(request))

    answers = {path: page.goto(site + path) for path in asked}

    assert len(asked) > 20
    assert {path for path, answer in answers.items() if answer is None or answer.status != 200} == set()
    policies = {answer.headers.get("content-security-policy", "") for answer in answers.values() if answer}
    assert len(policies) == 1
    assert "unsafe-inline" not in policies.pop()


def test_second_factor_is_set_up_and_asked_for_when_the_browser_runs_no_script(
    site: str, opened: Callable[..., Page]
) -> None:
    page = opened(f"{site}/admin/", script=False)
    _log_in(page)
    page.goto(f"{site}/admin/second-factor/")
    device = TOTPDevice.objects.get()
    assert page.locator("svg.segno").bounding_box()["width"] > 100  # type: ignore[index]

    page.fill("#id_code", f"{totp(device.bin_key):06}")
    page.click("button[value=set-up]")
    codes = page.locator("li code").all_inner_texts()

    fresh = opened(f"{site}/admin/", script=False)
    _log_in(fresh, code=codes[0])
    assert fresh.locator("#logout-form").count() == 1
