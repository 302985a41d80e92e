"""What a renderer hands to the publisher: where a file goes, what it shows, and how it is made."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from statuspage.public.headers import Kind
from statuspage.public.languages import LANGUAGES, Language
from statuspage.public.read.values import HourOfChecks, IncidentView, MaintenanceView
from statuspage.public.site import Site

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
MANY = 100  # of more components than this, the pages are not made anew for their age alone


class Reads(msgspec.Struct, frozen=True, kw_only=True):
    """What can be read when a file must be made: incidents, planned work, the past day of one component."""

    incidents: Callable[[Sequence[int]], Sequence[IncidentView]]
    planned: Callable[[Sequence[int]], Sequence[MaintenanceView]]
    hours: Callable[[str], Sequence[HourOfChecks]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """For whom and when one file is made. ``path`` is below the language's root.

    It grows old from ``as_of`` on. ``aged`` is the form that is served when nothing newer came for too long:
    it claims to know nothing.
    """

    site: Site
    language: Language
    path: str
    at: datetime
    as_of: datetime
    aged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How files of one sort are made. Of one ``name`` and of equal pages they come out the same."""

    name: str
    content_type: str
    kind: Kind
    render: Callable[[Any, Edition], bytes]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """One file in each of ``languages``. ``page`` is a frozen value that holds all that it shows.

    With ``later``, ``page`` holds stamps that change whenever what is shown does; what is shown is read only
    where a file must be made. One that does not last shows the moment, and is made each time. One that can
    wait is about what is over: nobody is waiting for it. One that ages claims to know how things stand.

    A large site has twenty thousand for each publication: a struct is made in a tenth of a dataclass' time.
    """

    path: str
    form: Form
    page: object
    languages: tuple[Language, ...] = LANGUAGES
    lasts: bool = True
    can_wait: bool = False
    ages: bool = False
    later: Callable[[Reads], object] | None = None


def digest(*values: object) -> bytes:
    """A fingerprint of values: it follows from all that they hold, so nobody has to list it."""
    return hashlib.blake2b(msgspec.msgpack.encode(values), digest_size=16).digest()
