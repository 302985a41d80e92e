"""Hands out what is due to be sent, each recipient to one process at a time, and notes what came of it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from probes.vocabulary.telling import Channel, NewsKind, Stage
from statuspage.delivery.journal import Note, journal, left_behind
from statuspage.delivery.models import Delivery, News, PushQuota, PushSubscription, Recipient
from statuspage.delivery.noting import ANNOUNCEMENT
from statuspage.delivery.releasing import ParcelResult, conclude, settle
from statuspage.delivery.rules import LEASE, Packed, SendAttempt, Waiting, habits_of, next_free, pack

log = logging.getLogger(__name__)
AT_ONCE = 100
# After that nothing would tell that it was sent: none of its news may come again by then.
KEPT = timedelta(days=30)
PRUNED_AT_ONCE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What one recipient is told by one message: its deliveries with their news, oldest first."""

    recipient: Recipient
    deliveries: tuple[Delivery, ...]

    @property
    def news(self) -> tuple[News, ...]:
        """What it tells."""
        return tuple(delivery.news for delivery in self.deliveries)

    @property
    def receipt(self) -> str:
        """What a journal keeps of it once it was taken: its claim and its deliveries."""
        return f"{self.recipient.claim} {' '.join(str(delivery.pk) for delivery in self.deliveries)}"


# Sends parcels of one channel, notes at once those that are taken, and says what came of each, in order.
Sender = Callable[[Sequence[Parcel], Note, datetime], Sequence[SendAttempt]]


def send_due(senders: Mapping[Channel, Sender], now: datetime) -> int:
    """Send what is due by each channel, to a hundred recipients at most; gives how many were tried."""
    settle_left_behind(now)
    due = Recipient.objects.filter(due_at__lte=now, channel__in=[channel.value for channel in senders])
    channels = {Channel(channel) for channel in due.order_by().values_list("channel", flat=True).distinct()}
    return sum(_send_some(channel, senders[channel], now) for channel in Channel if channel in channels)


def settle_left_behind(now: datetime) -> None:
    """Note what processes sent that ended before they could say so."""
    for path, lines in left_behind():
        settle(lines, now)
        path.unlink(missing_ok=True)


def _send_some(channel: Channel, send: Sender, now: datetime) -> int:
    with journal() as note:
        parcels = take_due(channel, now)
        if parcels:
            tried = send(parcels, note, now)
            conclude([_outcome(*pair) for pair in zip(parcels, tried, strict=True)], now)
    return len(parcels)


def _outcome(parcel: Parcel, tried: SendAttempt) -> ParcelResult:
    return ParcelResult(recipient=parcel.recipient, deliveries=parcel.deliveries, tried=tried)


def take_due(channel: Channel, now: datetime, *, most: int = AT_ONCE) -> list[Parcel]:
    """What is due, taken so that nobody else sends it meanwhile.

    Whoever ends before he notes what came of it leaves it to be sent again: rather twice than never.
    """
    held = _claim(channel, now, most)
    waiting = _waiting_for(held, now)
    known = _known_subjects(waiting)
    parcels: list[Parcel] = []
    dropped: list[int] = []
    idle: list[ParcelResult] = []
    for pk, recipient in held.items():
        later = _later(recipient, waiting[pk], now)
        packed = Packed(told=()) if later else _packed(recipient, waiting[pk], known.get(pk, set()))
        told = tuple(row for row in waiting[pk] if row.pk in packed.told)
        dropped += packed.dropped
        if told:
            parcels.append(Parcel(recipient=recipient, deliveries=told))
        else:
            idle.append(ParcelResult(recipient=recipient, not_before=later))
    _drop(dropped, now)
    if idle:
        conclude(idle, now)
    return parcels


