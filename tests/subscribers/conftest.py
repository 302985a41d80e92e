"""A small world, and a mail server of the test's own."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from probes.vocabulary.telling import Rhythm
from statuspage.subscribers.addresses import place_of_address, seal_address
from statuspage.subscribers.joining import new_key
from statuspage.subscribers.models import Subscription
from statuspage.subscribers.smtp import close_lines
from tests.support.mail_servers import MailBox, mail_box
from tests.support.public_rows import NOW, World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world(days=2)


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailBox]:
    with mail_box() as box:
        yield box
        close_lines(box.server)


@pytest.fixture
def box(mail_server: MailBox, settings: Settings, tmp_path: Path) -> MailBox:
    mail_server.mails.clear()
    mail_server.refusals.clear()
    mail_server.later.clear()
    settings.EMAIL_URL = mail_server.server
    settings.MAIL_FROM, settings.MAIL_BOUNCES = "status@pay.example", "bounces@pay.example"
    settings.VAR_DIR = tmp_path
    return mail_server


def subscribed(
    address: str = "ann@example.com",
    *,
    language: str = "en",
    rhythm: Rhythm = Rhythm.AT_ONCE,
    since: datetime = NOW,
    secret: str = "",
    **fields: object,
) -> Subscription:
    """A mail subscription that was confirmed."""
    secret = secret or settings.SECRET_KEY
    values = {
        "key": new_key(),
        "channel": "mail",
        "place": place_of_address(address, secret),
        "sealed": seal_address(address, secret),
        "language": language,
        "rhythm": rhythm.value,
        "standing": "active",
        "created_at": since,
        "confirmed_at": since,
    }
    return Subscription.objects.create(**{**values, **fields})


Post = Callable[..., Any]


@pytest.fixture
def post() -> Post:
    client = Client()

    def send(address: str = "/en/subscribe/", network: int = 1, **fields: object) -> Any:
        return client.post(address, fields, REMOTE_ADDR=f"10.0.{network}.1")

    return send
