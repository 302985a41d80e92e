"""A form of the admin as the public would see it: by the real renderers, and nothing of it is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from statuspage.delivery.models import News
from statuspage.incidents.models import Announcement, Maintenance, MaintenanceNotice, MaintenanceUpdate
from statuspage.logbook.models import Deed
from tests.support.public_rows import World, make_world

KEPT: tuple[type[Model], ...] = (Announcement, Maintenance, MaintenanceUpdate, MaintenanceNotice, News, Deed)


@pytest.fixture
def world(db: None) -> World:
    return make_world(days=1, now=timezone.now())


@pytest.fixture
def browser(admin_client: Client, settings: Settings) -> Client:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    admin_client.cookies["django_language"] = "en"
    return admin_client


def rows() -> dict[type[Model], int]:
    return {model: model._base_manager.count() for model in KEPT}


def announcement(**changes: str) -> dict[str, str]:
    return {
        "title_zh": "客服热线调整",
        "title_en": "",
        "body_zh": "请拨打 **95017**。<script>",
        "body_en": "",
        "published": "on",
        "starts_at_0": "2026-01-01",
        "starts_at_1": "00:00:00",
        "ends_at_0": "",
        "ends_at_1": "",
        **changes,
    }


def work(world: World) -> dict[str, Any]:
    day = (timezone.now() + timedelta(days=3)).date()
    return {
        "title_zh": "",
        "title_en": "Upgrade of the ledger",
        "body_zh": "",
        "body_en": "",
        "components": [world.components["fenfu-repay"].pk],
        "starts_at_0": f"{day}",
        "starts_at_1": "01:00:00",
        "ends_at_0": f"{day}",
        "ends_at_1": "03:00:00",
        "status": "scheduled",
        "remind_hours": "24",
        "slug": "",
        "updates-TOTAL_FORMS": "0",
        "updates-INITIAL_FORMS": "0",
    }


def test_announcement_is_shown_as_page_and_mail_and_nothing_is_kept_when_it_is_previewed(
    world: World, browser: Client
) -> None:
    before = rows()

    answer = browser.post("/admin/preview/announcement/", announcement())

    chinese, english = answer.context["previews"]
    assert answer.context["problems"] == []
    assert "请拨打 <strong>95017</strong>。&lt;script&gt;" in chinese.page
    assert "Only in Chinese" in english.page
    assert "客服热线调整" in chinese.mail.subject
    assert "Only in Chinese" in english.mail.text
    assert chinese.entry is None
    assert rows() == before
    assert "sandbox" in answer.content.decode()


def test_planned_work_is_shown_as_page_feed_and_mail_when_it_is_previewed(
    world: World, browser: Client
) -> None:
    before = rows()

    answer = browser.post("/admin/preview/maintenance/", work(world))

    chinese, english = answer.context["previews"]
    assert "Upgrade of the ledger" in english.page
    assert english.entry.title == "Upgrade of the ledger"
    assert "Fenfu · Repayment may not work during that time" in english.entry.html
    assert "分付 · 还款可能无法使用" in chinese.mail.text
    assert rows() == before


def test_preview_says_why_when_the_form_would_not_be_saved(world: World, browser: Client) -> None:
    answer = browser.post("/admin/preview/announcement/", announcement(title_zh=" "))

    assert answer.context["previews"] == []
    assert "one of them is enough" in " ".join(answer.context["problems"])


def test_preview_says_nothing_of_having_saved_and_neither_does_the_next_page(
    world: World, browser: Client
) -> None:
    shown = browser.post("/admin/preview/announcement/", announcement()).content.decode()

    page = browser.get("/admin/incidents/announcement/").content.decode()

    assert "messagelist" not in shown
    assert "messagelist" not in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/admin/preview/announcement/", 403),
        ("/admin/preview/user/", 404),
        ("/admin/preview/maintenance/99/", 404),
    ],
)
def test_preview_is_refused_when_one_may_not_write_it_or_it_is_none(
    world: World, client: Client, address: str, status: int
) -> None:
    client.force_login(User.objects.create_user("viewer", is_staff=True))

    assert client.post(address, announcement()).status_code == status


def test_preview_asks_to_log_in_when_a_stranger_looks(world: World, client: Client) -> None:
    answer = client.post("/admin/preview/announcement/", announcement())

    assert answer.status_code == 302
    assert "/admin/login/" in answer["location"]
