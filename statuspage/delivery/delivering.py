"""One look of the outbox: what is news is handed out, what is due is sent."""

from collections.abc import Mapping
from datetime import datetime

from probes.vocabulary.telling import Channel
from statuspage.delivery.outbox import Sender, send_due
from statuspage.delivery.pushing import push_all
from statuspage.delivery.queueing import queue_news
from statuspage.delivery.spreading import Audience, nobody, spread_some

SENDERS: Mapping[Channel, Sender] = {Channel.PUSH: push_all}


def deliver(
    now: datetime, *, senders: Mapping[Channel, Sender] = SENDERS, audience: Audience = nobody
) -> bool:
    """Hand out some of what is news, and send some of what is due; gives whether there may be more.

    In turns, so that the first of many are told while news is still handed to the last.
    """
    queue_news(now)
    spread = spread_some(audience, now)
    return send_due(senders, now) > 0 or spread
