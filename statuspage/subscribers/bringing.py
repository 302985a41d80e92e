"""Takes over who said yes to another tool of the same operator: nobody is asked again."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from probes.vocabulary.telling import Channel, Membership
from statuspage.subscribers.addresses import place_of_address, seal_address
from statuspage.subscribers.joining import MailRequest, new_key
from statuspage.subscribers.models import Subscription

BATCH = 500


def bring_confirmed(asked: Iterable[MailRequest], *, now: datetime) -> int:
    """Keep these as confirmed, each address once; gives how many are new. Who is here is left alone."""
    rows = {row.place: row for row in (_row(one, now) for one in asked)}
    by_mail = Subscription.objects.filter(channel=Channel.MAIL.value)
    known = set(by_mail.order_by().values_list("place", flat=True))
    new = [row for place, row in rows.items() if place not in known]
    Subscription.objects.bulk_create(new, batch_size=BATCH)
    return len(new)


def _row(asked: MailRequest, now: datetime) -> Subscription:
    return Subscription(
        key=new_key(),
        channel=Channel.MAIL.value,
        place=place_of_address(asked.address, settings.SECRET_KEY),
        sealed=seal_address(asked.address, settings.SECRET_KEY),
        topic=asked.wish.topic,
        components=sorted(asked.wish.components),
        language=asked.language,
        rhythm=asked.rhythm.value,
        standing=Membership.ACTIVE.value,
        created_at=now,
        confirmed_at=now,
    )
