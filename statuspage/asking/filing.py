"""Stores what a reader reports: redacted, without a trace of who it was, and within limits."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import F, Q, Sum

from probes.listening.privacy.posts import author_hash
from probes.listening.privacy.redaction import redact
from probes.vocabulary.choices import SYMPTOM_OF, Happened
from probes.vocabulary.observations import FIRST_PARTY
from probes.vocabulary.symptoms import Product
from statuspage.analysis.people import hour_of
from statuspage.asking.caller import Caller
from statuspage.asking.situation import AskedPlace
from statuspage.monitoring.models import Report, ReportQuota, Source
from statuspage.monitoring.voices import HOUR, recount
from statuspage.public.languages import CHINESE
from statuspage.public.site import site
from statuspage.wording.active import said
from statuspage.wording.asking import HAPPENED

PER_NETWORK_AND_HOUR = 3
PER_HOUR = 300
LONGEST = 300
TOKEN_SALT = "fogbreak.report"
# No text, and no database takes all of them.
_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
YOUNGEST, OLDEST = timedelta(seconds=1), timedelta(hours=2)


class Filed(StrEnum):
    """What became of a report."""

    STORED = "stored"
    REPEATED = "repeated"  # this device has reported within the hour
    CROWDED = "crowded"  # enough was heard from its network, or at all, within the hour


class TokenError(ValueError):
    """A form that was not fetched here, or too long ago, or is sent by a program."""


class HastyError(TokenError):
    """A form that was sent faster than a person reads it; sent once more, it is a person's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What was tapped and, where given, the message as it was pasted.

    ``place`` is None for something that is not on the page.
    """

    place: AskedPlace | None
    name: str
    happened: Happened
    message: str = ""


def new_token(now: datetime) -> str:
    """A one-time ticket for the form: when it was fetched, and a number, signed."""
    return signing.dumps([int(now.timestamp()), secrets.token_urlsafe(9)], salt=TOKEN_SALT)


def read_token(token: str, now: datetime) -> str:
    """The number of a ticket; raises TokenError where it is forged, too fresh or too old to be a person's."""
    try:
        fetched, number = signing.loads(token, salt=TOKEN_SALT)
    except signing.BadSignature as error:
        raise TokenError("the form's ticket is not ours") from error
    age = timedelta(seconds=now.timestamp() - fetched)
    if timedelta() <= age < YOUNGEST:
        raise HastyError(f"the form's ticket is {age.total_seconds():.1f} s old")
    if not YOUNGEST <= age <= OLDEST:
        raise TokenError(f"the form's ticket is {age.total_seconds():.0f} s old")
    return str(number)


def file_report(*, complaint: Complaint, caller: Caller, ticket: str, now: datetime) -> Filed:
    """Store one report of the first-party source, or say why it is not stored.

    A device counts once an hour, a network and the whole form up to a limit. However many get through, the
    detector lets this source lend weight and never open an incident by itself, because anybody can fill it
    in.
    """
    if _is_full(caller, now):
        return Filed.CROWDED
    device = f"{caller.network}\0{caller.device}"
    author = author_hash(source=FIRST_PARTY, author=device, secret=settings.SECRET_KEY, now=now)
    recent = Report.objects.filter(source__slug=FIRST_PARTY, at__gt=now - HOUR)
    if recent.filter(Q(author=author) | Q(external_id=ticket)).exists():
        return Filed.REPEATED
    try:
        with transaction.atomic():
            if not _take_place(caller, now):
                return Filed.CROWDED
            _row(_source(), complaint, author, ticket, now).save(force_insert=True)
            recount([now], now=now)
    except IntegrityError:  # the same ticket, sent twice at once
        return Filed.REPEATED
    return Filed.STORED


def text_of(complaint: Complaint) -> str:
    """The report as a sentence that reads like a post, so that it can be quoted and replayed like one."""
    sentence = f"{complaint.name}：{said(HAPPENED[complaint.happened].say())}"
    message = redact(" ".join(_UNSTORABLE.sub(" ", complaint.message).split())[:LONGEST])
    return f"{sentence}。“{message}”" if message else sentence


def _row(source: Source, complaint: Complaint, author: str, ticket: str, now: datetime) -> Report:
    return Report(
        source=source,
        external_id=ticket,
        at=now,
        published_at=now,
        author=author,
        text=text_of(complaint),
        symptom=SYMPTOM_OF[complaint.happened],
        product=complaint.place.product if complaint.place else Product.OTHER,
        probability=1.0,
    )


def _source() -> Source:
    source, _ = Source.objects.get_or_create(
        slug=FIRST_PARTY,
        defaults={
            "name_zh": "本页反馈",
            "name_en": "Reports on this page",
            "kind": Source.Kind.HERE,
            "url": site().address(CHINESE, "report/"),
        },
    )
    return source


def _is_full(caller: Caller, now: datetime) -> bool:
    """Asked first, and before anything is written: a flood costs one query each and keeps no writer busy."""
    hour = ReportQuota.objects.filter(hour=hour_of(now))
    if hour.filter(key=caller.quota_key(now), count__gte=PER_NETWORK_AND_HOUR).exists():
        return True
    return (hour.aggregate(all=Sum("count"))["all"] or 0) >= PER_HOUR


def _take_place(caller: Caller, now: datetime) -> bool:
    """Count one report of the caller's network in this hour; False where its places are taken."""
    row, created = ReportQuota.objects.get_or_create(
        key=caller.quota_key(now), defaults={"hour": hour_of(now)}
    )
    if created:
        ReportQuota.objects.filter(hour__lt=hour_of(now) - HOUR).delete()
    free = ReportQuota.objects.filter(pk=row.pk, count__lt=PER_NETWORK_AND_HOUR)
    return free.update(count=F("count") + 1) == 1
