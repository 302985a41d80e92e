"""Examines what the site does: whether it asks and concludes, from where, and what it cannot read."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Max

from probes.vocabulary.outcomes import Outcome
from statuspage import clock
from statuspage.celery import checks_queue
from statuspage.doctor.broker import unit_that_does, unit_that_runs
from statuspage.doctor.findings import Area, Finding, error, warning
from statuspage.monitoring.conditions import Knowledge, knowledge_at
from statuspage.monitoring.models import CheckResult, Dispatch, Source
from statuspage.monitoring.refused import last_refusals
from statuspage.monitoring.selectors import standing_probes
from statuspage.monitoring.source_health import broken_sources
from statuspage.wording import doctor as words

# Nothing is concluded before its time, and nothing handed out but some seconds.
AHEAD = timedelta(seconds=60)
# A vantage is given so long, and so many intervals of its slowest probe.
ASLEEP_AFTER, ASLEEP_INTERVALS = timedelta(minutes=5), 3


def examine_watching() -> Iterator[Finding]:
    """The pipeline, the vantages, the instrument and the sources."""
    now = clock.now()
    if not standing_probes().exists():
        yield warning(Area.WATCHING, "catalog", words.NOTHING_WATCHED)
        return
    knowledge = knowledge_at(now)
    handed_out = Dispatch.objects.aggregate(Max("dispatched_until"))["dispatched_until__max"]
    yield from concluding(knowledge, now)
    for name, until in (("progress", knowledge.until), ("dispatch", handed_out)):
        yield from ahead(name, until, now)
    if not knowledge.blind:
        yield from asleep(now)
        yield from instrument(knowledge)
    yield from uncontrolled()
    yield from unread(broken_sources(now))


def concluding(knowledge: Knowledge, now: datetime) -> Iterator[Finding]:
    """Whether the site concludes; where it does not, nothing else of it is to be believed."""
    if knowledge.until is None:
        yield error(Area.WORKERS, "progress", words.NEVER_BEGAN, unit=unit_that_runs())
    elif knowledge.blind:
        since = f"{knowledge.until:%Y-%m-%d %H:%M:%S} UTC"
        yield error(Area.WORKERS, "progress", words.STOPPED, since=since, unit=unit_that_runs())


def ahead(name: str, until: datetime | None, now: datetime) -> Iterator[Finding]:
    """A cursor that a wrong clock has moved into the future."""
    if until is not None and until - now > AHEAD:
        yield error(Area.CLOCK, name, words.CURSOR_AHEAD, until=f"{until:%Y-%m-%d %H:%M:%S} UTC")


def asleep(now: datetime) -> Iterator[Finding]:
    """Vantages from which nothing was asked, though probes are to ask from there."""
    rows = standing_probes().order_by().values_list("vantage__slug")
    for slug, slowest, newest in rows.annotate(Max("interval_seconds"), Max("created_at")).order_by(
        "vantage__slug"
    ):
        patience = max(ASLEEP_AFTER, ASLEEP_INTERVALS * timedelta(seconds=slowest))
        made = CheckResult.objects.filter(probe__vantage__slug=slug, at__gt=now - patience)
        if now - newest > patience and not made.exclude(outcome=Outcome.MISSED).exists():
            minutes = round(patience.total_seconds() / 60)
            unit = unit_that_does(checks_queue(slug))
            yield error(Area.WORKERS, slug, words.VANTAGE_ASLEEP, n=minutes, unit=unit)


def instrument(knowledge: Knowledge) -> Iterator[Finding]:
    """What the detector holds to be wrong on our own side."""
    for slug in knowledge.conditions.lost_vantages:
        yield warning(Area.WATCHING, slug, words.VANTAGE_LOST)
    for refusal in last_refusals(knowledge.conditions.misconfigured_probes):
        first = refusal.probes[0]
        yield error(
            Area.KEYS, first, words.MISCONFIGURED, n=len(refusal.probes), answer=refusal.answer, slug=first
        )


def unread(sources: Iterable[Source]) -> Iterator[Finding]:
    """Sources that cannot be read, or that nobody visits any more."""
    for source in sources:
        problem, since = source.last_error, source.last_success_at
        if problem or since is None:
            yield warning(
                Area.WATCHING, source.slug, words.SOURCE_BROKEN, problem=problem or "–", slug=source.slug
            )
        else:
            told = f"{since:%Y-%m-%d %H:%M:%S} UTC"
            yield warning(
                Area.WORKERS, source.slug, words.SOURCE_UNVISITED, since=told, unit=unit_that_does("reports")
            )


def uncontrolled() -> Iterator[Finding]:
    """Vantages without a control."""
    all_of_them = set(standing_probes().values_list("vantage__slug", flat=True))
    controlled = set(standing_probes().filter(component=None).values_list("vantage__slug", flat=True))
    for slug in sorted(all_of_them - controlled):
        yield warning(Area.WATCHING, slug, words.NO_CONTROL)
