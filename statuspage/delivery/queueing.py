"""Looks what is news for those who asked to be told, and writes it into the outbox, once for each of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.timezone import get_default_timezone

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.states import IncidentStatus
from probes.vocabulary.telling import Channel, NewsKind
from statuspage.analysis.values import Certainty
from statuspage.delivery.models import Delivery, News, PushSubscription
from statuspage.delivery.spreading import Addressed, address
from statuspage.delivery.topics import Topic, TopicKind, read_topic
from statuspage.delivery.turns import ToldStep, Turn, last_turn
from statuspage.incidents.models import Incident
from statuspage.incidents.reading import told_incidents
from statuspage.wording import sharing as words
from statuspage.wording.times import duration, moment

# Whoever was not told of it within this time need not be: it is no news any more.
NEWS_FOR = timedelta(hours=6)
# In one look; the others follow in the next.
MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What is told to whoever asked for ``topic`` by ``until``; ``key`` tells it from all other news."""

    key: str
    kind: NewsKind
    topic: str
    title: Bilingual
    body: Bilingual
    incident: str
    until: datetime


def queue_news(now: datetime) -> int:
    """Write into the outbox what those who wait are to be told; gives how many rows that were."""
    written = PushSubscription.objects.filter(expires_at__gt=now).values_list("topic", flat=True).distinct()
    topics = [read_topic(topic) for topic in written]
    return sum(_queue(turned, now) for turned in _all_news(topics, now)) if topics else 0


def _all_news(topics: list[Topic], now: datetime) -> Iterator[Turned]:
    names = {kind: [topic.name for topic in topics if topic.kind is kind] for kind in TopicKind}
    known = told_incidents().prefetch_related("components", "updates")
    waited_for = names[TopicKind.INCIDENT]
    for incident in known.filter(public_id__in=waited_for):
        yield from _news_for_who_waits(incident, now, asked=incident.public_id)
    # Who waits for the end of one that was merged into another waits for that one's.
    for incident in known.filter(merged__public_id__in=waited_for).prefetch_related("merged").distinct():
        for member in incident.merged.all():
            if member.public_id in waited_for:
                yield from _news_for_who_waits(incident, now, asked=member.public_id)
    slugs = names[TopicKind.COMPONENT]
    moved = Q(resolved_at__isnull=True) | Q(updates__created_at__gt=now - NEWS_FOR)
    # What was brought over from another tool, that told of it.
    own = known.filter(imported_from="", certainty=Certainty.CONFIRMED.value)
    sure = own.filter(moved | Q(resolved_at__gt=now - NEWS_FOR))
    for incident in sure.filter(components__slug__in=slugs).distinct():
        for component in incident.components.all():
            if component.slug in slugs:
                yield from _news_of(incident, Topic(kind=TopicKind.COMPONENT, name=component.slug), now)


def _news_for_who_waits(incident: Incident, now: datetime, *, asked: str) -> Iterator[Turned]:
    """What is news for whoever waits for the end of an incident: that it came, however late, or a return."""
    topic, turn = Topic(kind=TopicKind.INCIDENT, name=asked), _turn_of(incident)
    if incident.resolved_at is not None:
        # All who asked: that it was open they were told when they did.
        yield _end_of(incident, topic, turn, until=now)
    elif turn is not None and turn.returns:
        yield _return_of(incident, topic, turn, now, until=turn.at)


def _news_of(incident: Incident, topic: Topic, now: datetime) -> Iterator[Turned]:
    """What of an incident is news for whoever wants to know of one of its components."""
    turn = _turn_of(incident)
    sure_since = incident.confirmed_at or incident.created_at
    if incident.resolved_at is not None:
        told_at = turn.at if turn is not None and turn.over else incident.resolved_at
        if told_at > now - NEWS_FOR:
            yield _end_of(incident, topic, turn, until=told_at)
    elif turn is not None and turn.returns:
        since = max(turn.at, sure_since)
        if since > now - NEWS_FOR:
            yield _return_of(incident, topic, turn, now, until=since)
    elif sure_since > now - NEWS_FOR:
        yield _begin_of(incident, topic, now, until=sure_since)


def _turn_of(incident: Incident) -> Turn | None:
    entries = sorted(incident.updates.all(), key=lambda entry: entry.sequence)
    return last_turn(
        ToldStep(
            at=entry.created_at,
            over=IncidentStatus(entry.status).is_over,
            sure=entry.certainty != Certainty.SUSPECTED.value,
        )
        for entry in entries
    )


def _begin_of(incident: Incident, topic: Topic, now: datetime, *, until: datetime) -> Turned:
    at = moment(incident.started_at, zone=get_default_timezone(), seen_from=now)
    return Turned(
        key=_key(incident, "began"),
        kind=NewsKind.BEGAN,
        topic=str(topic),
        title=incident.title,
        body=words.BEGAN.say(at=at),
        incident=incident.public_id,
        until=until,
    )


def _return_of(incident: Incident, topic: Topic, turn: Turn, now: datetime, *, until: datetime) -> Turned:
    at = moment(turn.at, zone=get_default_timezone(), seen_from=now)
    return Turned(
        key=_key(incident, "began", turn.returns),
        kind=NewsKind.RETURNED,
        topic=str(topic),
        title=words.RETURNED_TITLE.say(title=incident.title),
        body=words.RETURNED.say(at=at),
        incident=incident.public_id,
        until=until,
    )


def _end_of(incident: Incident, topic: Topic, turn: Turn | None, *, until: datetime) -> Turned:
    """That an incident is over; or, where nobody saw it end, that we do not know."""
    ended = incident.resolved_at or incident.updated_at
    title, body = words.OVER_TITLE, words.OVER.say(span=duration(ended - incident.started_at))
    if incident.withdrawn_at is not None:
        title, body = words.WITHDRAWN_TITLE, words.WITHDRAWN.say()
    elif incident.end_unseen:
        title, body = words.LOST_TITLE, words.LOST.say()
    return Turned(
        kind=NewsKind.OVER,
        key=_key(incident, "over", turn.returns if turn is not None else 0),
        topic=str(topic),
        title=title.say(title=incident.title),
        body=body,
        incident=incident.public_id,
        until=until,
    )


def _key(incident: Incident, what: str, returns: int = 0) -> str:
    """Tells each turn of an incident from all others."""
    return f"{incident.public_id}/{what}" + (f"/{returns}" if returns else "")


def _queue(turned: Turned, now: datetime) -> int:
    told = Delivery.objects.filter(recipient__channel=Channel.PUSH.value, news__key=turned.key)
    waiting = PushSubscription.objects.filter(
        topic=turned.topic, expires_at__gt=now, created_at__lte=turned.until
    ).exclude(key__in=told.values("recipient__name"))
    keys = list(waiting.values_list("key", flat=True)[:MOST_AT_ONCE])
    if not keys:
        return 0
    addressed = [Addressed(channel=Channel.PUSH, name=key, due_at=now) for key in keys]
    return address(_news(turned, now), addressed, now)


def _news(turned: Turned, now: datetime) -> News:
    row, _ = News.objects.get_or_create(
        key=turned.key,
        defaults={
            "kind": turned.kind.value,
            "subject": f"incident/{turned.incident}",
            "title_zh": turned.title.zh,
            "title_en": turned.title.en,
            "body_zh": turned.body.zh,
            "body_en": turned.body.en,
            "link": f"incidents/{turned.incident}/",
            "created_at": now,
            "spread": True,
        },
    )
    return row
