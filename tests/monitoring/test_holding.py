"""What a worker and a schedule do while the database does not answer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import OperationalError, connection

from probes.instrument.codebook import default_code_book
from statuspage.monitoring import orders, standing
from statuspage.monitoring.check_loop import EndedCheck, GivenCheck
from statuspage.monitoring.dispatch import Dispatcher
from statuspage.monitoring.holding import LONGEST_HELD, HeldRuns
from statuspage.monitoring.measuring import Measuring, Taken
from statuspage.monitoring.models import CheckResult, Dispatch, Endpoint, Probe
from statuspage.monitoring.orders import order_of
from statuspage.monitoring.standing import DueCheck
from tests.support.probe_rows import build_probe
from tests.support.processes import wait_until
from tests.support.websites import Answer, website

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@contextmanager
def database_away() -> Iterator[None]:
    """Every statement fails as it does where nobody answers."""

    def refuse(_execute: Callable[..., Any], *_: object) -> Any:
        raise OperationalError("no database")

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture
def measuring() -> Iterator[Measuring]:
    made = Measuring()
    yield made
    made.finish(0.0)


def due_now(probe: Probe) -> DueCheck:
    return DueCheck(probe_id=probe.pk, tick=datetime.now(UTC))


def stored(measuring: Measuring, count: int) -> bool:
    while measuring.store():
        pass
    return CheckResult.objects.count() == count


@pytest.mark.django_db(transaction=True)
def test_result_is_stored_when_the_database_answers_again(measuring: Measuring) -> None:
    probe = build_probe()
    with website(**{"": Answer(b"fine")}) as site:
        Endpoint.objects.update(base_url=site.url)
        measuring.take([due_now(probe)])
        with database_away():
            wait_until(lambda: measuring.store() is None, seconds=5, what="a result that cannot be stored")

        wait_until(lambda: stored(measuring, 1), seconds=5, what="its row")

    assert CheckResult.objects.get().outcome == "accepted"


@pytest.mark.django_db(transaction=True)
def test_worker_asks_by_what_it_knows_when_the_database_is_away(measuring: Measuring) -> None:
    probe = build_probe()
    with website(**{"": Answer(b"fine")}) as site:
        Endpoint.objects.update(base_url=site.url)
        measuring.take([])
        with database_away():
            measuring.take([due_now(probe)])
            wait_until(lambda: site.paths(), seconds=5, what="a request")

        wait_until(lambda: stored(measuring, 1), seconds=5, what="its row")


@pytest.mark.django_db(transaction=True)
def test_worker_asks_once_when_a_check_is_handed_out_twice_while_the_database_is_away(
    measuring: Measuring,
) -> None:
    check = due_now(build_probe())
    with website(**{"": Answer(b"fine")}) as site:
        Endpoint.objects.update(base_url=site.url)
        measuring.take([])
        with database_away():
            results = [measuring.take([check]), measuring.take([check])]
        wait_until(lambda: stored(measuring, 1), seconds=5, what="its row")

        assert len(site.asked) == 1
    assert [(result.run, result.known) for result in results] == [(1, 0), (0, 1)]


@pytest.mark.django_db(transaction=True)
def test_other_results_are_stored_when_the_probe_of_one_is_gone(measuring: Measuring) -> None:
    stays, goes = build_probe("stays"), build_probe("goes")
    with website(**{"": Answer(b"fine")}) as site:
        Endpoint.objects.update(base_url=site.url)
        measuring.take([due_now(stays), due_now(goes)])
        wait_until(lambda: len(site.paths()) == 2, seconds=5, what="both requests")
        goes.delete()

        wait_until(lambda: stored(measuring, 1), seconds=5, what="the other row")

    assert CheckResult.objects.get().probe == stays


def test_schedule_goes_on_where_it_was_when_the_database_is_away() -> None:
    probe = build_probe(interval_seconds=1)
    Dispatch.objects.create(vantage=probe.vantage, dispatched_until=NOW, swept_until=NOW)
    dispatcher = Dispatcher()
    seconds = [NOW + timedelta(seconds=number) for number in range(1, 31)]

    batches = [batch for now in seconds[:10] for batch in dispatcher.due(now)]
    with database_away():
        batches += [batch for now in seconds[10:20] for batch in dispatcher.due(now)]
    batches += [batch for now in seconds[20:] for batch in dispatcher.due(now)]

    ticks = [check.tick for batch in batches for check in batch.checks]
    assert len(ticks) == 33
    assert {later - earlier for earlier, later in pairwise(ticks)} == {timedelta(seconds=1)}


def test_schedule_hands_out_nothing_alone_when_another_claimed_last() -> None:
    probe = build_probe(interval_seconds=1)
    Dispatch.objects.create(vantage=probe.vantage, dispatched_until=NOW, swept_until=NOW)
    first, second = Dispatcher(), Dispatcher()
    first.due(NOW + timedelta(seconds=1))
    second.due(NOW + timedelta(seconds=1))

    with database_away():
        alone = [bool(one.due(NOW + timedelta(seconds=3))) for one in (first, second)]

    assert alone == [True, False]


def test_schedule_stops_when_the_database_is_away_for_longer_than_results_can_be_held() -> None:
    probe = build_probe(interval_seconds=10)
    Dispatch.objects.create(vantage=probe.vantage, dispatched_until=NOW, swept_until=NOW)
    dispatcher = Dispatcher()
    dispatcher.due(NOW + timedelta(seconds=10))

    with database_away():
        assert dispatcher.due(NOW + timedelta(minutes=5))
        assert not dispatcher.due(NOW + timedelta(minutes=11))


def test_taken_checks_are_new_again_when_they_are_too_old_to_be_made() -> None:
    taken, check = Taken(), DueCheck(probe_id=1, tick=NOW)

    assert taken.new([check, check], NOW) == [check]
    assert taken.new([check], NOW + timedelta(seconds=29)) == []
    assert taken.new([check], NOW + timedelta(seconds=70)) == [check]


def test_ticks_are_given_back_when_a_worker_ends_before_they_come(measuring: Measuring) -> None:
    probe = build_probe(interval_seconds=1)
    now = datetime.now(UTC)
    Dispatch.objects.create(vantage=probe.vantage, dispatched_until=now, swept_until=now)
    first, second = Dispatcher(), Dispatcher()
    (batch,) = first.due(now, ahead=timedelta(seconds=30))
    measuring.take(batch.checks)

    first.give_back(measuring.hold_back())
    (again,) = second.due(now + timedelta(seconds=1), ahead=timedelta(seconds=29))

    begun = len(batch.checks) - len(again.checks)
    assert begun <= 2
    assert again.checks == batch.checks[begun:]


def test_worker_asks_elsewhere_when_the_endpoint_was_changed_and_it_looked_again(
    measuring: Measuring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "REREAD_S", 0.0)
    probe = build_probe()
    with website(**{"": Answer(b"fine")}) as site:
        measuring.take([])
        Endpoint.objects.update(base_url=site.url)

        measuring.take([due_now(probe)])
        wait_until(lambda: stored(measuring, 1), seconds=5, what="its row")

        assert len(site.asked) == 1


def test_schedule_leaves_a_probe_out_when_it_was_switched_off_and_it_looked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(standing, "REREAD_S", 0.0)
    probe = build_probe(interval_seconds=1)
    Dispatch.objects.create(vantage=probe.vantage, dispatched_until=NOW, swept_until=NOW)
    dispatcher = Dispatcher()

    before = dispatcher.due(NOW + timedelta(seconds=5))
    Probe.objects.update(enabled=False)

    assert before
    assert dispatcher.due(NOW + timedelta(seconds=10)) == []


def ended(probe: Probe, tick: datetime) -> EndedCheck:
    given = GivenCheck(probe=probe, order=order_of(probe, tick), latest=tick, book=default_code_book())
    return EndedCheck(given=given, run=None)


def test_oldest_results_go_and_are_told_when_more_are_held_than_may_be(
    caplog: pytest.LogCaptureFixture,
) -> None:
    probe, held = build_probe(), HeldRuns(most=2)
    results = [ended(probe, NOW + timedelta(seconds=number)) for number in range(3)]

    for result in results:
        held.put(result)
    held.forget_older(NOW)

    assert held.oldest(10) == results[1:]
    assert "1 results were lost" in caplog.text


def test_results_go_when_they_are_too_old_to_be_waited_for() -> None:
    probe, held = build_probe(), HeldRuns()
    results = [ended(probe, NOW + timedelta(minutes=number)) for number in range(3)]
    for result in results:
        held.put(result)

    held.forget_older(NOW + LONGEST_HELD + timedelta(seconds=90))

    assert held.oldest(10) == results[2:]


def test_only_what_is_stored_goes_when_others_come_meanwhile() -> None:
    probe, held = build_probe(), HeldRuns(most=3)
    results = [ended(probe, NOW + timedelta(seconds=number)) for number in range(5)]
    for result in results[:3]:
        held.put(result)
    portion = held.oldest(2)
    for result in results[3:]:
        held.put(result)

    held.forget(portion)

    assert held.oldest(10) == results[2:]
