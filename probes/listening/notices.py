"""Reads an operator's feed of announced maintenance: a JSON list of windows, capped, timed and checked."""

import ssl
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from probes.network.dialling import Dialling
from probes.network.exchange import Failure, Request, exchange_within

MOST_BYTES = 512_000
MOST_NOTICES = 500
TOTAL_SECONDS = 10.0

Slug = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=100)]
Title = Annotated[str, Meta(max_length=200)]
Moment = Annotated[datetime, Meta(tz=True)]


class NoticeError(ValueError):
    """A feed that could not be had, or an entry of it that cannot be used; says which and why."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One announced window as the operator's feed has it."""

    slug: Slug
    components: Annotated[tuple[Slug, ...], Meta(max_length=100)]
    starts_at: Moment
    ends_at: Moment
    cancelled: bool = False
    title_zh: Title = ""
    title_en: Title = ""


def fetch_notices(url: str, *, tls: ssl.SSLContext) -> bytes:
    """The body of the feed at ``url``; raises :class:`NoticeError` for anything but a timely answer 200."""
    try:
        request = Request(method="GET", url=url)
        answer = exchange_within(
            TOTAL_SECONDS, request, context=tls, dialling=Dialling(), most_bytes=MOST_BYTES
        )
    except TimeoutError as error:
        raise NoticeError(f"{url} took longer than {TOTAL_SECONDS:g} s") from error
    if isinstance(answer, Failure):
        raise NoticeError(f"{url}: {answer.detail}")
    if answer.status != 200:
        raise NoticeError(f"{url} answered {answer.status}")
    if answer.cut:
        raise NoticeError(f"{url} is longer than {MOST_BYTES} bytes")
    if answer.fault:
        raise NoticeError(f"{url}: {answer.fault_detail}")
    return answer.body


def read_notices(body: bytes) -> tuple[list[Notice], list[str]]:
    """The usable entries of a feed, and what is wrong with the others (entries count from 0).

    Raises :class:`NoticeError` where the feed as a whole is no JSON list, or is too long.
    """
    try:
        entries = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError) as error:
        raise NoticeError(f"not a JSON list: {error}") from error
    if len(entries) > MOST_NOTICES:
        raise NoticeError(f"{len(entries)} entries; at most {MOST_NOTICES} are read")
    good: list[Notice] = []
    problems: list[str] = []
    for number, raw in enumerate(entries):
        try:
            notice = msgspec.json.decode(raw, type=Notice)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            problems.append(f"entry {number}: {error}")
            continue
        if notice.ends_at <= notice.starts_at:
            problems.append(f"entry {number} ({notice.slug}): it ends before it starts")
        else:
            good.append(notice)
    return good, problems
