"""Hands news to all whom it concerns, some hundreds at a time, and goes on where it stopped."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Q

from probes.vocabulary.telling import Channel
from statuspage.delivery.composing import compose
from statuspage.delivery.models import Delivery, News, Recipient
from statuspage.delivery.noting import ANNOUNCEMENT

# What was not handed to anybody within this time is no news any more.
NEWS_FOR = timedelta(hours=6)
# So many subscriptions are looked at in one transaction; it holds up no other writer for long.
BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """Somebody who is to be told, not before ``due_at``; ``in_summary`` with all else until then."""

    channel: Channel
    name: str
    due_at: datetime
    in_summary: bool = False


def group_of(one: Addressed) -> tuple[Channel, datetime, bool]:
    """What those who are addressed alike have in common."""
    return one.channel, one.due_at, one.in_summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """Whom of the next subscriptions news concerns, and the last of them that was looked at; None: of all."""

    addressed: Sequence[Addressed]
    cursor: int | None


# Of news, after a cursor, at most so many subscriptions, at a moment.
Audience = Callable[[News, int, int, datetime], Portion]


def spread_some(audience: Audience, now: datetime) -> bool:
    """Hand what is not spread yet to the next of its audience, oldest first; False where there is nothing.

    Small news is handed out together, so that it is told together.
    """
    old = News.objects.filter(spread=False, created_at__lt=now - NEWS_FOR)
    # An announcement that nobody was told of is news for as long as it is shown, whenever that began.
    old.exclude(key__startswith=f"{ANNOUNCEMENT}/", kind="").update(spread=True)
    waiting = News.objects.filter(spread=False, created_at__lte=now).order_by("pk")
    handed, done = 0, False
    for pk in waiting.values_list("pk", flat=True)[:100]:
        written = _spread(pk, audience, now)
        handed, done = handed + (written or 0), done or written is not None
        if handed >= BATCH // 2:
            break
    return done


@transaction.atomic
def _spread(pk: int, audience: Audience, now: datetime) -> int | None:
    """Hand one piece of news to its next portion; gives for how many, None where nothing is to be told."""
    news = News.objects.select_for_update().filter(pk=pk, spread=False).first()
    if news is None or not compose(news, now):
        return None
    portion = audience(news, news.cursor, BATCH, now)
    written = address(news, portion.addressed, now)
    news.spread, news.cursor = portion.cursor is None, portion.cursor or news.cursor
    news.save(update_fields=["spread", "cursor"])
    return written


def nobody(news: News, after: int, most: int, now: datetime) -> Portion:
    """No audience."""
    return Portion(addressed=(), cursor=None)


@transaction.atomic
def address(news: News, addressed: Iterable[Addressed], now: datetime) -> int:
    """Write ``news`` into the outbox for each of those; gives for how many."""
    wanted = sorted(addressed, key=group_of)
    known = _recipients(wanted)
    # Their rows are locked before the outbox is written: whoever concludes with one sees what was added. All
    # of them at once, in one order, or two that hand out news could wait for each other.
    list(Recipient.objects.select_for_update().filter(pk__in=known.values()).order_by("pk").values_list("pk"))
    for (channel, due_at, in_summary), group in groupby(wanted, key=group_of):
        recipients = sorted({known[channel, one.name] for one in group})
        _wake(recipients, due_at)
        Delivery.objects.bulk_create(
            (
                Delivery(recipient_id=pk, news=news, created_at=now, due_at=due_at, in_summary=in_summary)
                for pk in recipients
            ),
            ignore_conflicts=True,
            batch_size=BATCH,
        )
    return len(wanted)


def _recipients(addressed: Sequence[Addressed]) -> dict[tuple[Channel, str], int]:
    """The rows of those who are addressed; new ones are made in the order of names, as by all."""
    found: dict[tuple[Channel, str], int] = {}
    for channel in sorted({one.channel for one in addressed}):
        names = sorted({one.name for one in addressed if one.channel is channel})
        known = Recipient.objects.filter(channel=channel.value, name__in=names)
        there = dict(known.values_list("name", "pk"))
        new = [Recipient(channel=channel.value, name=name) for name in names if name not in there]
        if new:
            Recipient.objects.bulk_create(new, ignore_conflicts=True)
            there = dict(known.values_list("name", "pk"))
        found |= {(channel, name): pk for name, pk in there.items()}
    return found


def _wake(recipients: Sequence[int], due_at: datetime) -> None:
    """Have those served by ``due_at``; who is held just now is looked at when he is let go."""
    rows = Recipient.objects.filter(pk__in=recipients)
    # Who fails is left alone until his pause is over.
    idle = Q(due_at=None) | Q(due_at__gt=due_at, failing_since=None)
    rows.filter(idle, claim="").update(due_at=due_at)
