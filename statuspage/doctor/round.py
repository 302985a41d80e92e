"""One round of all examinations, each within a time limit, also where database or broker are down."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Thread
from time import monotonic

from django.db import connection

from statuspage.doctor import (
    broker,
    clocks,
    database,
    keys,
    mail,
    outside,
    page,
    people,
    places,
    setting,
    watching,
)
from statuspage.doctor.findings import Area, Finding, error
from statuspage.wording import doctor as words

log = logging.getLogger(__name__)

LIMIT_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One examination, by the area that is blamed where it breaks down itself."""

    area: Area
    find: Callable[[], Iterable[Finding]]


# The first ones need no database.
WITHOUT_DATABASE = (
    Examination(area=Area.SETTINGS, find=setting.examine_settings),
    Examination(area=Area.FILES, find=places.examine_places),
    Examination(area=Area.MAIL, find=mail.examine_mail),
)
# Without it nothing can be said of all that is read from it.
DATABASE = Examination(
    area=Area.DATABASE, find=lambda: filter(None, [database.unreachable() or database.behind()])
)
BROKER_ALONE = Examination(area=Area.BROKER, find=lambda: broker.examine_broker(vantages=()))
WITH_DATABASE = (
    Examination(area=Area.DATABASE, find=database.examine_database),
    Examination(area=Area.CLOCK, find=clocks.examine_clocks),
    Examination(area=Area.BROKER, find=broker.examine_broker),
    Examination(area=Area.KEYS, find=keys.examine_keys),
    Examination(area=Area.PAGE, find=page.examine_page),
    Examination(area=Area.WATCHING, find=watching.examine_watching),
    Examination(area=Area.OUTSIDE, find=outside.examine_outside),
    Examination(area=Area.ADMIN, find=people.examine_people),
)


def examine() -> list[Finding]:
    """What is wrong with the site as it stands; where the database is away, what can be seen without it."""
    found = list(made_side_by_side(WITHOUT_DATABASE, LIMIT_S))
    unusable = list(made_side_by_side([DATABASE], LIMIT_S))
    more = [BROKER_ALONE] if unusable else WITH_DATABASE
    return found + unusable + list(made_side_by_side(more, LIMIT_S))


def made_side_by_side(examinations: Sequence[Examination], limit_s: float) -> Iterator[Finding]:
    """What they find, in their order; one that breaks down or does not end is a finding of its own."""
    found: list[list[Finding]] = [[] for _ in examinations]
    threads = [
        Thread(target=_make, args=(examination, into), daemon=True)
        for examination, into in zip(examinations, found, strict=True)
    ]
    ends = monotonic() + limit_s
    for thread in threads:
        thread.start()
    for thread, examination, into in zip(threads, examinations, found, strict=True):
        thread.join(max(0.0, ends - monotonic()))
        yield from list(into)
        if thread.is_alive():
            yield error(examination.area, examination.area, words.TOO_SLOW, n=round(limit_s))


def _make(examination: Examination, into: list[Finding]) -> None:
    try:
        into.extend(examination.find())
    except Exception as problem:
        log.debug("examination of %s", examination.area, exc_info=True)
        text = f"{type(problem).__name__}: {problem}"
        into.append(error(examination.area, examination.area, words.BROKE_DOWN, problem=text))
    finally:
        connection.close()
