"""Renders planned maintenance as a calendar that can be subscribed to (RFC 5545)."""

from collections.abc import Iterator
from datetime import UTC, timedelta

from icalendar import Alarm, Calendar, Event, vDuration, vText

from probes.vocabulary.states import MaintenanceStatus
from statuspage.public.headers import Kind
from statuspage.public.render.drafts import Draft, Edition, Form
from statuspage.public.render.planned import PlannedLine
from statuspage.public.render.xml import writable
from statuspage.wording.one_language import noted
from statuspage.wording.page import CALENDAR_NAME
from statuspage.wording.planned import MAY_NOT_WORK

LISTED = 50
REFRESHED = timedelta(minutes=15)
REMINDED = timedelta(hours=1)


def calendar_drafts(planned: tuple[PlannedLine, ...]) -> Iterator[Draft]:
    """The calendar in both languages; withdrawn work stays in it as cancelled, so that programs drop it."""
    yield Draft(path="maintenance.ics", form=CALENDAR, page=planned[:LISTED])


def _calendar(planned: tuple[PlannedLine, ...], edition: Edition) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Fogbreak//Maintenance//EN")
    calendar.add("x-wr-calname", vText(CALENDAR_NAME.say().in_(edition.language.code)))
    calendar.add("refresh-interval", vDuration(REFRESHED), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESHED))
    for line in planned:
        calendar.add_component(_event(line, edition))
    written: bytes = calendar.to_ical()
    return written


def _event(line: PlannedLine, edition: Edition) -> Event:
    """One event; it blocks nobody's time, and one that may still come has a reminder."""
    row, code = line.row, edition.language.code
    address = edition.site.address(edition.language, f"maintenance/{row.id}/")
    event = Event()
    event.add("uid", edition.site.lasting_id(f"Maintenance/{row.id}"))
    event.add("sequence", row.revision)
    event.add("dtstamp", row.updated_at.astimezone(UTC))
    event.add("last-modified", row.updated_at.astimezone(UTC))
    event.add("dtstart", row.starts_at.astimezone(UTC))
    event.add("dtend", row.ends_at.astimezone(UTC))
    event.add("summary", _plain(noted(row.title, code)))
    event.add("description", _plain("\n\n".join(_description(line, code, address))))
    event.add("status", "CANCELLED" if row.status is MaintenanceStatus.CANCELLED else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("url", address)
    if not row.status.is_over:
        event.add_component(_alarm(_plain(noted(row.title, code))))
    return event


def _plain(text: str) -> str:
    """Without what ends a line or is none of a text; of all that ends one, the library escapes only one."""
    return "\n".join(writable(text).splitlines())


def _description(line: PlannedLine, code: str, address: str) -> Iterator[str]:
    if line.names:
        yield MAY_NOT_WORK.say(names=line.names).in_(code)
    if line.row.text:
        yield noted(line.row.text, code).strip()
    yield address


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -REMINDED)
    return alarm


CALENDAR = Form(
    name="calendar", content_type="text/calendar; charset=utf-8", kind=Kind.FEED, render=_calendar
)
