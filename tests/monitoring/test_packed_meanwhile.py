"""Who reads results while they are packed gets each of them once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from statuspage.monitoring import results
from statuspage.monitoring.models import CheckResult, Progress
from statuspage.monitoring.packing import HOT, pack_settled
from statuspage.monitoring.results import JudgedResult, judged_between
from tests.pipeline.planting import at, plant_catalog, rounds, small_catalog, store

pytestmark = pytest.mark.django_db
HOUR = 3600.0
Read = Callable[[datetime, datetime], list[JudgedResult]]


def _pack() -> None:
    assert pack_settled(now=at(HOUR) + HOT + timedelta(minutes=1), longest_s=60)


def _packing_before(read: Read) -> Read:
    def packed_between(since: datetime, until: datetime) -> list[JudgedResult]:
        _pack()
        return read(since, until)

    return packed_between


def _packing_after(read: Read) -> Read:
    def packed_between(since: datetime, until: datetime) -> list[JudgedResult]:
        found = read(since, until)
        _pack()
        return found

    return packed_between


@pytest.mark.parametrize("packing", [_packing_before, _packing_after])
def test_each_result_is_read_once_when_it_is_packed_meanwhile(
    packing: Callable[[Read], Read], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_catalog(small_catalog())
    store(rounds(small_catalog(), since=0, until=600))
    Progress.objects.create(
        **dict.fromkeys(("concluded_until", "tallied_until", "counted_until"), at(10 * HOUR))
    )
    before = [*judged_between(at(0), at(HOUR))]
    monkeypatch.setattr(results, "_packed_between", packing(results._packed_between))

    found = [*judged_between(at(0), at(HOUR))]

    assert not CheckResult.objects.exists()
    assert found == before
    assert len(before) > 100
