"""Whom the outbox hands news to: all subscriptions that want it, some at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from probes.vocabulary.telling import Channel, Membership, NewsKind, Rhythm
from statuspage.delivery.composing import reach_in, subjects_of
from statuspage.delivery.models import News
from statuspage.delivery.spreading import Addressed, Portion
from statuspage.subscribers.models import Subscription
from statuspage.subscribers.wishes import PAGE, told_at, wants


def audience_of(news: News, after: int, most: int, now: datetime) -> Portion:
    """Who of the next ``most`` subscriptions after one wants ``news``, and asked before it was there."""
    subjects = subjects_of(news)
    rows = list(
        Subscription.objects.filter(
            Q(topic=PAGE) | Q(topic__in=subjects),
            pk__gt=after,
            standing=Membership.ACTIVE.value,
            confirmed_at__lte=news.created_at,
        ).order_by("pk")[:most]
    )
    reach, kind = reach_in(news), NewsKind(news.kind)
    wanted = [row for row in rows if wants(row.wish, kind=kind, subject=_asked(row, subjects), reach=reach)]
    moments = {rhythm: _due(rhythm, now) for rhythm in Rhythm}
    return Portion(
        addressed=[_addressed(row, moments) for row in wanted],
        cursor=rows[-1].pk if len(rows) == most else None,
    )


def _asked(row: Subscription, subjects: Sequence[str]) -> str:
    """The story as this reader asked for it: one that was merged into another goes by its old name."""
    return row.topic if row.topic in subjects else subjects[0]


def _addressed(row: Subscription, moments: Mapping[Rhythm, datetime]) -> Addressed:
    rhythm = Rhythm(row.rhythm)
    return Addressed(
        channel=Channel(row.channel),
        name=row.key,
        due_at=moments[rhythm],
        in_summary=rhythm is not Rhythm.AT_ONCE,
    )


def _due(rhythm: Rhythm, now: datetime) -> datetime:
    return told_at(rhythm, now, hour=settings.DIGEST_HOUR, zone=ZoneInfo(settings.TIME_ZONE))
