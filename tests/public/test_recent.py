"""The past day: what is read bit by bit is what would be read at once."""

from datetime import timedelta

from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.symptoms import Symptom
from probes.vocabulary.tiers import RiskTier
from statuspage.monitoring.models import Report, Rollup
from statuspage.public.read.recent import RecentReader, acceptance_of
from tests.support.public_rows import World, make_past_day


def test_acceptance_leaves_out_what_says_nothing_of_the_service_when_counted() -> None:
    outcomes = {"accepted": 6, "slow": 1, "timeout": 2, "declined_funds": 5, "missed": 4, "misconfigured": 3}

    assert acceptance_of(outcomes) == (7, 9)


def test_reader_gives_the_same_when_it_goes_on_as_when_it_begins_anew(world: World) -> None:
    make_past_day(world)
    going_on = RecentReader()
    going_on.read(world.now)
    later = world.now + timedelta(minutes=20)
    newest = Rollup.objects.order_by("-start").first()
    assert newest
    newest.outcomes = {"timeout": 60}
    newest.save()
    for minute in range(1, 18):
        newest.pk, newest.start = None, newest.start + timedelta(minutes=1)
        newest.outcomes = {"timeout": 10 + minute}
        newest.save(force_insert=True)

    assert going_on.read(later) == RecentReader().read(later)


def test_lines_are_apart_when_a_risk_wave_is_on(world: World) -> None:
    make_past_day(world, bad={RiskTier.HIGH: Outcome.DECLINED_RISK}, since=timedelta(minutes=50))

    lines = {(line.group, line.tier): line.ratios for line in RecentReader().read(world.now).acceptance}

    assert [tier for group, tier in lines if group == "fenfu"] == list(RiskTier)
    assert lines["fenfu", RiskTier.HIGH][-1] == 4 / 59
    assert (lines["fenfu", RiskTier.LOW][-1] or 0) > 0.95
    assert (lines["cards", RiskTier.HIGH][-1] or 0) > 0.95


def test_usual_is_unknown_when_history_is_shorter_than_a_week(world: World) -> None:
    make_past_day(world)
    Report.objects.filter(at__lt=world.now - timedelta(days=6)).delete()

    recent = RecentReader().read(world.now)

    assert (recent.usual, recent.usual_last_hour) == (None, None)


def test_reports_count_each_complaint_once_when_posts_are_passed_on_or_no_complaints(world: World) -> None:
    make_past_day(world)
    Report.objects.exclude(pk__in=Report.objects.order_by("-at")[:4]).delete()
    first, second, third, _ = Report.objects.order_by("-at")
    Report.objects.filter(pk=second.pk).update(repost_of=first)
    Report.objects.filter(pk=third.pk).update(symptom=Symptom.WORKING.value)

    assert sum(RecentReader().read(world.now).reports) == 2


def test_reports_count_an_author_once_an_hour_when_he_is_loud(world: World) -> None:
    make_past_day(world)
    Report.objects.exclude(pk__in=Report.objects.order_by("-at")[:5]).delete()
    ages = (timedelta(minutes=minutes) for minutes in (1, 2, 3, 130, 131))
    for row, age in zip(Report.objects.all(), ages, strict=True):
        Report.objects.filter(pk=row.pk).update(at=world.now - age, author="loud")
    first = Report.objects.order_by("-at").first()
    assert first
    Report.objects.filter(pk=first.pk).update(author="")

    recent = RecentReader().read(world.now)

    assert (recent.reports_last_hour, sum(recent.reports)) == (2, 3)
