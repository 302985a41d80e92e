"""The thread that stores results goes on whatever goes wrong, and does not rage at the end."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, OperationalError

from probes.instrument.codebook import default_code_book
from statuspage.monitoring import measuring as under_test
from statuspage.monitoring.check_loop import EndedCheck, GivenCheck
from statuspage.monitoring.measuring import LAST_RETRY_S, Measuring
from statuspage.monitoring.orders import order_of
from tests.support.probe_rows import build_probe
from tests.support.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
Store = Callable[..., None]


@pytest.fixture
def ended() -> list[EndedCheck]:
    """Two checks that began too late."""
    probe, now = build_probe(), datetime.now(UTC)
    given = GivenCheck(probe=probe, order=order_of(probe, now), latest=now, book=default_code_book())
    return [EndedCheck(given=given, run=None)] * 2


@pytest.fixture
def storing(monkeypatch: pytest.MonkeyPatch, ended: list[EndedCheck]) -> Callable[[Store], Measuring]:
    """A worker that stores by the given function."""

    def start(store: Store) -> Measuring:
        monkeypatch.setattr(under_test, "CHUNK_S", 0.01)
        monkeypatch.setattr(under_test, "RETRY_S", 0.01)
        monkeypatch.setattr(under_test, "record_missed", store)
        measuring = Measuring()
        for check in ended:
            measuring._held.put(check)
        measuring.keep_storing()
        return measuring

    return start


def test_storing_goes_on_when_the_database_goes_while_results_are_stored_one_by_one(
    storing: Callable[[Store], Measuring],
) -> None:
    # All at once one does not fit; then, one by one, the database is away; then all is well.
    answers: list[Exception] = [IntegrityError("a probe is gone"), OperationalError("database is locked")]

    def store(*_: object, **__: object) -> None:
        if answers:
            raise answers.pop(0)

    measuring = storing(store)

    wait_until(lambda: not len(measuring._held), seconds=5, what="an empty queue")
    measuring.finish(1.0)


def test_other_results_are_stored_when_one_is_a_text_that_no_driver_takes(
    storing: Callable[[Store], Measuring],
) -> None:
    sizes: list[int] = []

    def store(checks: list[object], **_: object) -> None:
        sizes.append(len(checks))
        if len(checks) == 2 or len(sizes) == 2:
            "\ud800".encode()

    measuring = storing(store)

    wait_until(lambda: not len(measuring._held), seconds=5, what="an empty queue")
    measuring.finish(1.0)
    assert sizes == [2, 1, 1]


def test_few_attempts_are_made_at_the_end_when_the_database_is_away(
    storing: Callable[[Store], Measuring],
) -> None:
    attempts: list[float] = []

    def refuse(*_: object, **__: object) -> None:
        attempts.append(time.monotonic())
        raise OperationalError("no database")

    measuring = storing(refuse)
    wait_until(lambda: attempts, seconds=5, what="a first attempt")
    before = len(attempts)

    measuring.finish(1.0)

    assert len(attempts) - before <= 1.0 / LAST_RETRY_S + 2
    measuring._held.forget(measuring._held.oldest(9))
