"""What waits to be sent is counted by channel, from the moment when it is due."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from statuspage.delivery.models import Delivery, News, Recipient
from tests.metrics.scraping import scrape, value

pytestmark = pytest.mark.django_db


def _delivery(key: str, *, due_at: datetime, stage: str = "waiting") -> None:
    news = News.objects.create(key=key, subject="incident/1", created_at=due_at)
    to, _ = Recipient.objects.get_or_create(channel="mail", name="reader")
    Delivery.objects.create(recipient=to, news=news, stage=stage, created_at=due_at, due_at=due_at)


def test_the_oldest_that_is_due_is_told_when_others_are_sent_or_come_later(client: Client) -> None:
    now = timezone.now()
    _delivery("first", due_at=now - timedelta(minutes=5))
    _delivery("second", due_at=now - timedelta(minutes=1))
    _delivery("sent", due_at=now - timedelta(hours=1), stage="sent")
    _delivery("later", due_at=now + timedelta(hours=1))

    text = scrape(client)

    age = "fogbreak_deliveries_oldest_waiting_age_seconds"
    assert value(text, "fogbreak_deliveries_waiting", channel="mail") == 2
    assert value(text, age, channel="mail") == pytest.approx(300, abs=30)
    assert value(text, "fogbreak_deliveries_waiting", channel="push") == 0
    assert value(text, age, channel="push") == 0
