from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from probes.instrument.schedule import Timetable
from statuspage.monitoring import dispatch, sweeping
from statuspage.monitoring.dispatch import Batch, Dispatcher
from statuspage.monitoring.models import CheckResult, Component, Dispatch, Probe, Progress, Vantage
from statuspage.monitoring.standing import DueCheck, StandingProbes
from tests.support.probe_rows import build_probe

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def start_at(moment: datetime) -> None:
    for vantage in Vantage.objects.all():
        Dispatch.objects.create(vantage=vantage, dispatched_until=moment, swept_until=moment)


def first_tick(probe: Probe) -> datetime:
    """Since ``NOW``, of a probe that is asked every ten seconds."""
    return next(Timetable([(1, probe.slug, 10)]).due(NOW, NOW + timedelta(seconds=10)))[1]


def claim_due(now: datetime) -> list[Batch]:
    """As a schedule that was just started does."""
    return Dispatcher().due(now, ahead=timedelta(0))


def claimed(now: datetime) -> list[tuple[str, int, datetime]]:
    return [(batch.vantage, check.probe_id, check.tick) for batch in claim_due(now) for check in batch.checks]


def test_claim_gives_each_tick_once_when_it_is_called_every_second() -> None:
    probe = build_probe()
    start_at(NOW)

    found = [check for second in range(1, 61) for check in claimed(NOW + timedelta(seconds=second))]

    first = first_tick(probe)
    assert found == [("east", probe.pk, first + timedelta(seconds=10 * number)) for number in range(6)]


def test_claim_gives_a_batch_per_vantage_when_probes_have_several() -> None:
    build_probe("a.east", vantage="east")
    build_probe("a.south", vantage="south")
    start_at(NOW)

    batches = claim_due(NOW + timedelta(seconds=10))

    assert sorted((batch.vantage, len(batch.checks)) for batch in batches) == [("east", 1), ("south", 1)]


def test_claim_gives_nothing_when_another_schedule_claimed_the_same_moment() -> None:
    build_probe()
    start_at(NOW)
    claim_due(NOW + timedelta(seconds=10))

    assert claim_due(NOW + timedelta(seconds=10)) == []


def test_claim_splits_a_batch_when_it_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "BATCH", 2)
    for number in range(5):
        build_probe(f"p{number}")
    start_at(NOW)

    batches = claim_due(NOW + timedelta(seconds=10))

    assert [len(batch.checks) for batch in batches] == [2, 2, 1]


def test_claim_leaves_out_what_is_too_old_when_the_schedule_stood_still() -> None:
    probe = build_probe(interval_seconds=10)
    start_at(NOW)

    found = claimed(NOW + timedelta(hours=3))

    assert [probe_id for _, probe_id, _ in found] == [probe.pk]


def test_claim_passes_over_probes_when_they_are_disabled_or_retired() -> None:
    build_probe("off", enabled=False)
    retired = build_probe("retired")
    Component.objects.filter(probes=retired).update(retired=True)
    start_at(NOW)

    assert claimed(NOW + timedelta(seconds=10)) == []


def test_sweep_writes_missed_when_no_result_came_back() -> None:
    probe = build_probe()
    start_at(NOW)
    first = first_tick(probe)
    CheckResult.objects.create(probe=probe, tick=first, at=first, stored_at=first, outcome="accepted")

    count = sweeping.sweep_missed(NOW + timedelta(seconds=127))

    assert count == 1
    missed = CheckResult.objects.get(outcome="missed")
    assert missed.tick == first + timedelta(seconds=10)
    assert (missed.error, missed.http_status, missed.late) == (None, None, False)


def test_sweep_writes_nothing_twice_when_it_is_called_again() -> None:
    build_probe()
    start_at(NOW)
    sweeping.sweep_missed(NOW + timedelta(seconds=127))

    assert sweeping.sweep_missed(NOW + timedelta(seconds=127)) == 0


def test_sweep_reads_no_probe_again_when_it_knew_them_a_moment_ago() -> None:
    build_probe()
    start_at(NOW)
    standing = StandingProbes()
    sweeping.sweep_missed(NOW + timedelta(seconds=127), standing)

    with CaptureQueriesContext(connection) as captured:
        count = sweeping.sweep_missed(NOW + timedelta(seconds=137), standing)

    assert count == 1
    assert not [query for query in captured if 'FROM "monitoring_probe"' in query["sql"]]


def test_sweep_leaves_old_ticks_without_rows_when_the_monitor_was_off_for_hours() -> None:
    build_probe()
    start_at(NOW)

    count = sweeping.sweep_missed(NOW + timedelta(hours=8))

    assert count == dispatch.LONGEST_GAP / timedelta(seconds=10)


def test_sweep_expects_nothing_of_a_probe_when_it_did_not_exist_yet() -> None:
    probe = build_probe()
    type(probe).objects.update(created_at=NOW + timedelta(minutes=5))
    start_at(NOW)

    assert sweeping.sweep_missed(NOW + timedelta(minutes=4)) == 0


def test_missed_rows_are_marked_late_when_their_moment_is_concluded() -> None:
    probe = build_probe()
    Progress.objects.update_or_create(pk=1, defaults={"concluded_until": NOW})

    sweeping.record_missed([DueCheck(probe_id=probe.pk, tick=NOW)], now=NOW)

    assert CheckResult.objects.get().late


@pytest.mark.parametrize(("ahead_s", "is_kept"), [(0.0, True), (2.0, True), (3600.0, False)])
def test_cursors_are_kept_when_another_schedule_made_them_by_a_clock_slightly_ahead(
    ahead_s: float, is_kept: bool
) -> None:
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    theirs = now + timedelta(seconds=ahead_s)
    made = (theirs - timedelta(seconds=1), theirs)

    assert (dispatch.healed(*made, now) == made) is is_kept


def test_packed_checks_are_the_same_when_they_are_unpacked() -> None:
    checks = [DueCheck(probe_id=7, tick=NOW + timedelta(microseconds=123))]

    assert dispatch.unpacked(dispatch.packed(checks)) == checks
