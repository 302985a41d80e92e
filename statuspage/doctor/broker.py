"""Examines the broker: whether it answers, and whether every queue has somebody who consumes it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from kombu import Connection
from kombu.exceptions import KombuError

from probes.network.names import without_user
from statuspage.celery import SITE_QUEUES, checks_queue
from statuspage.doctor.findings import Area, Finding, error, warning
from statuspage.monitoring.selectors import standing_probes
from statuspage.wording import doctor as words

ANSWERS_WITHIN_S = 4
# Most messages expire within seconds: so many wait where nobody, or too few, take them.
BACKLOG = 50
IN_MEMORY = "memory:"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """A queue as the broker tells of it; ``consumers`` is None where the broker does not know (Redis)."""

    name: str
    messages: int
    consumers: int | None


def examine_broker(vantages: Iterable[str] | None = None) -> Iterator[Finding]:
    """A real broker's queues; one in memory has none that another process could see.

    ``vantages`` are those in use, by default as the database has them.
    """
    if settings.BROKER_URL.startswith(IN_MEMORY):
        return
    places = _vantages() if vantages is None else vantages
    try:
        states = queue_states(settings.BROKER_URL, [*SITE_QUEUES, *map(checks_queue, places)])
    except _errors() as problem:
        text = " ".join(str(problem).split()).rstrip(".") or type(problem).__name__
        where = without_user(settings.BROKER_URL)
        yield error(Area.BROKER, where, words.BROKER_UNREACHABLE, problem=text)
        return
    yield from unconsumed(states)


def unconsumed(states: Iterable[QueueState]) -> Iterator[Finding]:
    """Queues that nobody consumes, or that grow."""
    for state in states:
        unit = unit_of(state.name)
        if state.consumers == 0:
            yield error(Area.BROKER, state.name, words.NOBODY_CONSUMES, n=state.messages, unit=unit)
        elif state.messages > BACKLOG:
            yield warning(Area.BROKER, state.name, words.BACKLOG, n=state.messages, unit=unit)


def queue_states(url: str, queues: Iterable[str]) -> list[QueueState]:
    """Each queue, asked for without making it; raises what the broker's client raises."""
    options = {"socket_connect_timeout": ANSWERS_WITHIN_S, "socket_timeout": ANSWERS_WITHIN_S}
    with Connection(url, connect_timeout=ANSWERS_WITHIN_S, transport_options=_options(url, options)) as link:
        link.connect()
        return [_state(link, queue) for queue in queues]


def unit_of(queue: str) -> str:
    """The unit of deploy/systemd whose worker consumes a queue, where the broker is not in memory."""
    kind, _, vantage = queue.partition(".")
    if kind == "checks":
        return f"fogbreak-checks@{vantage}"
    return {
        "reports": "fogbreak-reports",
        "notices": "fogbreak-notices",
        "mirror": "fogbreak-notices",
        "deliveries": "fogbreak-deliveries",
    }.get(kind, "fogbreak-site")


def unit_that_runs() -> str:
    """What must run so that the site concludes and publishes."""
    in_memory = settings.BROKER_URL.startswith(IN_MEMORY)
    return "fogbreak-engine (manage.py engine)" if in_memory else "fogbreak-schedule, fogbreak-site"


def unit_that_does(queue: str) -> str:
    """What must run so that the work of a queue is done."""
    return unit_that_runs() if settings.BROKER_URL.startswith(IN_MEMORY) else unit_of(queue)


def _state(link: Connection, queue: str) -> QueueState:
    # One that is not there closes its channel.
    channel: Any = link.channel()
    with channel:
        knows_consumers = link.transport.driver_type != "redis"
        try:
            found = channel.queue_declare(queue=queue, passive=True)
        except link.channel_errors:
            return QueueState(name=queue, messages=0, consumers=0 if knows_consumers else None)
        consumers = found.consumer_count if knows_consumers else None
        return QueueState(name=queue, messages=found.message_count, consumers=consumers)


def _options(url: str, options: dict[str, int]) -> dict[str, int]:
    return options if url.startswith("redis") else {}


def _errors() -> tuple[type[Exception], ...]:
    """What the broker's client may raise, beside the system and Kombu."""
    link = Connection(settings.BROKER_URL)
    own = [one for one in (*link.connection_errors, *link.channel_errors) if issubclass(one, Exception)]
    return (OSError, KombuError, *own)


def _vantages() -> list[str]:
    slugs = standing_probes().order_by("vantage__slug").values_list("vantage__slug", flat=True)
    return list(dict.fromkeys(slugs))