def _waiting_for(held: Mapping[int, Recipient], now: datetime) -> dict[int, list[Delivery]]:
    """What is due for each, and what was tried before: nothing newer goes past it."""
    rows: dict[int, list[Delivery]] = {pk: [] for pk in held}
    if held:
        waiting = Delivery.objects.filter(recipient__in=held, stage=Stage.WAITING.value)
        due = waiting.filter(Q(due_at__lte=now) | Q(attempts__gt=0))
        for row in due.select_related("news").order_by("news_id"):
            rows[row.recipient_id].append(row)
    return rows


def _claim(channel: Channel, now: datetime, most: int) -> dict[int, Recipient]:
    claim = token_hex(16)
    due = Recipient.objects.filter(channel=channel.value, due_at__lte=now)
    with transaction.atomic():
        first = due.order_by("due_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            first = first.select_for_update(skip_locked=True)
        chosen = list(first.values_list("pk", flat=True)[:most])
        if not chosen:
            return {}
        due.filter(pk__in=chosen).update(claim=claim, due_at=now + LEASE)
    return {row.pk: row for row in Recipient.objects.filter(pk__in=chosen, claim=claim).order_by("pk")}


def _known_subjects(rows: Mapping[int, Sequence[Delivery]]) -> dict[int, set[str]]:
    """Of which of the subjects that wait each recipient was told something."""
    subjects = {row.news.subject for waiting in rows.values() for row in waiting}
    if not subjects:
        return {}
    sent = Delivery.objects.filter(
        recipient__in=list(rows), stage=Stage.SENT.value, news__subject__in=subjects
    )
    known: dict[int, set[str]] = {}
    for pk, subject in sent.values_list("recipient", "news__subject"):
        known.setdefault(pk, set()).add(subject)
    return known


def _later(recipient: Recipient, rows: Sequence[Delivery], now: datetime) -> datetime | None:
    """When a recipient who had enough in this hour may be told more; letters are always sent."""
    if any(row.news.kind == NewsKind.LETTER.value for row in rows):
        return None
    per_hour = habits_of(Channel(recipient.channel)).per_hour
    return next_free(recipient.sent_in_hour, recipient.hour, now=now, per_hour=per_hour)


def _packed(recipient: Recipient, rows: Sequence[Delivery], known: set[str]) -> Packed:
    items = [
        Waiting(
            pk=row.pk,
            kind=NewsKind(row.news.kind),
            subject=row.news.subject,
            in_summary=row.in_summary,
        )
        for row in rows
    ]
    return pack(items, knows=known, habits=habits_of(Channel(recipient.channel)))


def _drop(pks: Sequence[int], now: datetime) -> None:
    if pks:
        rows = Delivery.objects.filter(pk__in=pks, stage=Stage.WAITING.value)
        rows.update(stage=Stage.OUTDATED.value, concluded_at=now)


def prune(now: datetime) -> None:
    """Remove what was told some weeks ago, some of it at a time, and wishes that are older than is kept."""
    _delete_some(Delivery.objects.filter(created_at__lt=now - KEPT))
    told = News.objects.filter(created_at__lt=now - KEPT, deliveries=None)
    # A draft may be shown after months: then it is news.
    _delete_some(told.exclude(key__startswith=f"{ANNOUNCEMENT}/", kind="", spread=False))
    PushSubscription.objects.filter(expires_at__lte=now).delete()
    PushQuota.objects.filter(hour__lt=now - timedelta(hours=2)).delete()
    _delete_idle_browsers()


@transaction.atomic
def _delete_idle_browsers() -> None:
    """Remove those of whom nothing is left, but none to whom news is being handed just now."""
    idle = Recipient.objects.filter(channel=Channel.PUSH.value, due_at=None, deliveries=None)
    _delete_some(idle.select_for_update(skip_locked=True, of=("self",)))


def _delete_some(rows: QuerySet[Any]) -> None:
    """At most so many that no other writer waits for it for long."""
    pks = list(rows.order_by("pk").values_list("pk", flat=True)[:PRUNED_AT_ONCE])
    rows.model._base_manager.filter(pk__in=pks).delete()
