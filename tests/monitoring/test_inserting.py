from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from statuspage.monitoring.inserting import insert_new, put
from statuspage.monitoring.models import CheckResult, DurationTotal, Probe
from tests.support.probe_rows import build_probe

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def row_of(probe: Probe, **values: Any) -> dict[str, Any]:
    return {"probe_id": probe.pk, "tick": NOW, "at": NOW, "stored_at": NOW, "outcome": "accepted"} | values


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({}, id="defaults alone"),
        pytest.param({"at": NOW + timedelta(microseconds=123)}, id="microseconds"),
        pytest.param({"at": NOW.astimezone(timezone(timedelta(hours=8)))}, id="another zone"),
        pytest.param({"message": "当前交易存在风险 '\"\\%s{}", "code": "X" * 64}, id="texts of all kinds"),
        pytest.param({"phases": {"dns": 0.25}, "steps": [{"outcome": "slow", "error": None}]}, id="nested"),
        pytest.param({"latency_ms": 1e-9, "http_status": 503, "late": True, "error": "tls"}, id="numbers"),
        pytest.param({"certificate_expires_at": NOW}, id="a date that may be missing"),
    ],
)
def test_inserted_row_is_what_the_orm_would_have_written_when_it_is_read_again(
    values: dict[str, Any],
) -> None:
    probe = build_probe()
    row = row_of(probe, **values)

    insert_new(CheckResult, [row])
    written = CheckResult.objects.values().get()
    CheckResult.objects.all().delete()
    CheckResult.objects.create(**row)

    expected = CheckResult.objects.values().get()
    assert written | {"id": 0} == expected | {"id": 0}


def test_row_stays_as_it_was_when_another_of_its_key_is_inserted() -> None:
    probe = build_probe()
    insert_new(CheckResult, [row_of(probe)])

    insert_new(CheckResult, [row_of(probe, outcome="missed"), row_of(probe, tick=NOW + timedelta(1))])

    rows = CheckResult.objects.order_by("tick").values_list("outcome", flat=True)
    assert list(rows) == ["accepted", "accepted"]


def test_row_is_replaced_or_added_up_when_another_of_its_key_is_put() -> None:
    labels = {"component": "fenfu-qr", "vantage": "east"}
    key = ["component", "vantage"]
    first, second = ({"buckets": {"0.1": n}, "sum_seconds": n / 4, "count": n} for n in (1, 2))

    for values in (first, second):
        put(
            DurationTotal, [labels | values], unique=key, replaced=["buckets"], added=["sum_seconds", "count"]
        )
    put(DurationTotal, [labels | first | {"vantage": "south"}], unique=key, replaced=["count"])

    rows = DurationTotal.objects.order_by("vantage").values_list("vantage", "buckets", "sum_seconds", "count")
    assert list(rows) == [("east", {"0.1": 2}, 0.75, 3), ("south", {"0.1": 1}, 0.25, 1)]
