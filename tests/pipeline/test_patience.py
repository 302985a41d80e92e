from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest
from django.db import OperationalError

from statuspage import clock, pipeline, tasks
from statuspage.monitoring.models import CheckResult, Progress
from statuspage.pipeline.patience import BRIEF, GAP, GRACE, NOT_AGAIN, Patience
from tests.support.probe_rows import build_probe

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def concluded_until(moment: datetime) -> None:
    Progress.objects.update_or_create(pk=1, defaults={"concluded_until": moment})


def test_nothing_waits_when_the_last_turn_was_a_moment_ago() -> None:
    concluded_until(NOW - 5 * SECOND)

    assert not Patience().is_needed(NOW)


def test_nothing_waits_when_nothing_was_ever_concluded() -> None:
    assert not Patience().is_needed(NOW)


def test_turn_waits_once_and_for_a_few_seconds_when_none_was_possible_for_a_while() -> None:
    concluded_until(NOW - timedelta(minutes=1))
    patience = Patience()

    waited = [patience.is_needed(NOW + number * SECOND) for number in range(30)]

    assert waited == [True] * int(GRACE / SECOND) + [False] * (30 - int(GRACE / SECOND))


def test_turn_waits_again_when_it_happens_again_later() -> None:
    concluded_until(NOW - timedelta(minutes=1))
    patience = Patience()
    patience.is_needed(NOW)

    assert patience.is_needed(NOW + NOT_AGAIN)


def test_result_is_judged_when_it_was_held_while_the_database_was_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tasks, "patience", Patience())
    probe, now = build_probe(), clock.now()
    concluded_until(now - 3 * GAP)

    tasks.advance()
    tasks.sweep_missed()
    at = now - 2 * GAP
    CheckResult.objects.create(probe=probe, tick=at, at=at, stored_at=now, outcome="accepted")

    assert pipeline.advance(now).until == now - 3 * SECOND
    assert CheckResult.objects.filter(late=False).count() == 1


def test_tasks_go_on_when_nothing_is_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "patience", Patience())
    before = clock.now() - 5 * SECOND
    concluded_until(before)

    tasks.advance()

    assert (Progress.objects.get().concluded_until or before) > before


def test_turn_waits_a_moment_when_the_one_before_failed_by_the_database() -> None:
    concluded_until(NOW - 5 * SECOND)
    patience = Patience()
    with pytest.raises(OperationalError), patience.of_failures():
        raise OperationalError("the server closed the connection")

    waited = [patience.is_needed(NOW + number * SECOND) for number in range(6)]

    assert waited == [True] * int(BRIEF / SECOND) + [False] * (6 - int(BRIEF / SECOND))


def test_task_is_patient_when_its_last_turn_failed_by_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "patience", Patience())
    concluded_until(clock.now() - 5 * SECOND)
    with monkeypatch.context() as broken:
        broken.setattr(pipeline, "advance", lambda now: _raise(OperationalError("gone")))
        with pytest.raises(OperationalError):
            tasks.advance()
    before = Progress.objects.get().concluded_until

    tasks.advance()

    assert Progress.objects.get().concluded_until == before


def _raise(error: Exception) -> NoReturn:
    raise error
