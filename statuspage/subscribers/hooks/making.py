"""Makes webhooks and chats that are told: each is tried before it is kept."""

import hmac
from datetime import datetime

import msgspec
from django.conf import settings
from django.db import transaction

from probes.vocabulary.telling import Channel, Membership
from statuspage.delivery.models import Recipient
from statuspage.subscribers.addresses import open_address, seal_address
from statuspage.subscribers.hooks.posts import HookTarget
from statuspage.subscribers.hooks.sending import require_target, try_target
from statuspage.subscribers.joining import new_key
from statuspage.subscribers.models import Subscription

TELEGRAM_API = "https://api.telegram.org"


def checked_target(
    channel: Channel, *, url: str, secret: str, chat: str, language_code: str, now: datetime
) -> HookTarget:
    """Where messages go, once a first one was taken there; ValueError or HookError where it was not."""
    address = f"{TELEGRAM_API}/bot{secret}/sendMessage" if channel is Channel.TELEGRAM and not url else url
    target = HookTarget(url=address.strip(), secret=secret.strip(), chat=chat.strip())
    require_target(target)
    try_target(channel, target, language_code=language_code, now=now)
    return target


def aim(row: Subscription, target: HookTarget, *, now: datetime) -> None:
    """Have a subscription, which is saved afterwards, go to ``target``, from now on if it is new."""
    text = msgspec.json.encode(target).decode()
    where = f"{target.url}\0{target.chat}".encode()
    row.place = hmac.digest(f"hook:{settings.SECRET_KEY}".encode(), where, "sha256").hex()[:32]
    row.sealed = seal_address(text, settings.SECRET_KEY)
    row.standing, row.trouble, row.failures = Membership.ACTIVE.value, "", 0
    if row.pk is None:
        row.key, row.created_at = new_key(), now
    row.confirmed_at = now


def target_of(row: Subscription) -> HookTarget:
    """Where its messages go; SealError where SECRET_KEY is another one than then."""
    return msgspec.json.decode(open_address(row.sealed, settings.SECRET_KEY), type=HookTarget)


@transaction.atomic
def forgive(row: Subscription) -> None:
    """Begin anew with a recipient that failed: what failed before counts no more."""
    Recipient.objects.filter(channel=row.channel, name=row.key).update(failing_since=None)
