"""Renders planned maintenance as a calendar that can be subscribed to (RFC 5545)."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, vDuration, vText

from probes.vocabulary.states import MaintenanceStatus
from statuspage.public.headers import Kind
from statuspage.public.read.values import MaintenanceView, Snapshot
from statuspage.public.render.drafts import Draft, key_of
from statuspage.public.render.pages import LANGUAGES
from statuspage.wording.page import CALENDAR_NAME

CALENDAR = "text/calendar; charset=utf-8"
REFRESHED = timedelta(minutes=15)


def calendar_drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """The calendar in both languages; withdrawn work stays in it as cancelled, so that programs drop it."""
    for language, root in LANGUAGES.items():
        yield Draft(
            path=f"{root}maintenance.ics",
            content_type=CALENDAR,
            key=key_of(snapshot.planned, language),
            kind=Kind.FEED,
            make=partial(_calendar, language, root, snapshot.planned),
        )


def _calendar(language: str, root: str, planned: tuple[MaintenanceView, ...]) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Fogbreak//Maintenance//EN")
    calendar.add("x-wr-calname", vText(CALENDAR_NAME.say().in_(language)))
    calendar.add("refresh-interval", vDuration(REFRESHED), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESHED))
    for row in planned:
        calendar.add_component(_event(row, language, root))
    written: bytes = calendar.to_ical()
    return written


def _event(row: MaintenanceView, language: str, root: str) -> Event:
    event = Event()
    event.add("uid", f"{row.id}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", row.revision)
    event.add("dtstamp", row.updated_at.astimezone(UTC))
    event.add("last-modified", row.updated_at.astimezone(UTC))
    event.add("dtstart", row.starts_at.astimezone(UTC))
    event.add("dtend", row.ends_at.astimezone(UTC))
    event.add("summary", row.title.in_(language))
    event.add("status", "CANCELLED" if row.status is MaintenanceStatus.CANCELLED else "CONFIRMED")
    event.add("url", f"{settings.SITE_URL}{root}")
    return event
