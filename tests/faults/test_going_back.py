"""A clock that is an hour ahead for a while and is then set right, on a machine whose database follows it."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from pytest_django import Settings

from statuspage import pipeline
from statuspage.incidents.models import BlindSpell, ComponentDay, ComponentStatus, Incident
from statuspage.metrics.collector import SiteCollector
from statuspage.monitoring import dispatch
from statuspage.monitoring.counts import WindowCounts
from statuspage.monitoring.minutes import minutes_between
from statuspage.monitoring.models import CheckResult, Dispatch, Probe, Progress, Rollup, Source, Vantage
from statuspage.monitoring.pruning import prune
from statuspage.monitoring.standing import StandingProbes
from statuspage.monitoring.tallies import Tally, counts_of, watched_probes
from statuspage.public.publish.publisher import publish_if_due
from tests.pipeline.day import DOWN
from tests.pipeline.planting import at, plant_catalog, rounds, small_catalog, store

pytestmark = pytest.mark.django_db
CATALOG = small_catalog()
HOUR = 3600.0
SET_FORWARD, SET_BACK = 300.0, 360.0


def live(
    since: float, until: float, *, ahead: float = 0.0, answer: dict[str, tuple[int, str, str]] | None = None
) -> None:
    """Let checks be made and concluded in (since, until], by a clock that is so many seconds ahead."""
    moment = since
    while moment < until:
        step = min(until, moment + 30.0)
        store(rounds(CATALOG, since=moment + ahead, until=step + ahead, answer=answer or {}))
        turn(time(step + ahead))
        moment = step


def turn(now: datetime) -> None:
    """What the task does."""
    pipeline.set_right(now)
    while not pipeline.advance(now).caught_up:
        pass


def time(seconds: float) -> datetime:
    """When a turn concludes up to this second."""
    return at(seconds) + timedelta(seconds=settings.SETTLE_SECONDS)


def _cells(grain: str) -> Iterator[WindowCounts]:
    if grain != "minute":
        return map(counts_of, Rollup.objects.filter(grain=grain))
    return (cell for _, cells in minutes_between(at(0), at(86400)) for cell in cells.values())


@pytest.fixture
def _set_back() -> None:
    """A site whose clock was an hour ahead for a minute, after its first turn by the right one."""
    plant_catalog(CATALOG)
    live(0, SET_FORWARD)
    live(SET_FORWARD, SET_BACK, ahead=HOUR)
    turn(time(SET_BACK))


@pytest.mark.usefixtures("_set_back")
def test_concluding_goes_on_at_once_when_the_clock_is_set_back() -> None:
    live(SET_BACK, SET_BACK + 60)

    assert Progress.objects.get().concluded_until == at(SET_BACK + 60)
    assert set(ComponentStatus.objects.values_list("state", flat=True)) == {"operational"}
    assert not Incident.objects.exists()


@pytest.mark.usefixtures("_set_back")
def test_what_a_wrong_clock_dated_is_kept_and_not_judged_when_the_clock_is_set_back() -> None:
    made = len(CATALOG.probes) * 2

    late = CheckResult.objects.filter(late=True)

    assert late.count() == made
    assert not CheckResult.objects.filter(at__gt=time(SET_BACK)).exists()
    assert not CheckResult.objects.filter(tick__gt=time(SET_BACK)).exists()
    assert late.filter(at__gt=at(SET_FORWARD - 60)).count() == made


@pytest.mark.usefixtures("_set_back")
def test_counts_equal_a_recount_when_the_clock_is_set_back() -> None:
    # What ended before the clock was found out came too late.
    live(SET_BACK + settings.SETTLE_SECONDS, SET_BACK + 120)
    judged = CheckResult.objects.filter(late=False, at__lte=Progress.objects.get().tallied_until)

    for grain in ("minute", "hour", "day"):
        counted: Counter[str] = Counter()
        for cell in _cells(grain):
            counted.update(cell.outcomes)
        assert counted == Counter(judged.values_list("outcome", flat=True)), grain
    assert judged.exists()


@pytest.mark.usefixtures("_set_back")
def test_nothing_is_left_in_the_future_when_the_clock_is_set_back() -> None:
    now = time(SET_BACK)

    assert not BlindSpell.objects.filter(started_at__gt=now).exists()
    assert not BlindSpell.objects.filter(ended_at__gt=now).exists()
    assert not Rollup.objects.filter(start__gt=now).exists()
    assert not ComponentDay.objects.filter(day__gt=now.date() + timedelta(days=1)).exists()
    assert not ComponentStatus.objects.filter(since__gt=now).exists()


@pytest.mark.usefixtures("_set_back")
def test_an_outage_is_found_as_ever_when_the_clock_was_set_back_before() -> None:
    live(SET_BACK, SET_BACK + 300)

    live(SET_BACK + 300, SET_BACK + 600, answer=DOWN)

    incident = Incident.objects.get()
    assert (incident.cause, incident.certainty) == ("outage", "confirmed")
    assert abs(incident.started_at - at(SET_BACK + 300)) < timedelta(seconds=60)


def test_an_incident_ends_when_the_clock_by_which_it_began_is_set_back() -> None:
    plant_catalog(CATALOG)
    live(0, SET_FORWARD)
    live(SET_FORWARD, SET_FORWARD + 300, ahead=HOUR, answer=DOWN)

    now = time(SET_FORWARD + 300)
    turn(now)

    incident = Incident.objects.get()
    assert incident.status == "resolved"
    assert incident.resolved_at is not None
    assert incident.started_at <= incident.resolved_at <= now
    assert not incident.updates.filter(created_at__gt=now).exists()


@pytest.mark.usefixtures("_set_back")
def test_every_setting_back_is_counted() -> None:
    turn(time(SET_BACK + 30))

    families = {family.name: family for family in SiteCollector(time(SET_BACK), None).collect()}

    assert families["fogbreak_clock_corrections"].samples[0].value == 1


def test_sources_and_probes_of_the_future_are_of_now_when_the_clock_is_set_back() -> None:
    plant_catalog(CATALOG)
    live(0, SET_FORWARD)
    live(SET_FORWARD, SET_BACK, ahead=HOUR)
    ahead, now = at(SET_BACK + HOUR), time(SET_BACK)
    Source.objects.filter(slug="forum").update(last_attempt_at=ahead, not_before=ahead)
    Probe.objects.update(created_at=ahead)

    turn(now)

    source = Source.objects.get(slug="forum")
    assert (source.last_attempt_at, source.not_before) == (now, None)
    assert set(Probe.objects.values_list("created_at", flat=True)) == {now}


def test_a_clock_that_is_behind_by_seconds_only_changes_nothing() -> None:
    plant_catalog(CATALOG)
    live(0, 300)

    turn(time(290))

    assert Progress.objects.get().concluded_until == at(300)
    assert Progress.objects.get().clock_corrections == 0


def test_checks_are_handed_out_at_once_when_the_cursor_is_an_hour_ahead() -> None:
    plant_catalog(CATALOG)
    Probe.objects.update(created_at=at(-HOUR))
    ahead = at(HOUR)
    for vantage in Vantage.objects.all():
        Dispatch.objects.create(vantage=vantage, dispatched_until=ahead, swept_until=ahead)
    standing = StandingProbes()
    standing.refresh()

    first = [dispatch.claim(rota, at(0), at(3)) for rota in standing.rotas().values()]

    assert first == [at(0)] * 2
    assert set(Dispatch.objects.values_list("dispatched_until", flat=True)) == {at(3)}
    assert set(Dispatch.objects.values_list("swept_until", flat=True)) == {at(0) - dispatch.LONGEST_GAP}


def test_a_page_of_the_future_is_made_anew_when_it_is_the_only_one(settings: Settings) -> None:
    Progress.objects.create(published_at=at(HOUR), changed_at=at(0), concluded_until=at(0))

    assert publish_if_due(at(30))


@pytest.mark.parametrize("days", [1, 30, 400])
def test_no_more_than_a_day_goes_when_the_clock_is_days_ahead(settings: Settings, days: int) -> None:
    settings.RAW_DAYS = 3
    plant_catalog(CATALOG)
    tally, probe = Tally(ZoneInfo(settings.TIME_ZONE), only_days=True), next(iter(watched_probes().values()))
    for day in (0, 1, 2, 3, 3 + days):
        tally.add(probe, at(day * 86400), "accepted", None)
        store(rounds(CATALOG, since=day * 86400, until=day * 86400 + 30))
    tally.store()

    prune(now=at((3 + days) * 86400 + 60))

    assert sorted({moment.date() for moment in CheckResult.objects.values_list("at", flat=True)}) == [
        at(day * 86400).date() for day in (2, 3, 3 + days)
    ]
