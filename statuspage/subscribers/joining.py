"""Takes down who wants to be told by mail, within limits; nobody learns whether an address is known."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from probes.vocabulary.telling import Channel, LetterKind, Membership, NewsKind, Rhythm
from statuspage.asking.caller import Caller
from statuspage.delivery.models import News
from statuspage.delivery.spreading import Addressed, address
from statuspage.delivery.subscribing import count_one
from statuspage.subscribers.addresses import place_of_address, seal_address
from statuspage.subscribers.models import Subscription
from statuspage.subscribers.tokens import letters_of
from statuspage.subscribers.wishes import Interest

PER_NETWORK_AND_HOUR = 10
PER_PROVIDER_AND_HOUR = 1000
# An address is written to at most so often, whoever asks for it.
BETWEEN_LETTERS = timedelta(minutes=10)
# Who waits to say yes; by more a stranger could have us write to everybody.
MOST_PENDING = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRequest:
    """What somebody asked for in a form; ``address`` was read."""

    address: str
    wish: Interest
    language: str
    rhythm: Rhythm


@transaction.atomic
def ask_for_mail(asked: MailRequest, *, caller: Caller, now: datetime) -> bool:
    """Write to an address that it may be told, once it says yes; False where too many asked.

    The answer, and the work that it takes, are the same for an address that is told already: it is written
    to, too.
    """
    if not _take_place(caller, now):
        return False
    row = _row(asked, now)
    if row.letter_at is not None and row.letter_at > now - BETWEEN_LETTERS:
        return True
    kind = LetterKind.KNOWN if row.standing == Membership.ACTIVE.value else LetterKind.CONFIRM
    Subscription.objects.filter(pk=row.pk).update(letter_at=now)
    write_letter(row, kind, now=now)
    return True


def write_letter(row: Subscription, kind: LetterKind, *, now: datetime) -> None:
    """Put a letter to one subscriber into the outbox."""
    news = News.objects.create(
        key=f"letter/{row.key}/{secrets.token_hex(6)}",
        kind=NewsKind.LETTER.value,
        subject=f"letter/{kind.value}",
        created_at=now,
        spread=True,
    )
    address(news, [Addressed(channel=Channel(row.channel), name=row.key, due_at=now)], now)


@transaction.atomic
def confirm(row: Subscription, *, now: datetime) -> None:
    """From now on it is told."""
    Subscription.objects.filter(pk=row.pk, standing=Membership.PENDING.value).update(
        standing=Membership.ACTIVE.value, confirmed_at=now, failures=0
    )


def change(row: Subscription, *, wish: Interest, language: str, rhythm: Rhythm) -> None:
    """Tell it otherwise from now on; its topic stays."""
    _fill(row, wish, language, rhythm)
    row.save(update_fields=["components", "causes", "least_impact", "language", "rhythm"])


def new_key() -> str:
    """A name for a subscription that nobody guesses."""
    return letters_of(secrets.token_bytes(20))


def _row(asked: MailRequest, now: datetime) -> Subscription:
    """The subscription of an address; what it wants is not changed by whoever only knows it."""
    place = place_of_address(asked.address, settings.SECRET_KEY)
    sealed = seal_address(asked.address, settings.SECRET_KEY)
    row, made = Subscription.objects.select_for_update().get_or_create(
        channel=Channel.MAIL.value,
        place=place,
        topic=asked.wish.topic,
        defaults={"key": new_key(), "created_at": now, "sealed": sealed, "language": asked.language},
    )
    if made or row.standing != Membership.ACTIVE.value:
        _fill(row, asked.wish, asked.language, asked.rhythm)
        row.standing, row.sealed, row.created_at = Membership.PENDING.value, sealed, now
        row.save()
    return row


def _fill(row: Subscription, wish: Interest, language: str, rhythm: Rhythm) -> None:
    row.components, row.causes = sorted(wish.components), sorted(cause.value for cause in wish.causes)
    row.least_impact, row.language, row.rhythm = wish.least_impact.value, language, rhythm.value


def _take_place(caller: Caller, now: datetime) -> bool:
    """Count one more of the caller's network in this hour; False where there is no place left."""
    pending = Subscription.objects.filter(channel=Channel.MAIL.value, standing=Membership.PENDING.value)
    if pending.count() >= MOST_PENDING:
        return False
    if not count_one(_quota(caller.quota_key(now)), PER_NETWORK_AND_HOUR, now):
        return False
    provider = caller.provider_quota_key(now)
    return provider is None or count_one(_quota(provider), PER_PROVIDER_AND_HOUR, now)


def _quota(key: str) -> str:
    """The key of a quota of mails: pushes have others."""
    return f"mail{key[4:]}"
