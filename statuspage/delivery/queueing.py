"""Looks what is news for those who asked to be told, and writes it into the outbox, once for each of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import get_default_timezone

from probes.vocabulary.bilingual import Bilingual
from statuspage.analysis.values import Certainty
from statuspage.delivery.models import Delivery, PushSubscription
from statuspage.delivery.rules import Channel
from statuspage.delivery.topics import Topic, TopicKind, read_topic
from statuspage.incidents.models import Incident
from statuspage.incidents.reading import open_incidents
from statuspage.wording import sharing as words
from statuspage.wording.times import duration, moment

# Whoever was not told of it within this time need not be: it is no news any more.
NEWS_FOR = timedelta(hours=6)
# In one look; the others follow in the next.
MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is told to whoever asked for ``topic`` by ``until``; ``key`` tells it from all other news."""

    key: str
    topic: str
    title: Bilingual
    body: Bilingual
    incident: str
    until: datetime


def queue_news(now: datetime) -> int:
    """Write into the outbox what those who wait are to be told; gives how many rows that were."""
    written = PushSubscription.objects.filter(expires_at__gt=now).values_list("topic", flat=True).distinct()
    topics = [read_topic(topic) for topic in written]
    return sum(_queue(news, now) for news in _all_news(topics, now)) if topics else 0


def _all_news(topics: list[Topic], now: datetime) -> Iterator[News]:
    names = {kind: [topic.name for topic in topics if topic.kind is kind] for kind in TopicKind}
    over = Incident.objects.filter(resolved_at__gt=now - NEWS_FOR)
    for incident in over.filter(public_id__in=names[TopicKind.INCIDENT]):
        # All who asked: that it was open they were told when they did.
        yield _end_of(incident, Topic(kind=TopicKind.INCIDENT, name=incident.public_id), until=now)
    sure = (over | open_incidents()).filter(certainty=Certainty.CONFIRMED.value)
    slugs = names[TopicKind.COMPONENT]
    for incident in sure.filter(components__slug__in=slugs).distinct().prefetch_related("components"):
        for component in incident.components.all():
            if component.slug in slugs:
                yield from _news_of(incident, Topic(kind=TopicKind.COMPONENT, name=component.slug), now)


def _news_of(incident: Incident, topic: Topic, now: datetime) -> Iterator[News]:
    """What of an incident is news for whoever wants to know of one of its components."""
    sure_since = incident.confirmed_at or incident.created_at
    if incident.resolved_at is not None:
        yield _end_of(incident, topic, until=incident.resolved_at)
    elif sure_since > now - NEWS_FOR:
        yield _begin_of(incident, topic, now, until=sure_since)


def _begin_of(incident: Incident, topic: Topic, now: datetime, *, until: datetime) -> News:
    at = moment(incident.started_at, zone=get_default_timezone(), seen_from=now)
    return News(
        key=f"{incident.public_id}/began",
        topic=str(topic),
        title=incident.title,
        body=words.BEGAN.say(at=at),
        incident=incident.public_id,
        until=until,
    )


def _end_of(incident: Incident, topic: Topic, *, until: datetime) -> News:
    ended = incident.resolved_at or incident.updated_at
    return News(
        key=f"{incident.public_id}/over",
        topic=str(topic),
        title=words.OVER_TITLE.say(title=incident.title),
        body=words.OVER.say(span=duration(ended - incident.started_at)),
        incident=incident.public_id,
        until=until,
    )


def _queue(news: News, now: datetime) -> int:
    told = Delivery.objects.filter(channel=Channel.PUSH.value, news=news.key)
    waiting = PushSubscription.objects.filter(
        topic=news.topic, expires_at__gt=now, created_at__lte=news.until
    ).exclude(key__in=told.values("recipient"))
    rows = [_delivery(news, row, now) for row in waiting[:MOST_AT_ONCE]]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _delivery(news: News, row: PushSubscription, now: datetime) -> Delivery:
    return Delivery(
        channel=Channel.PUSH.value,
        recipient=row.key,
        news=news.key,
        language=row.language,
        title=news.title.in_(row.language),
        body=news.body.in_(row.language),
        link=f"incidents/{news.incident}/",
        created_at=now,
        due_at=now,
    )
