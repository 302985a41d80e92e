"""Takes down who wants to be told of what, within limits, and lets go of it."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Exists, F, OuterRef

from probes.vocabulary.telling import Channel, Stage
from statuspage.analysis.model.checks import INCIDENTS
from statuspage.analysis.people import hour_of
from statuspage.asking.caller import Caller
from statuspage.delivery.models import Delivery, PushQuota, PushSubscription
from statuspage.delivery.topics import Topic, TopicKind, read_topic
from statuspage.incidents.models import Incident
from statuspage.incidents.reading import open_incidents, shown_components
from statuspage.webpush.receivers import Receiver, place_of_receiver, require_receiver, sealed

PER_NETWORK_AND_HOUR = 10
# Of an IPv6 /32: a mobile carrier has millions of readers in one, and whoever rents one has 65,536 networks.
PER_PROVIDER_AND_HOUR = 1000
MOST_SUBSCRIPTIONS = 20_000
KEPT = timedelta(days=30)
HOUR = timedelta(hours=1)
# So long whoever was told that it is over is told, too, if it comes back after all.
MAY_RETURN = timedelta(seconds=INCIDENTS.reopen_seconds)


class Subscribed(StrEnum):
    """What became of a wish to be told."""

    TAKEN = "taken"
    UNKNOWN = "unknown"  # there is no such component, or the incident is over
    CROWDED = "crowded"  # this network asked for enough within the hour, or all together


def subscribe(
    *, topic: Topic, receiver: Receiver, language: str, caller: Caller, now: datetime
) -> Subscribed:
    """Keep that a browser wants to be told of a topic, for 30 days at most; once more, for 30 more.

    Nothing of its reader is kept. ValueError where the receiver is none, as :func:`require_receiver` says.
    """
    require_receiver(receiver, hosts=settings.PUSH_HOSTS, private=settings.PUSH_PRIVATE_HOSTS)
    if not _is_there(topic):
        return Subscribed.UNKNOWN
    place = place_of_receiver(receiver.endpoint, settings.SECRET_KEY)
    kept = {
        "language": language,
        "sealed": sealed(receiver, settings.SECRET_KEY),
        "expires_at": now + KEPT,
    }
    if PushSubscription.objects.filter(place=place, topic=str(topic)).update(**kept):
        return Subscribed.TAKEN
    if not _take_place(caller, topic, now):
        return Subscribed.CROWDED
    new = {"key": secrets.token_urlsafe(16), "created_at": now}
    PushSubscription.objects.update_or_create(
        place=place, topic=str(topic), defaults=kept, create_defaults={**kept, **new}
    )
    return Subscribed.TAKEN


def unsubscribe(*, topic: Topic, endpoint: str) -> None:
    """Forget that the browser at ``endpoint`` wanted to be told of a topic, if it did."""
    place = place_of_receiver(endpoint, settings.SECRET_KEY)
    PushSubscription.objects.filter(place=place, topic=str(topic)).delete()


def forget_place(place: str) -> None:
    """Forget a browser with all that it wanted."""
    PushSubscription.objects.filter(place=place).delete()


def forget_fulfilled(now: datetime) -> None:
    """Forget who wanted to know that an incident is over, some time after that was told or given up."""
    before = now - MAY_RETURN
    wanted = PushSubscription.objects.filter(topic__startswith=f"{TopicKind.INCIDENT.value}/")
    names = {read_topic(topic).name for topic in wanted.values_list("topic", flat=True)}
    over = Incident.objects.filter(public_id__in=names, resolved_at__isnull=False, updated_at__lte=before)
    topics = [
        str(Topic(kind=TopicKind.INCIDENT, name=name)) for name in over.values_list("public_id", flat=True)
    ]
    pushes = Delivery.objects.filter(recipient__channel=Channel.PUSH.value, recipient__name=OuterRef("key"))
    told, waiting = pushes.filter(concluded_at__lte=before), pushes.filter(stage=Stage.WAITING.value)
    wanted.filter(Exists(told), ~Exists(waiting), topic__in=topics).delete()


def _is_there(topic: Topic) -> bool:
    if topic.kind is TopicKind.INCIDENT:
        return open_incidents().filter(public_id=topic.name).exists()
    return shown_components().filter(slug=topic.name).exists()


def _take_place(caller: Caller, topic: Topic, now: datetime) -> bool:
    """Count one subscription of the caller in this hour; False where there is no place left."""
    if PushSubscription.objects.count() >= MOST_SUBSCRIPTIONS and not _make_room(topic):
        return False
    if not count_one(caller.quota_key(now), PER_NETWORK_AND_HOUR, now):
        return False
    provider = caller.provider_quota_key(now)
    return provider is None or count_one(provider, PER_PROVIDER_AND_HOUR, now)


def count_one(key: str, most: int, now: datetime) -> bool:
    """Count one under ``key`` in this hour; False where there are ``most``."""
    row, created = PushQuota.objects.get_or_create(key=key, defaults={"hour": hour_of(now)})
    if created:
        PushQuota.objects.filter(hour__lt=hour_of(now) - HOUR).delete()
    return PushQuota.objects.filter(pk=row.pk, count__lt=most).update(count=F("count") + 1) == 1


def _make_room(topic: Topic) -> bool:
    """Let whoever waits for the end of an incident have the place of the oldest standing wish, if any.

    Standing wishes live for a month, so that somebody who hoards them could keep everybody out.
    """
    if topic.kind is not TopicKind.INCIDENT:
        return False
    standing = PushSubscription.objects.filter(topic__startswith=f"{TopicKind.COMPONENT.value}/")
    oldest = standing.order_by("expires_at", "pk").first()
    if oldest is not None:
        oldest.delete()
    return oldest is not None
