"""Hands out what is due to be sent, each to one process at a time, and notes what came of it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import F

from statuspage.delivery.models import Delivery, PushQuota, PushSubscription
from statuspage.delivery.rules import LEASE, Channel, SendAttempt, Stage, stage_after

log = logging.getLogger(__name__)
AT_ONCE = 100
# After that nothing would tell that it was sent: none of its news may come again by then.
KEPT = timedelta(days=7)
# Sends rows of one channel and says what came of each, in their order.
Sender = Callable[[Sequence[Delivery], datetime], Sequence[SendAttempt]]


def send_due(senders: Mapping[Channel, Sender], now: datetime) -> int:
    """Send what is due by each channel, at most a hundred of each; gives how many were tried."""
    tried = 0
    for channel, send in senders.items():
        rows = take_due(channel, now)
        if not rows:
            continue
        for row, result in zip(rows, send(rows, now), strict=True):
            conclude(row, result, now)
        tried += len(rows)
    return tried


def take_due(channel: Channel, now: datetime) -> list[Delivery]:
    """What is due, taken so that nobody else sends it meanwhile.

    Whoever ends before he notes what came of it leaves it to be sent again: rather twice than never.
    """
    due = Delivery.objects.filter(channel=channel.value, stage=Stage.WAITING.value, due_at__lte=now)
    taken = []
    for row in due.order_by("due_at", "pk")[:AT_ONCE]:
        mine = Delivery.objects.filter(pk=row.pk, attempts=row.attempts, stage=Stage.WAITING.value)
        if mine.update(attempts=F("attempts") + 1, due_at=now + LEASE):
            row.attempts += 1
            taken.append(row)
    return taken


def conclude(row: Delivery, tried: SendAttempt, now: datetime) -> None:
    """Note what came of a try: it is done, or waits for the next one, or is given up.

    What was outdated meanwhile stays so: it is not tried again.
    """
    stage, pause = stage_after(tried, row.attempts)
    if stage is Stage.GIVEN_UP:
        log.warning("A delivery by %s is given up: %s", row.channel, tried.detail)
    mine = Delivery.objects.filter(pk=row.pk, stage=Stage.WAITING.value)
    mine.update(stage=stage.value, due_at=now + pause)


def prune(now: datetime) -> None:
    """Remove what was sent or given up some days ago, and wishes that are older than is kept."""
    Delivery.objects.filter(created_at__lt=now - KEPT).delete()
    PushSubscription.objects.filter(expires_at__lte=now).delete()
    PushQuota.objects.filter(hour__lt=now - timedelta(hours=2)).delete()
