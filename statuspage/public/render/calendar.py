"""Renders planned maintenance as a calendar that can be subscribed to (RFC 5545)."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vDuration, vText

from probes.vocabulary.states import MaintenanceStatus
from statuspage.public.headers import Kind
from statuspage.public.read.values import MaintenanceView, Snapshot
from statuspage.public.render.drafts import Draft, Edition, Form
from statuspage.wording.page import CALENDAR_NAME

REFRESHED = timedelta(minutes=15)


def calendar_drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """The calendar in both languages; withdrawn work stays in it as cancelled, so that programs drop it."""
    yield Draft(path="maintenance.ics", form=CALENDAR, page=snapshot.planned)


def _calendar(planned: tuple[MaintenanceView, ...], edition: Edition) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Fogbreak//Maintenance//EN")
    calendar.add("x-wr-calname", vText(CALENDAR_NAME.say().in_(edition.language.code)))
    calendar.add("refresh-interval", vDuration(REFRESHED), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESHED))
    for row in planned:
        calendar.add_component(_event(row, edition))
    written: bytes = calendar.to_ical()
    return written


def _event(row: MaintenanceView, edition: Edition) -> Event:
    event = Event()
    event.add("uid", f"{row.id}@{urlsplit(edition.site.url).hostname}")
    event.add("sequence", row.revision)
    event.add("dtstamp", row.updated_at.astimezone(UTC))
    event.add("last-modified", row.updated_at.astimezone(UTC))
    event.add("dtstart", row.starts_at.astimezone(UTC))
    event.add("dtend", row.ends_at.astimezone(UTC))
    event.add("summary", row.title.in_(edition.language.code))
    event.add("status", "CANCELLED" if row.status is MaintenanceStatus.CANCELLED else "CONFIRMED")
    event.add("url", edition.site.address(edition.language))
    return event


CALENDAR = Form(
    name="calendar", content_type="text/calendar; charset=utf-8", kind=Kind.FEED, render=_calendar
)
