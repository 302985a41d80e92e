"""Examines the page: when it was published, and what the public address answers."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec
from django.conf import settings

from probes.network.dialling import Dialling
from probes.network.exchange import Failure, Request, exchange_within, tls_context
from statuspage import clock
from statuspage.ages import STALE_AFTER_S, as_of
from statuspage.doctor.broker import unit_that_runs
from statuspage.doctor.findings import Area, Finding, error, warning
from statuspage.public.headers import HEADERS, Kind
from statuspage.public.publish.manifest import read_manifest
from statuspage.wording import doctor as words
from statuspage.wording.doctor import Advice

# A published file of a few hundred bytes that tells when it was made.
ASKED = "/api/v2/status.json"
ANSWERS_WITHIN_S, MOST_BYTES = 8.0, 64 * 1024


class _Made(msgspec.Struct):
    updated_at: datetime
    x_known_until: datetime | None = None


class _Answered(msgspec.Struct):
    page: _Made


def examine_page() -> Iterator[Finding]:
    """The snapshot, and the page as readers get it."""
    now = clock.now()
    manifest = read_manifest(settings.SNAPSHOT_DIR)
    if manifest is None:
        yield error(Area.PAGE, str(settings.SNAPSHOT_DIR), words.NO_SNAPSHOT, unit=unit_that_runs())
        return
    since = as_of(manifest.at, manifest.known_until)
    yield from old(str(settings.SNAPSHOT_DIR), words.OLD_SNAPSHOT, since, now)
    yield from answered(settings.SITE_URL, now)


def old(where: str, advice: Advice, since: datetime, now: datetime) -> Iterator[Finding]:
    """From when on a page grows old; it is renewed several times a minute."""
    if (now - since).total_seconds() > STALE_AFTER_S:
        yield error(Area.PAGE, where, advice, since=f"{since:%Y-%m-%d %H:%M:%S} UTC", unit=unit_that_runs())


def answered(site_url: str, now: datetime) -> Iterator[Finding]:
    """Ask the public address for a published file, as a reader would."""
    try:
        reply = exchange_within(
            ANSWERS_WITHIN_S,
            Request(method="GET", url=site_url + ASKED),
            context=tls_context(settings.PROBE_CA_BUNDLE),
            dialling=Dialling(),
            most_bytes=MOST_BYTES,
        )
    except TimeoutError:
        yield warning(Area.PAGE, site_url, words.NO_ANSWER, problem="timeout")
        return
    if isinstance(reply, Failure):
        yield warning(Area.PAGE, site_url, words.NO_ANSWER, problem=f"{reply.error}: {reply.detail}")
        return
    yield from read(site_url, reply.status, reply.headers, reply.body, now)


def read(
    site_url: str, status: int, headers: Mapping[str, str], body: bytes, now: datetime
) -> Iterator[Finding]:
    """What was answered: the file itself, of now, with the headers that it is published with."""
    try:
        made = msgspec.json.decode(body, type=_Answered).page if status == 200 else None
    except msgspec.DecodeError:
        made = None
    if made is None:
        yield error(Area.PAGE, site_url + ASKED, words.OTHER_ANSWER, status=status)
        return
    yield from old(site_url, words.OLD_ANSWER, as_of(made.updated_at, made.x_known_until), now)
    lacking = [name for name, _ in HEADERS[Kind.API] if name.lower() not in headers]
    if lacking:
        yield warning(Area.PAGE, site_url, words.HEADERS_LACKING, names=", ".join(lacking))
