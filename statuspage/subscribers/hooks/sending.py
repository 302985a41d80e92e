"""Posts what programs and chats are told, many at a time, and ends those that have failed for days."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import msgspec
from django.conf import settings

from probes.instrument.secrecy.scrubbing import scrubbed
from probes.network.addresses import private_host, public_only
from probes.network.dialling import Dialling
from probes.network.exchange import Failure, Request
from probes.network.loops import run
from probes.network.names import host_name, wire_url
from probes.vocabulary.telling import Channel, Membership
from statuspage.delivery.journal import Note
from statuspage.delivery.outbox import Parcel, Sender
from statuspage.delivery.posting import answer_to
from statuspage.delivery.rules import Reception, SendAttempt
from statuspage.public.read.snapshot import build
from statuspage.public.read.values import Snapshot
from statuspage.public.site import site
from statuspage.subscribers.addresses import open_address
from statuspage.subscribers.ending import end_subscription
from statuspage.subscribers.hooks.dingtalk import DINGTALK
from statuspage.subscribers.hooks.feishu import FEISHU
from statuspage.subscribers.hooks.posts import (
    ChatKind,
    HookError,
    HookPost,
    HookTarget,
    heed_status,
    json_post,
    message_for_chat,
    secrets_of,
    trial_message,
)
from statuspage.subscribers.hooks.slack import SLACK
from statuspage.subscribers.hooks.teams import TEAMS
from statuspage.subscribers.hooks.telegram import TELEGRAM
from statuspage.subscribers.hooks.then import PastStandings, read_past, snapshot_then
from statuspage.subscribers.hooks.webhook import signed, trial_body, webhook_post
from statuspage.subscribers.hooks.wecom import WECOM
from statuspage.subscribers.mailing import item_of
from statuspage.subscribers.models import Subscription
from statuspage.webpush.receivers import SealError
from statuspage.wording.subscribing import TRIAL

log = logging.getLogger(__name__)
SIDE_BY_SIDE = 20
SECONDS = 10.0
# Who did not answer for so long is told no more, until somebody looks after it.
MOST_FAILING = timedelta(days=5)
CHATS: Mapping[Channel, ChatKind] = {
    Channel.SLACK: SLACK,
    Channel.TEAMS: TEAMS,
    Channel.TELEGRAM: TELEGRAM,
    Channel.FEISHU: FEISHU,
    Channel.DINGTALK: DINGTALK,
    Channel.WECOM: WECOM,
}
Writing = Callable[[Parcel, HookTarget], HookPost]


def require_target(target: HookTarget) -> None:
    """ValueError where something is not as it must be: an https address, unless it is the operator's own."""
    parts = urlsplit(wire_url(target.url))
    host = host_name(parts.hostname or "")
    private = {private_host(entry) for entry in settings.HOOK_PRIVATE_HOSTS}
    if parts.scheme != "https" and not {(host, None), (host, parts.port)} & private:
        raise ValueError("expected an address that begins with https://")


def try_target(channel: Channel, target: HookTarget, *, language_code: str, now: datetime) -> None:
    """Send one message, to see whether it is taken; raises HookError where it is not."""
    if channel is Channel.WEBHOOK:
        made = json_post(target.url, trial_body(build(now)))
        headers = {**made.headers, **signed(f"msg_test{int(now.timestamp())}", made.body, target.secret, now)}
        request = HookPost(url=made.url, body=made.body, headers=headers)
    else:
        message = trial_message(TRIAL.say(), of=site(), language_code=language_code)
        request = CHATS[channel].post(message, target, now)
    tried = run(_posted(request, channel, _dialling()))
    if tried.answered is not Reception.TAKEN:
        raise HookError(tried.detail, permanent=True)


def sender_of(channel: Channel) -> Sender:
    """How the outbox sends by one of these channels."""
    return partial(_post_all, channel)


