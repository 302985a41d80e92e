"""The past day: what is read bit by bit is what would be read at once."""

from collections import Counter
from datetime import timedelta

from probes.vocabulary.outcomes import Family, Outcome
from probes.vocabulary.tiers import RiskTier
from statuspage.monitoring.counts import WindowCounts
from statuspage.monitoring.minutes import add_minutes
from statuspage.monitoring.models import Voices
from statuspage.monitoring.telling import accepted_of, family_of
from statuspage.public.read.recent import RecentReader
from tests.support.minutes import set_minutes, stored_minutes
from tests.support.public_rows import World, make_past_day


def test_acceptance_leaves_out_what_says_nothing_of_the_service_when_counted() -> None:
    outcomes = {"accepted": 6, "slow": 1, "timeout": 2, "declined_funds": 5, "missed": 4, "throttled": 3}

    assert accepted_of(outcomes) == (7, 9)


def test_acceptance_counts_requests_that_are_called_wrong_unless_that_is_held_to_be_true() -> None:
    assert accepted_of({"misconfigured": 3, "accepted": 1}) == (1, 4)
    assert family_of(Outcome.MISCONFIGURED) is Family.TECHNICAL
    assert family_of(Outcome.MISCONFIGURED, "misconfigured") is Family.OURS
    assert family_of(Outcome.TIMEOUT, "vantage_lost") is Family.OURS


def test_reader_gives_the_same_when_it_goes_on_as_when_it_begins_anew(world: World) -> None:
    make_past_day(world)
    going_on = RecentReader()
    going_on.read(world.now)
    later = world.now + timedelta(minutes=20)
    start, series, _ = stored_minutes()[-1]
    for minute in range(18):
        failed = WindowCounts(outcomes=Counter({"timeout": 60 + minute}))
        add_minutes({(start + timedelta(minutes=minute), series): failed})

    assert going_on.read(later) == RecentReader().read(later)


def test_a_slot_does_not_dip_when_its_failures_are_found_to_say_nothing_later(world: World) -> None:
    make_past_day(world)
    reader = RecentReader()
    set_minutes(since=world.now - timedelta(minutes=30), outcomes={"accepted": 30, "timeout": 30})
    dipped = {line.ratios[-1] for line in reader.read(world.now).acceptance}
    set_minutes(
        since=world.now - timedelta(minutes=30),
        outcomes={"accepted": 30},
        excluded={"vantage_lost": {"timeout": 30}},
    )

    after = {line.ratios[-1] for line in reader.read(world.now + timedelta(seconds=15)).acceptance}

    assert (dipped, after) == ({0.5}, {1.0})


def test_lines_are_apart_when_a_risk_wave_is_on(world: World) -> None:
    make_past_day(world, bad={RiskTier.HIGH: Outcome.DECLINED_RISK}, since=timedelta(minutes=50))

    lines = {(line.group, line.tier): line.ratios for line in RecentReader().read(world.now).acceptance}

    assert [tier for group, tier in lines if group == "fenfu"] == list(RiskTier)
    assert lines["fenfu", RiskTier.HIGH][-1] == 4 / 59
    assert (lines["fenfu", RiskTier.LOW][-1] or 0) > 0.95
    assert (lines["cards", RiskTier.HIGH][-1] or 0) > 0.95


def test_usual_is_unknown_when_history_is_shorter_than_a_week(world: World) -> None:
    make_past_day(world)
    Voices.objects.filter(slot__lt=world.now - timedelta(days=6)).delete()

    recent = RecentReader().read(world.now)

    assert (recent.usual, recent.usual_last_hour) == (None, None)
