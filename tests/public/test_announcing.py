"""From the admin's form to the page: what a person writes is published at the next look."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from statuspage.incidents.models import Announcement
from statuspage.public.publish.publisher import publish_if_due
from tests.support.public_rows import make_announcement, make_world


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))
    return client


def test_announcement_is_on_the_page_when_an_admin_saved_it(
    admin: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.SNAPSHOT_DIR = tmp_path
    now = timezone.now()
    make_world(now=now)
    publish_if_due(now)
    form = {
        "title_zh": "客服热线调整",
        "title_en": "New hotline",
        "body_zh": "请拨打 **95017**。",
        "body_en": "Call **95017**.",
        "published": "on",
        "starts_at_0": (now - timedelta(days=1)).strftime("%Y-%m-%d"),
        "starts_at_1": "00:00:00",
        "ends_at_0": "",
        "ends_at_1": "",
    }

    response = admin.post("/admin/incidents/announcement/add/", form)
    is_published = publish_if_due(timezone.now())

    assert response.status_code == 302, response.content.decode()[:3000]
    assert Announcement.objects.count() == 1
    assert is_published
    assert "请拨打 <strong>95017</strong>" in (tmp_path / "current/index.html").read_text()
    assert "Call <strong>95017</strong>" in (tmp_path / "current/en/index.html").read_text()


def test_announcement_comes_and_goes_to_the_second_when_it_is_scheduled(
    db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.SNAPSHOT_DIR, settings.PUBLISH_SECONDS = tmp_path, 3600
    now = timezone.now()
    world = make_world(now=now, days=1)
    second = timedelta(seconds=1)
    make_announcement(world, starts_at=now + 5 * second, ends_at=now + 9 * second)
    publish_if_due(now)

    shown = {}
    for count in (4, 5, 6, 8, 9, 10):
        is_new = publish_if_due(now + count * second)
        shown[count] = (is_new, "Support hours" in (tmp_path / "current/en/index.html").read_text())

    assert shown == {
        4: (False, False),
        5: (True, True),
        6: (False, True),
        8: (False, True),
        9: (True, False),
        10: (False, False),
    }
