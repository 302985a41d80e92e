"""Renders planned maintenance as a calendar that can be subscribed to (RFC 5545)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation

from statuspage.incidents.models import MaintenanceStatus
from statuspage.public.read.values import MaintenanceView, Snapshot
from statuspage.public.render import wording
from statuspage.public.render.drafts import Draft, key_of
from statuspage.public.render.pages import LANGUAGES

CALENDAR = "text/calendar; charset=utf-8"
LONGEST_LINE = 75  # octets, without the line's end


def calendar_drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """The calendar in both languages; withdrawn work stays in it as cancelled, so that programs drop it."""
    for language, root in LANGUAGES.items():
        yield Draft(
            path=f"{root}maintenance.ics",
            content_type=CALENDAR,
            key=key_of(snapshot.planned, language),
            cache="feed",
            make=partial(_calendar, language, root, snapshot.planned),
        )


def _calendar(language: str, root: str, planned: tuple[MaintenanceView, ...]) -> bytes:
    with translation.override(language):
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Fogbreak//Maintenance//EN",
            f"X-WR-CALNAME:{_escaped(wording.calendar_name())}",
            "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
            "X-PUBLISHED-TTL:PT15M",
        ]
        for row in planned:
            lines += _event(row, root)
    folded = [part for line in [*lines, "END:VCALENDAR"] for part in fold(line)]
    return "".join(f"{line}\r\n" for line in folded).encode()


def _event(row: MaintenanceView, root: str) -> list[str]:
    cancelled = row.status is MaintenanceStatus.CANCELLED
    return [
        "BEGIN:VEVENT",
        f"UID:{row.id}@{urlsplit(settings.SITE_URL).hostname}",
        f"SEQUENCE:{row.revision}",
        f"DTSTAMP:{_utc(row.updated_at)}",
        f"LAST-MODIFIED:{_utc(row.updated_at)}",
        f"DTSTART:{_utc(row.starts_at)}",
        f"DTEND:{_utc(row.ends_at)}",
        f"SUMMARY:{_escaped(str(row.title))}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        f"URL:{settings.SITE_URL}{root}",
        "END:VEVENT",
    ]


def fold(line: str) -> Iterator[str]:
    """Lines of at most 75 octets, never cut within a character (RFC 5545, 3.1)."""
    part = ""
    for character in line:
        if len((part + character).encode()) > LONGEST_LINE:
            yield part
            part = " "
        part += character
    yield part


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
