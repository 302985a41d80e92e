"""Senders and rules in the admin: tokens are shown once, rules are checked and can be tried."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from statuspage.entrance.roles import Role
from statuspage.outside.models import Sender, SenderRule, SentSignal
from statuspage.outside.senders import find_sender
from tests.outside.building import alert, make_rule, make_sender, post
from tests.support.public_rows import World, make_world

TRY = "admin:outside_senderrule_try"


@pytest.fixture
def world(db: None) -> World:
    return make_world(now=datetime.now(UTC), days=1)


@pytest.fixture
def staff(admin_client: Client) -> Client:
    admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return admin_client


def shown_token(page: str) -> str:
    found = re.search(r"<code>(fs_[\w-]+)</code>", page)
    assert found is not None, page
    return found[1]


def test_token_is_shown_once_and_the_one_before_is_refused_when_a_new_one_is_made(
    world: World, staff: Client
) -> None:
    fields = {"name": "Prometheus", "enabled": "on", "lost_after_minutes": "300", "silent_after_minutes": "0"}

    first = shown_token(staff.post(reverse("admin:outside_sender_add"), fields, follow=True).content.decode())
    change = reverse("admin:outside_sender_change", args=[Sender.objects.get().pk])
    kept = staff.post(change, fields, follow=True).content.decode()
    second = shown_token(staff.post(change, {**fields, "rotate": "on"}, follow=True).content.decode())

    assert "fs_" not in re.sub(r"fs_[\w-]{6}\b", "", kept)
    assert find_sender(first) is None
    assert find_sender(second) == Sender.objects.get()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"matchers": 'a=~"("'}, "missing )", id="matchers that cannot be read"),
        pytest.param({"components": []}, "Say which components it speaks of.", id="a cause of nothing"),
        pytest.param({"cause": ""}, "Say which cause it speaks for", id="components without a cause"),
    ],
)
def test_rule_is_refused_with_a_reason_when_it_makes_no_sense(
    world: World, staff: Client, fields: dict[str, object], said: str
) -> None:
    sound = {
        "name": "page",
        "order": "1",
        "matchers": 'severity="page"',
        "cause": "outage",
        "strength": "usual",
        "components": [world.components["fenfu-qr"].pk],
    }

    page = staff.post(reverse("admin:outside_senderrule_add"), {**sound, **fields}).content.decode()

    assert said in page
    assert not SenderRule.objects.exists()


def test_trying_tells_which_rule_takes_an_alert_and_why_not_the_others_when_a_body_is_pasted(
    world: World, staff: Client
) -> None:
    make_rule("fenfu-qr", name="Repay", order=1, matchers='service="repay"')
    make_rule("fenfu-qr", name="Paging", order=2)
    body = post(alert(service="<qr>"), alert(fingerprint="b", severity="info"))

    page = staff.post(reverse(TRY), {"body": json.dumps(body)}).content.decode()

    assert "<b>Paging</b>" in page
    assert "service=&quot;repay&quot;" in page
    assert "&quot;&lt;qr&gt;&quot;" in page
    assert "no rule" in page
    assert not SentSignal.objects.exists()


def test_trying_tells_where_a_body_is_wrong_when_it_cannot_be_read(world: World, staff: Client) -> None:
    page = staff.post(reverse(TRY), {"body": '{"version": "4", "alerts": [{}]}'}).content.decode()

    assert "alerts.0.labels" in page


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANNOUNCER])
def test_rules_are_neither_tried_nor_written_when_somebody_is_no_operator(
    world: World, client: Client, role: Role
) -> None:
    user = User.objects.create_user("somebody", is_staff=True)
    user.groups.add(Group.objects.get(name=role.value))
    client.force_login(user)
    sender = make_sender(now=world.now)[0]

    change = reverse("admin:outside_sender_change", args=[sender.pk])

    assert client.post(reverse(TRY), {"body": "{}"}).status_code == 403
    assert client.post(change, {"name": "Mine", "rotate": "on"}).status_code == 403
    assert client.get(change).status_code == 200
