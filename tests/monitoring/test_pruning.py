from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from statuspage.monitoring.models import UnmappedAnswer
from statuspage.monitoring.pruning import prune

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def seen_last(days_ago: int) -> None:
    at = NOW - timedelta(days=days_ago)
    UnmappedAnswer.objects.create(
        http_status=500,
        message=f"trace {days_ago}",
        outcome="other_failure",
        count=1,
        first_seen=at,
        last_seen=at,
    )


def test_answers_that_no_rule_names_go_when_no_result_shows_them_any_more(settings: Settings) -> None:
    settings.RAW_DAYS = 14
    for days_ago in (1, 13, 15, 40):
        seen_last(days_ago)

    assert prune(now=NOW).answers == 2
    assert set(UnmappedAnswer.objects.values_list("message", flat=True)) == {"trace 1", "trace 13"}
