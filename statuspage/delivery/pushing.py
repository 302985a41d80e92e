"""Sends deliveries by Web Push, many at a time, and forgets receivers that are gone."""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings

from probes.network.addresses import public_only
from probes.network.dialling import Dialling
from probes.network.exchange import Failure, Reply, Request
from probes.network.loops import run
from statuspage.delivery.journal import Note
from statuspage.delivery.models import News, PushSubscription
from statuspage.delivery.outbox import Parcel
from statuspage.delivery.posting import answer_to
from statuspage.delivery.rules import Reception, SendAttempt, answered_by
from statuspage.delivery.silence import SilentHosts
from statuspage.delivery.subscribing import forget_place
from statuspage.public.languages import IN_ALL_SCRIPTS
from statuspage.webpush.encryption import encrypted
from statuspage.webpush.receivers import Receiver, SealError, opened
from statuspage.webpush.vapid import authorization

log = logging.getLogger(__name__)
SIDE_BY_SIDE = 20
SECONDS = 10.0
# So long a push service keeps what it cannot deliver: a phone without a network is told when it is back.
KEPT_THERE_S = 6 * 3600
LONGEST_TITLE, LONGEST_BODY = 200, 400
_SILENT = SilentHosts()


def push_all(parcels: Sequence[Parcel], note: Note, now: datetime) -> list[SendAttempt]:
    """Send each of ``parcels``, of one piece of news each; what came of it, in their order."""
    keys = [parcel.recipient.name for parcel in parcels]
    subscriptions = {row.key: row for row in PushSubscription.objects.filter(key__in=keys)}
    tried = run(_side_by_side(parcels, subscriptions, note, now))
    for key, result in zip(keys, tried, strict=True):
        if key in subscriptions and result.answered is Reception.GONE:
            forget_place(subscriptions[key].place)
    return tried


def message_of(news: News, language_code: str) -> bytes:
    """What the browser gets, as its service worker reads it; in any script it is short enough for a push."""
    root = next(language.root for language in IN_ALL_SCRIPTS if language.code == language_code)
    body = {
        "title": news.title.in_(language_code)[:LONGEST_TITLE],
        "body": news.body.in_(language_code)[:LONGEST_BODY],
        "url": f"{settings.SITE_URL}{root}{news.link}",
        # What is newer of the same incident takes the place of what is older.
        "tag": news.subject.partition("/")[2],
        "lang": language_code,
    }
    return json.dumps(body, ensure_ascii=False).encode()


async def _side_by_side(
    parcels: Sequence[Parcel], subscriptions: Mapping[str, PushSubscription], note: Note, now: datetime
) -> list[SendAttempt]:
    places = asyncio.Semaphore(SIDE_BY_SIDE)
    send = partial(_send, dialling=Dialling(guard=public_only(settings.PUSH_PRIVATE_HOSTS)), now=now)

    async def one(parcel: Parcel) -> SendAttempt:
        async with places:
            tried = await send(parcel.news[0], subscriptions.get(parcel.recipient.name))
        if tried.answered is Reception.TAKEN:
            note(parcel.receipt)
        return tried

    return await asyncio.gather(*(one(parcel) for parcel in parcels))


async def _send(
    news: News, subscription: PushSubscription | None, *, dialling: Dialling, now: datetime
) -> SendAttempt:
    """One try. What goes wrong with one row must not keep what came of the others from being noted."""
    if subscription is None:
        return SendAttempt(answered=Reception.GONE, detail="nobody wants to be told any more")
    try:
        receiver = opened(subscription.sealed, settings.SECRET_KEY)
    except SealError as error:
        return SendAttempt(answered=Reception.GONE, detail=str(error))
    host = urlsplit(receiver.endpoint).netloc
    if _SILENT.is_silent(host, now):
        return SendAttempt(answered=Reception.LATER, detail="its push service does not answer")
    try:
        answer = await answer_to(
            _request(message_of(news, subscription.language), receiver, now), dialling, seconds=SECONDS
        )
    except Exception as error:
        log.exception("A push could not be sent")
        return SendAttempt(answered=Reception.LATER, detail=type(error).__name__)
    _SILENT.note(host, now, answered=isinstance(answer, Reply))
    return _told(answer)


def _request(message: bytes, receiver: Receiver, now: datetime) -> Request:
    signature = authorization(
        receiver.endpoint, secret=settings.SECRET_KEY, contact=settings.SITE_URL, now=now
    )
    return Request(
        method="POST",
        url=receiver.endpoint,
        headers={
            "Authorization": signature,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_THERE_S),
            "Urgency": "high",
        },
        body=encrypted(message, receiver.keys),
    )


def _told(answer: Reply | Failure) -> SendAttempt:
    """What an answer means. A push service's address is a secret of its reader's: no detail holds it."""
    if isinstance(answer, Failure):
        return SendAttempt(answered=Reception.LATER, detail=f"{answer.error} {answer.phase}".strip())
    asked = answer.headers.get("retry-after", "")
    return SendAttempt(
        answered=answered_by(answer.status),
        asked=timedelta(seconds=int(asked[:6])) if asked.isascii() and asked.isdigit() else None,
        detail=f"HTTP {answer.status}",
    )
