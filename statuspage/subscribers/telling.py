"""All channels of the outbox, and one stretch of its work."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime

from probes.vocabulary.telling import Channel
from statuspage.delivery import delivering
from statuspage.delivery.outbox import Sender
from statuspage.subscribers.audience import audience_of
from statuspage.subscribers.hooks.sending import CHATS, sender_of
from statuspage.subscribers.mailing import mail_all

SENDERS: Mapping[Channel, Sender] = {
    **delivering.SENDERS,
    Channel.MAIL: mail_all,
    **{channel: sender_of(channel) for channel in (Channel.WEBHOOK, *CHATS)},
}
# So long one task goes on while there is more to do; what is written meanwhile is looked for all the time.
STRETCH_S = 20.0


def tell(now: datetime) -> bool:
    """One look of the outbox by all channels; gives whether there may be more."""
    return delivering.deliver(now, senders=SENDERS, audience=audience_of)


def tell_all(now: Callable[[], datetime]) -> None:
    """Look until there is nothing more to do, or for some seconds."""
    until = time.monotonic() + STRETCH_S
    while tell(now()) and time.monotonic() < until:
        pass
