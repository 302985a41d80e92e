"""Answers that no rule names are counted together, however many they are."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from probes.instrument.codebook import default_code_book
from probes.instrument.runs import CheckRun
from probes.vocabulary.outcomes import Outcome
from statuspage.monitoring.codes import MOST_MESSAGE, note_unmapped
from statuspage.monitoring.models import UnmappedAnswer

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def run_of(message: str, outcome: Outcome = Outcome.MISCONFIGURED) -> CheckRun:
    return CheckRun(
        probe="p",
        tick=NOW,
        started_at=NOW,
        ended_at=NOW,
        outcome=outcome,
        error=None,
        http_status=418,
        code="",
        message=message,
        latency_ms=1.0,
        phases_ms={},
        hung_phase="",
        steps=(),
        certificate_expires_at=None,
    )


@pytest.mark.django_db
def test_many_answers_are_counted_at_once_each_as_often_as_it_came(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    start = "z" * MOST_MESSAGE
    runs = [run_of(f"zzz {number}") for number in range(300)]
    # What is kept of two is the same.
    runs += [run_of(f"{start}1"), run_of(f"{start}2", Outcome.SLOW)]
    note_unmapped(runs, default_code_book(), now=NOW)

    with django_assert_max_num_queries(2):
        note_unmapped(runs, default_code_book(), now=NOW + timedelta(hours=1))

    answers = UnmappedAnswer.objects.all()
    assert answers.count() == 301
    assert {(row.count, row.message == start) for row in answers} == {(2, False), (4, True)}
    assert {(row.first_seen, row.last_seen) for row in answers} == {(NOW, NOW + timedelta(hours=1))}
    assert answers.get(message=start).outcome == Outcome.SLOW
