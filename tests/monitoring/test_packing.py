"""Results are packed by the hour when they are settled; whoever reads them gets what was there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as some

from statuspage import pipeline
from statuspage.monitoring.blocks import BlockError, Result, pack, unpack, unpack_ended
from statuspage.monitoring.models import CheckBlock, CheckResult, Probe, Progress
from statuspage.monitoring.packing import HOT, pack_settled
from statuspage.monitoring.pruning import prune
from statuspage.monitoring.refused import last_refusals
from statuspage.monitoring.results import first_judged_at, judged_between, last_made_at
from tests.pipeline.planting import at, plant_catalog, rounds, small_catalog, store
from tests.support.probe_rows import build_probe

HOUR = 3600.0
REFUSED = {"fenfu-qr": (401, "SIGN_ERROR", "签名错误")}
MOMENTS = some.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001
SHORT = some.text(max_size=12)
SPANS = some.one_of(
    some.floats(0, 1e7, allow_nan=False), some.integers(0, 10**8).map(lambda micros: micros / 1000)
)
RESULTS = some.builds(
    Result,
    tick=MOMENTS,
    at=MOMENTS,
    stored_at=MOMENTS,
    outcome=SHORT,
    error=some.none() | SHORT,
    http_status=some.none() | some.integers(0, 999),
    code=SHORT,
    message=SHORT,
    latency_ms=some.none() | SPANS,
    phases=some.dictionaries(some.sampled_from(["dns", "connect", "body"]), SPANS),
    hung_phase=SHORT,
    steps=some.lists(some.dictionaries(SHORT, SHORT | some.none() | SPANS), max_size=2),
    certificate_expires_at=some.none() | MOMENTS,
    excluded=SHORT,
    late=some.booleans(),
)


@given(some.lists(RESULTS, max_size=8))
@effort(max_examples=60, deadline=None)
def test_what_is_unpacked_is_what_was_packed_to_the_last_digit(results: list[Result]) -> None:
    assert unpack(pack(results)) == results


@given(some.lists(RESULTS, max_size=8), MOMENTS, MOMENTS)
@effort(max_examples=60, deadline=None)
def test_what_is_unpacked_of_a_span_is_what_ended_in_it(
    results: list[Result], since: datetime, until: datetime
) -> None:
    ended = [result._replace(phases={}, steps=[]) for result in results if since < result.at <= until]

    assert list(unpack_ended(pack(results), since, until)) == ended


@pytest.mark.parametrize("body", [b"", b"nonsense", pack([])[:-3]])
def test_a_block_that_is_damaged_says_so(body: bytes) -> None:
    with pytest.raises(BlockError):
        unpack(body)


def _two_hours() -> datetime:
    """Ten minutes in each of two hours, concluded long ago; gives a moment at which the first is settled."""
    plant_catalog(small_catalog())
    for hour in (0.0, HOUR):
        store(rounds(small_catalog(), since=hour, until=hour + 600, answer=REFUSED))
    CheckResult.objects.filter(probe__slug="wxpay-card.ordinary.east").update(outcome="missed")
    CheckResult.objects.filter(at__gt=at(100), at__lt=at(120)).update(late=True)
    Progress.objects.create(
        **dict.fromkeys(("concluded_until", "tallied_until", "counted_until"), at(10 * HOUR))
    )
    return at(HOUR) + HOT


def _read() -> tuple[object, ...]:
    probes = Probe.objects.order_by("slug")
    return (
        [*judged_between(at(-1), at(2 * HOUR))],
        [*judged_between(at(90), at(300))],
        first_judged_at(),
        [last_made_at(probe.pk) for probe in probes],
        last_refusals([probe.slug for probe in probes]),
    )


@pytest.mark.django_db
def test_readers_get_the_same_when_results_are_packed() -> None:
    settled = _two_hours()
    before, whole = _read(), CheckResult.objects.count()

    packed = pack_settled(now=settled, longest_s=60)
    half = _read()
    rest = pack_settled(now=settled + timedelta(hours=1), longest_s=60)

    assert (packed, rest) == (whole // 2, whole // 2)
    assert half == before
    assert not CheckResult.objects.exists()
    assert _read() == before


@pytest.mark.django_db
def test_nothing_is_packed_before_it_is_settled_judged_and_counted() -> None:
    settled = _two_hours()

    assert pack_settled(now=settled - timedelta(seconds=1)) == 0
    Progress.objects.update(tallied_until=at(HOUR))
    assert pack_settled(now=settled) == 0
    Progress.objects.update(tallied_until=None)
    assert pack_settled(now=settled) == 0


@pytest.mark.django_db
def test_what_is_packed_twice_or_comes_afterwards_is_kept_once() -> None:
    settled = _two_hours()
    row = CheckResult.objects.filter(tick__gt=at(300)).order_by("tick")[0]
    tick, probe = row.tick, row.probe_id
    again = [{**values, "id": None} for values in CheckResult.objects.filter(pk=row.pk).values()]
    before = _read()
    pack_settled(now=settled, longest_s=60)
    CheckResult.objects.bulk_create(CheckResult(**values | {"code": "TWICE"}) for values in again)
    stray = {"tick": tick + timedelta(seconds=1), "code": "STRAY"}
    CheckResult.objects.bulk_create(CheckResult(**values | stray) for values in again)

    assert pack_settled(now=settled, longest_s=60) == 2

    block = CheckBlock.objects.get(probe=probe, start=at(0))
    codes = [result.code for result in unpack(bytes(block.body))]
    assert block.count == len(codes) == 21
    assert (codes.count("STRAY"), codes.count("TWICE")) == (1, 0)
    assert len(_read()[0]) == len(before[0]) + 1  # type: ignore[arg-type]


class _BrokenOffError(Exception):
    pass


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_or_doubled_when_packing_is_broken_off_at_any_statement() -> None:
    settled = _two_hours()
    keep = Probe.objects.order_by("slug")[:2]
    CheckResult.objects.exclude(probe__in=[probe.pk for probe in keep]).delete()
    before, left = _read(), [0]

    def breaking(execute: Callable[..., object], sql: str, *rest: object) -> object:
        left[0] -= 1
        if left[0] == 0:
            raise _BrokenOffError
        return execute(sql, *rest)

    for statement in range(1, 40):
        left[0] = statement
        try:
            with connection.execute_wrapper(breaking):
                pack_settled(now=settled, longest_s=60)
        except _BrokenOffError:
            assert _read() == before
        else:
            break

    assert statement > 8
    assert _read() == before
    assert CheckBlock.objects.count() == 2


@pytest.mark.django_db
def test_a_probe_that_asks_seldom_keeps_its_newest_results_in_rows() -> None:
    now = at(24 * HOUR)
    seldom = build_probe("seldom", interval_seconds=7200.0)
    often = build_probe("often", interval_seconds=30.0)
    for probe, step in ((seldom, 2), (often, 1)):
        CheckResult.objects.bulk_create(
            CheckResult(probe=probe, tick=moment, at=moment, stored_at=moment, outcome="accepted")
            for moment in (now - timedelta(hours=hour) for hour in range(0, 24, step))
        )
    Progress.objects.create(**dict.fromkeys(("concluded_until", "tallied_until", "counted_until"), now))

    pack_settled(now=now, longest_s=60)

    rows = CheckResult.objects.values_list("probe__slug", flat=True)
    assert sorted(rows) == ["often"] * 2 + ["seldom"] * 5


@pytest.mark.django_db
def test_blocks_go_when_the_site_is_pruned(settings: object) -> None:
    settled = _two_hours()
    packed = pack_settled(now=settled, longest_s=60)
    settings.RAW_DAYS = 1  # type: ignore[attr-defined]

    kept = prune(now=at(24 * HOUR))
    pruned = prune(now=at(25 * HOUR))

    assert (kept.results, pruned.results, CheckResult.objects.count()) == (0, packed, packed)
    assert not CheckBlock.objects.exists()


@pytest.mark.django_db
def test_an_exported_trace_is_the_same_when_results_are_packed(tmp_path: Path) -> None:
    plant_catalog(small_catalog())
    store(rounds(small_catalog(), since=HOUR - 300, until=HOUR + 300, answer=REFUSED))
    pipeline.advance(at(HOUR + 300) + timedelta(seconds=settings.SETTLE_SECONDS))
    Progress.objects.update(counted_until=at(10 * HOUR), tallied_until=at(10 * HOUR))
    Progress.objects.update(concluded_until=at(10 * HOUR))
    before, after = tmp_path / "before.jsonl", tmp_path / "after.jsonl"
    call_command("export_observations", str(before), stdout=StringIO())

    pack_settled(now=at(10 * HOUR), longest_s=60)
    call_command("export_observations", str(after), stdout=StringIO())

    assert not CheckResult.objects.exists()
    assert after.read_bytes() == before.read_bytes()
    assert before.read_bytes().count(b'"check"') > 100
