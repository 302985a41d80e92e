"""One look of the outbox: what is news is queued, what is due is sent."""

from collections.abc import Mapping
from datetime import datetime

from statuspage.delivery.outbox import Sender, send_due
from statuspage.delivery.pushing import push_all
from statuspage.delivery.queueing import queue_news
from statuspage.delivery.rules import Channel

SENDERS: Mapping[Channel, Sender] = {Channel.PUSH: push_all}


def deliver(now: datetime) -> int:
    """Queue and send; gives how many were tried."""
    queue_news(now)
    return send_due(SENDERS, now)
