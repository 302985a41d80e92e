"""A notice that is pasted in the admin fills in the form of planned work, and stores nothing."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from statuspage.incidents.models import Maintenance
from statuspage.incidents.pasted import parts_of, read_pasted
from tests.support.public_rows import World, make_world

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=ZONE)
PASTE = "/admin/incidents/maintenance/paste/"


@pytest.fixture
def world(db: None) -> World:
    return make_world(days=1)


@pytest.fixture
def browser(admin_client: Client, settings: Settings) -> Client:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    admin_client.cookies["django_language"] = "en"
    return admin_client


@pytest.mark.parametrize(
    ("named", "slugs"),
    [
        ("零钱", {"wxpay-balance"}),
        ("分付扫码支付", {"fenfu-qr"}),
        ("扫码", {"fenfu-qr"}),
        ("Fenfu · Repayment", {"fenfu-repay"}),
        ("分付", {"fenfu-qr", "fenfu-online", "fenfu-repay", "fenfu-limit"}),
        ("Bitcoin", set()),
    ],
)
def test_components_are_found_by_their_names_and_parts_of_them(
    world: World, named: str, slugs: set[str]
) -> None:
    read = read_pasted(f"11月30日00:00-06:00系统维护，{named}暂停服务", now=NOW, zone=ZONE)

    assert {row.slug for row in read.components} == slugs


def test_part_of_a_name_names_nobody_when_two_share_it(world: World) -> None:
    world.components["fenfu-online"].name_zh = "零钱付款"

    names = {part.name for part in parts_of(list(world.components.values()))}

    assert "零钱支付" in names
    assert "零钱" not in names


def test_form_is_filled_in_and_nothing_is_stored_when_a_notice_is_pasted(
    world: World, browser: Client
) -> None:
    day = datetime.now(ZONE).date() + timedelta(days=3)
    notice = f"将于{day.month}月{day.day}日00:00-06:00进行系统维护，期间零钱支付暂停服务"

    page = browser.post(PASTE, {"notice": notice}, follow=True).content.decode()

    form = HTMLParser(page)
    shown = {
        name: (field.attributes.get("value") if field.tag == "input" else field.text().strip())
        for name in ("title_zh", "title_en", "body_zh", "starts_at_0", "starts_at_1", "ends_at_1")
        if (field := form.css_first(f"[name={name}]"))
    }
    assert shown == {
        "title_zh": "微信支付（对照） · 零钱支付：计划维护",
        "title_en": "WeChat Pay (control) · Balance payment: scheduled maintenance",
        "body_zh": notice,
        "starts_at_0": f"{day}",
        "starts_at_1": "00:00:00",
        "ends_at_1": "06:00:00",
    }
    chosen = [option.text() for option in form.css("[name=components] option[selected]")]
    assert len(chosen) == 1
    assert not Maintenance.objects.exists()


def test_form_says_what_could_not_be_read_when_a_notice_is_unclear(world: World, browser: Client) -> None:
    page = browser.post(PASTE, {"notice": "近期将进行系统维护"}, follow=True).content.decode()
    again = browser.get("/admin/incidents/maintenance/add/").content.decode()

    assert "No hours were found" in page
    assert "No component was named" in page
    assert "近期将进行系统维护" in page
    assert "近期将进行系统维护" not in again


def test_page_is_refused_when_one_may_not_add_planned_work(world: World, client: Client) -> None:
    client.force_login(User.objects.create_user("viewer", is_staff=True))

    assert client.get(PASTE).status_code == 403