def _post_all(channel: Channel, parcels: Sequence[Parcel], note: Note, now: datetime) -> list[SendAttempt]:
    keys = [parcel.recipient.name for parcel in parcels]
    rows = {row.key: row for row in Subscription.objects.filter(channel=channel.value, key__in=keys)}
    page = _page_of(parcels, now) if channel is Channel.WEBHOOK and rows else None
    made = [_request(channel, parcel, rows.get(parcel.recipient.name), page, now) for parcel in parcels]
    tried = run(_side_by_side(channel, parcels, made, note))
    for parcel, result in zip(parcels, tried, strict=True):
        _end_dead(rows.get(parcel.recipient.name), parcel, result, now)
    return tried


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What programs are told of: how things stand now, and what is stored of how they stood."""

    now: Snapshot
    past: PastStandings


def _page_of(parcels: Sequence[Parcel], now: datetime) -> _Page:
    items = [item_of(news) for parcel in parcels for news in parcel.news]
    return _Page(now=build(now), past=read_past(items))


def _request(
    channel: Channel, parcel: Parcel, row: Subscription | None, page: _Page | None, now: datetime
) -> HookPost | SendAttempt:
    if row is None or row.standing != Membership.ACTIVE.value:
        return SendAttempt(answered=Reception.GONE, detail="it was ended")
    try:
        target = msgspec.json.decode(open_address(row.sealed, settings.SECRET_KEY), type=HookTarget)
    except (SealError, msgspec.DecodeError) as error:
        return SendAttempt(answered=Reception.GONE, detail=str(error))
    items = tuple(item_of(news) for news in parcel.news)
    if page is not None:
        then = snapshot_then(page.now, items[0], page.past)
        return webhook_post(items[0], then, target, key=row.key, now=now)
    message = message_for_chat(items, of=site(), language_code=row.language)
    return CHATS[channel].post(message, target, now)


async def _side_by_side(
    channel: Channel, parcels: Sequence[Parcel], made: Sequence[HookPost | SendAttempt], note: Note
) -> list[SendAttempt]:
    places, dialling = asyncio.Semaphore(SIDE_BY_SIDE), _dialling()

    async def one(parcel: Parcel, request: HookPost | SendAttempt) -> SendAttempt:
        if isinstance(request, SendAttempt):
            return request
        async with places:
            tried = await _posted(request, channel, dialling)
        if tried.answered is Reception.TAKEN:
            note(parcel.receipt)
        return tried

    return await asyncio.gather(*(one(*pair) for pair in zip(parcels, made, strict=True)))


async def _posted(post: HookPost, channel: Channel, dialling: Dialling) -> SendAttempt:
    """One try. What goes wrong with one must not keep what came of the others from being noted."""
    request = Request(method="POST", url=post.url, headers=post.headers, body=post.body)
    try:
        answer = await answer_to(request, dialling, seconds=SECONDS)
        if isinstance(answer, Failure):
            # The address is a secret: no detail holds it.
            return SendAttempt(answered=Reception.LATER, detail=f"{answer.error} {answer.phase}".strip())
        heed = CHATS[channel].heed if channel in CHATS else heed_status
        heed(answer.status, answer.body)
    except HookError as error:
        answered = Reception.REFUSED if error.permanent else Reception.LATER
        # Many a server says back which address was asked for, and its last piece is a key.
        detail = scrubbed(str(error), secrets_of(post))
        return SendAttempt(answered=answered, detail=detail, asked=error.asked)
    except Exception as error:
        log.exception("A message by %s could not be sent", channel)
        return SendAttempt(answered=Reception.LATER, detail=type(error).__name__)
    return SendAttempt(answered=Reception.TAKEN)


def _end_dead(row: Subscription | None, parcel: Parcel, result: SendAttempt, now: datetime) -> None:
    since = parcel.recipient.failing_since
    if row is None or result.answered is Reception.TAKEN or since is None or now - since < MOST_FAILING:
        return
    days = (now - since).days
    log.warning("%s by %s is told no more: it failed for %d days (%s)", row, row.channel, days, result.detail)
    end_subscription(row, trouble=f"failed for {days} days: {result.detail}", now=now, keep_address=True)


def _dialling() -> Dialling:
    return Dialling(guard=public_only(settings.HOOK_PRIVATE_HOSTS))
