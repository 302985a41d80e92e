"""Examines the clocks: this machine's, the database's, and those of endpoints that answer."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from statuspage import clock
from statuspage.doctor.findings import Area, Finding, error, warning
from statuspage.monitoring.models import Probe
from statuspage.monitoring.selectors import standing_probes
from statuspage.monitoring.trying_probes import try_probe
from statuspage.wording import doctor as words

# Machines that keep time are within milliseconds.
DATABASE_WARNS_S, DATABASE_FAILS_S = 2.0, 30.0
# A date is cut to seconds and may be that of an answer kept on the way.
ANSWER_WARNS_S, ANSWER_FAILS_S = 5.0, 60.0
MOST_ASKED = 3


def examine_clocks() -> Iterator[Finding]:
    """This machine's clock against the database's, and the database's against those of answers."""
    machine, site = datetime.now(tz=UTC), clock.now()
    yield from against_database(machine, site)
    yield from against_answers(dates_answered(), clock.now())


def against_database(machine: datetime, database: datetime) -> Iterator[Finding]:
    """Two readings made at the same moment."""
    apart = abs((machine - database).total_seconds())
    if apart > DATABASE_WARNS_S:
        make = error if apart > DATABASE_FAILS_S else warning
        yield make(Area.CLOCK, "database", words.CLOCK_OF_DATABASE, n=round(apart))


def against_answers(dates: Mapping[str, datetime], now: datetime) -> Iterator[Finding]:
    """The date that is nearest: one wrong clock elsewhere, or an old answer, says nothing of ours."""
    if not dates:
        return
    probe, date = min(dates.items(), key=lambda item: abs(item[1] - now))
    apart = abs((date - now).total_seconds())
    if apart > ANSWER_WARNS_S:
        make = error if apart > ANSWER_FAILS_S else warning
        yield make(Area.CLOCK, "answers", words.CLOCK_OF_ANSWER, n=round(apart), probe=probe)


def dates_answered() -> dict[str, datetime]:
    """What controls, which anybody may ask, say that it is; by probe."""
    controls = list(standing_probes().filter(component=None).order_by("endpoint", "slug"))
    by_endpoint = {probe.endpoint_id: probe for probe in reversed(controls)}
    found = {probe.slug: _date_of(probe) for probe in list(by_endpoint.values())[:MOST_ASKED]}
    return {slug: date for slug, date in found.items() if date is not None}


def _date_of(probe: Probe) -> datetime | None:
    try:
        # A check is made in an event loop, where the database must not be asked for the time.
        tried = try_probe(probe, clock=clock.calibrated())
        headers = dict(tried.steps[-1].headers) if tried.steps else {}
        told = parsedate_to_datetime(headers["date"])
    except (ValueError, KeyError, OverflowError):
        return None
    # "-0000" says that the zone is not known (RFC 5322, 3.3); servers mean UTC.
    return told if told.tzinfo else told.replace(tzinfo=UTC)
