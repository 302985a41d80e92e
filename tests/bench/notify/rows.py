"""Makes the rows: ``fill N`` subscribers, ``tell`` an incident, or ``publish SECONDS``."""

import secrets
import sys
import time

import django

django.setup()

from datetime import timedelta  # noqa: E402

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from probes.vocabulary.bilingual import Bilingual  # noqa: E402
from statuspage import clock  # noqa: E402
from statuspage.incidents.models import Incident  # noqa: E402
from statuspage.incidents.timeline import add_entry  # noqa: E402
from statuspage.monitoring.changes import mark_changed  # noqa: E402
from statuspage.monitoring.models import Component, Persona  # noqa: E402
from statuspage.public.publish.publisher import publish_if_due  # noqa: E402
from statuspage.subscribers.addresses import place_of_address, seal_address  # noqa: E402
from statuspage.subscribers.models import Subscription  # noqa: E402
from statuspage.subscribers.tokens import letters_of  # noqa: E402
from tests.support.public_rows import World, make_incident, make_world  # noqa: E402


def fill(count: int) -> None:
    """A small site, and so many readers of it."""
    now = clock.now()
    make_world(now=now, days=3)
    secret = settings.SECRET_KEY
    Subscription.objects.bulk_create(
        (
            Subscription(
                key=letters_of(secrets.token_bytes(20)),
                channel="mail",
                place=place_of_address(f"reader{number}@example.com", secret),
                sealed=seal_address(f"reader{number}@example.com", secret),
                language=("en", "zh-hans")[number % 2],
                standing="active",
                created_at=now,
                confirmed_at=now,
            )
            for number in range(count)
        ),
        batch_size=2000,
    )


def tell() -> None:
    """One update of an incident; prints when it was there."""
    now = clock.now()
    world = make_world_again()
    incident = make_incident(world, ago=timedelta(minutes=5))
    Incident.objects.filter(pk=incident.pk).update(created_at=now)
    add_entry(incident, Bilingual("出问题了。", "Something is wrong."), at=now, by_machine=True)
    print(f"{time.time():.3f}")


def make_world_again() -> World:
    """The world that is there."""
    return World(
        components={row.slug: row for row in Component.objects.all()},
        personas={row.slug: row for row in Persona.objects.all()},
        vantages={},
        now=clock.now(),
    )


def publish(seconds: float) -> None:
    """Publish a change each second; prints how long each took, in seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        started = time.monotonic()
        mark_changed(now=clock.now())
        publish_if_due(clock.now())
        print(f"{time.monotonic() - started:.3f}", flush=True)
        time.sleep(max(0.0, 1 - (time.monotonic() - started)))


if __name__ == "__main__":
    word, *numbers = sys.argv[1:]
    if word == "fill":
        call_command("migrate", verbosity=0)
        fill(int(numbers[0]))
    if word == "publish":
        publish(float(numbers[0]))
    if "told" in sys.argv or word == "tell":
        tell()
