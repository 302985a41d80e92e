"""How much lies in each queue and for how long, as the broker tells, or each process of its own memory."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.conf import settings
from kombu import Connection
from kombu.exceptions import KombuError
from kombu.transport.memory import Channel
from prometheus_client.core import GaugeMetricFamily, Metric

from statuspage.celery import SITE_QUEUES, checks_queue
from statuspage.metrics.models import SiteProcess
from statuspage.metrics.reporting import ALIVE
from statuspage.monitoring.models import Vantage

# Prometheus waits for ten seconds, and for the database it may be eight.
WITHIN_S = 1.0
IN_MEMORY = "memory:"

# By queue: how many messages, and when the oldest was sent, in Unix time, where that is known.
Lying = Mapping[str, tuple[int, float | None]]


def queues(now: datetime) -> Iterator[Metric]:
    """The queues of the site; only that the broker does not answer, where that is so."""
    up = GaugeMetricFamily("fogbreak_broker_up", "0 where the broker does not answer.")
    lying: Lying = {}
    try:
        lying = _told(now) if settings.BROKER_URL.startswith(IN_MEMORY) else _asked()
        up.add_metric([], 1)
    except _errors():
        up.add_metric([], 0)
    yield up
    yield from _families(lying, now.timestamp())


def _families(lying: Lying, now: float) -> Iterator[Metric]:
    count = GaugeMetricFamily("fogbreak_queue_messages", "Messages that nobody took yet.", labels=["queue"])
    age = GaugeMetricFamily(
        "fogbreak_queue_oldest_age_seconds",
        "For how long the oldest of them lies there; 0 where none does, none where the broker cannot tell.",
        labels=["queue"],
    )
    for queue, (messages, sent_at) in sorted(lying.items()):
        count.add_metric([queue], messages)
        if not messages:
            age.add_metric([queue], 0)
        elif sent_at is not None:
            age.add_metric([queue], max(0.0, now - sent_at))
    yield from (count, age)


def in_memory() -> dict[str, list[float]]:
    """What lies in this process's own memory: by queue, how many and when the oldest was sent."""
    found = {}
    for name, queue in list(Channel.queues.items()):
        if (messages := queue.qsize()) and not name.endswith(".reply.celery.pidbox"):
            with suppress(IndexError, KeyError):
                found[name] = [float(messages), _sent_at(queue.queue[0]) or 0.0]
    return found


def _told(now: datetime) -> Lying:
    lying: dict[str, tuple[int, float | None]] = dict.fromkeys(SITE_QUEUES, (0, None))
    held: dict[str, list[list[float]]] = defaultdict(list)
    for told in SiteProcess.objects.filter(seen_at__gte=now - ALIVE).values_list("queues", flat=True):
        for queue, pair in told.items():
            held[queue].append(pair)
    for queue, pairs in held.items():
        sent = min((at for _, at in pairs if at), default=None)
        lying[queue] = int(sum(count for count, _ in pairs)), sent
    return lying


def _asked() -> Lying:
    vantages = Vantage.objects.order_by("slug").values_list("slug", flat=True)
    names = [*SITE_QUEUES, *map(checks_queue, vantages)]
    of_redis = settings.BROKER_URL.startswith("redis")
    options = {"socket_connect_timeout": WITHIN_S, "socket_timeout": WITHIN_S} if of_redis else {}
    with Connection(settings.BROKER_URL, connect_timeout=WITHIN_S, transport_options=options) as link:
        link.connect()
        return _of_redis(link, names) if of_redis else _of_rabbitmq(link, names)


def _of_redis(link: Connection, names: Iterable[str]) -> Lying:
    """Lists: what is sent is put at their left end, and taken from the right one."""
    client: Any = link.default_channel.client  # type: ignore[attr-defined]  # of Redis' transport
    lying: dict[str, tuple[int, float | None]] = {}
    for name in names:
        oldest = client.lindex(name, -1)
        lying[name] = int(client.llen(name)), _sent_at(json.loads(oldest)) if oldest else None
    return lying


def _of_rabbitmq(link: Connection, names: Iterable[str]) -> Lying:
    """It shows nobody a message without taking it out of the queue: ages are not asked for."""
    lying: dict[str, tuple[int, float | None]] = {}
    for name in names:
        # One that is not there closes its channel.
        channel: Any = link.channel()
        with channel:
            try:
                lying[name] = channel.queue_declare(queue=name, passive=True).message_count, None
            except link.channel_errors:
                lying[name] = 0, None
    return lying


def _sent_at(message: Mapping[str, Any]) -> float | None:
    sent = message.get("headers", {}).get("sent_at")
    return float(sent) if isinstance(sent, int | float) else None


def _errors() -> tuple[type[Exception], ...]:
    link = Connection(settings.BROKER_URL)
    own = [one for one in (*link.connection_errors, *link.channel_errors) if issubclass(one, Exception)]
    return (OSError, KombuError, ValueError, *own)
