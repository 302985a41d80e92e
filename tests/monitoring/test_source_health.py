from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from statuspage.monitoring.models import Report, Source
from statuspage.monitoring.source_health import Health, broken_sources, source_healths

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def build_source(**fields: Any) -> Source:
    told = {"slug": "forum", "name_zh": "论坛", "name_en": "Forum", "kind": "html", "url": "http://a.test/"}
    return Source.objects.create(**{**told, **fields})


def build_posts(source: Source, *, per_day: int, days: Iterable[int]) -> None:
    Report.objects.bulk_create(
        Report(
            source=source,
            external_id=f"{day}-{number}",
            at=NOW - timedelta(days=day, minutes=number + 1),
            symptom="working",
            product="none",
            probability=0.9,
        )
        for day in days
        for number in range(per_day)
    )


@pytest.mark.parametrize(
    ("fields", "health"),
    [
        pytest.param({}, Health.NEW, id="not visited yet"),
        pytest.param({"last_error": "HTTP 500"}, Health.BROKEN, id="never read"),
        pytest.param({"last_success_at": NOW - MINUTE}, Health.READ, id="just read"),
        pytest.param(
            {"last_success_at": NOW - 2 * MINUTE, "last_error": "HTTP 500"}, Health.READ, id="failed once"
        ),
        pytest.param(
            {"last_success_at": NOW - 20 * MINUTE, "last_error": "HTTP 500"}, Health.BROKEN, id="failing"
        ),
        pytest.param({"last_success_at": NOW - 20 * MINUTE}, Health.BROKEN, id="nobody visits it"),
        pytest.param({"enabled": False, "last_error": "HTTP 500"}, Health.OFF, id="switched off"),
    ],
)
def test_source_healths_tell_how_it_stands_when_a_source_was_visited(
    fields: dict[str, Any], health: Health
) -> None:
    build_source(**fields)

    (known,) = source_healths(NOW)

    assert known.health is health
    assert bool(broken_sources(NOW)) is (health is Health.BROKEN)


def test_source_healths_count_posts_against_the_usual_when_there_is_a_week_of_them() -> None:
    source = build_source(last_success_at=NOW)
    build_posts(source, per_day=12, days=range(8))

    (known,) = source_healths(NOW)

    assert (known.health, known.day, known.usual) == (Health.READ, 12, 12.0)


def test_source_healths_call_a_source_quiet_when_it_answers_but_brings_nothing() -> None:
    source = build_source(last_success_at=NOW)
    build_posts(source, per_day=12, days=range(1, 8))

    (known,) = source_healths(NOW)

    assert (known.health, known.day) == (Health.QUIET, 0)
