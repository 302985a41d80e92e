"""What a live system exports gives, when it is replayed, what the live system published."""

import gzip
import tracemalloc
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.observations import MaintenanceWindow, ObservedReport
from statuspage import pipeline
from statuspage.incidents.evidence import causes_from_json
from statuspage.incidents.models import Incident
from statuspage.monitoring.blocks import Result, pack
from statuspage.monitoring.models import CheckBlock, CheckResult, Probe, Progress
from statuspage.pipeline.export import export
from statuspage.replay.answers import Answer
from tests.pipeline.planting import at, heard, plant_catalog, rounds, small_catalog, store

REFUSED = {"fenfu-qr": (403, "RULE_LIMIT", "当前交易存在风险，已被限制")}
DOWN = {"fenfu-qr": (500, "SYSTEM_ERROR", "系统错误"), "wxpay-card": (502, "", "")}


def _live_day() -> None:
    """An outage, an announced window with failures, posts, and checks that came too late."""
    catalog = small_catalog()
    plant_catalog(catalog)
    store(rounds(catalog, since=0, until=1200))
    store(rounds(catalog, since=1200, until=1800, answer={"fenfu-qr": DOWN["fenfu-qr"]}))
    store(rounds(catalog, since=1800, until=3600))
    store(
        [
            MaintenanceWindow(
                at=at(3000), slug="upgrade", components=("wxpay-card",), starts_at=at(3600), ends_at=at(4200)
            )
        ]
    )
    store(rounds(catalog, since=3600, until=4200, answer={"wxpay-card": DOWN["wxpay-card"]}))
    store(rounds(catalog, since=4200, until=5400))
    store(
        heard(
            ObservedReport(
                at=at(1230 + 7 * n), source="forum", author=f"a{n}", text=f"分付扫码一直转圈付不了 {n}"
            )
        )
        for n in range(40)
    )
    for number in range(0, 5400, 60):
        pipeline.advance(at(number + 60) + timedelta(seconds=settings.SETTLE_SECONDS))
    late = rounds(catalog, since=301, until=600, answer=REFUSED)
    before = set(CheckResult.objects.values_list("pk", flat=True))
    store(late)
    CheckResult.objects.exclude(pk__in=before).update(late=True)


def _published() -> list[Answer]:
    return [
        Answer(
            cause=Cause(incident.cause),
            components=tuple(sorted(incident.components.values_list("slug", flat=True))),
            impact=Impact(incident.impact),
            started_at=incident.started_at,
            detected_at=incident.detected_at,
            confirmed_at=incident.confirmed_at,
            resolved_at=incident.resolved_at,
            confidence=0,
            causes=causes_from_json(incident.causes),
        )
        for incident in Incident.objects.order_by("detected_at", "key")
    ]


def _replayed(path: Path) -> list[Answer]:
    lines = path.read_bytes().splitlines()
    answers = [msgspec.json.decode(line, type=Answer) for line in lines]
    return [msgspec.structs.replace(a, confidence=0, components=tuple(sorted(a.components))) for a in answers]


@pytest.mark.django_db
def test_a_replay_gives_the_incidents_that_were_published_when_it_is_fed_the_export(tmp_path: Path) -> None:
    _live_day()
    said = StringIO()

    call_command("export_observations", str(tmp_path / "live.jsonl.gz"), stdout=said)
    target = f"--target-false={settings.FALSE_INCIDENTS_PER_COMPONENT_90D}"
    call_command("backtest", str(tmp_path / "live.jsonl.gz"), target, out=tmp_path, stdout=StringIO())

    published = _published()
    assert {answer.cause for answer in published} >= {"outage", "maintenance"}
    assert _replayed(tmp_path / "live.incidents.jsonl") == msgspec.convert(
        msgspec.to_builtins(published), list[Answer]
    )
    assert "--target-false" in said.getvalue()


@pytest.mark.django_db
def test_an_export_holds_only_its_span_when_one_is_given(tmp_path: Path) -> None:
    catalog = small_catalog()
    plant_catalog(catalog)
    store(rounds(catalog, since=0, until=600))
    pipeline.advance(at(600))

    call_command(
        "export_observations",
        str(tmp_path / "part.jsonl.gz"),
        since=at(100),
        until=at(200),
        stdout=StringIO(),
    )

    lines = gzip.decompress((tmp_path / "part.jsonl.gz").read_bytes()).splitlines()
    ats = [msgspec.json.decode(line)["at"] for line in lines[1:]]
    assert len(ats) > 10
    assert min(ats) > "2026-03-02T00:01:40"
    assert ats[-1] == "2026-03-02T00:03:20Z"


@pytest.mark.django_db
def test_an_export_says_why_when_there_is_nothing_to_write(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nothing has been concluded"):
        call_command("export_observations", str(tmp_path / "x.jsonl"))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_an_export_begins_with_the_first_check_still_stored_when_posts_are_older(tmp_path: Path) -> None:
    catalog = small_catalog()
    plant_catalog(catalog)
    store([heard(ObservedReport(at=at(50), source="forum", author="a", text="分付扫码付不了"))])
    store(rounds(catalog, since=300, until=600))
    pipeline.advance(at(600))

    call_command("export_observations", str(tmp_path / "all.jsonl"), stdout=StringIO())

    lines = (tmp_path / "all.jsonl").read_bytes().splitlines()
    assert b'"check"' in lines[1]
    assert not any(b'"report"' in line for line in lines)


def _result(tick: datetime, latency_ms: float) -> Result:
    end = tick + timedelta(milliseconds=latency_ms)
    return Result(
        tick=tick,
        at=end,
        stored_at=end,
        outcome="accepted",
        error=None,
        http_status=200,
        code="SUCCESS",
        message="",
        latency_ms=latency_ms,
        phases={"connect": latency_ms / 2},
        hung_phase="",
        steps=[],
        certificate_expires_at=None,
        excluded="",
        late=False,
    )


def _plant_packed_hour(count: int) -> None:
    """So many checks of one hour, packed as they are once it is settled."""
    plant_catalog(small_catalog())
    probes = list(Probe.objects.all())
    each = count // len(probes)
    for probe in probes:
        results = [_result(at(number * 3600 / each), number % 900) for number in range(each)]
        first, last = min(result.at for result in results), max(result.at for result in results)
        CheckBlock.objects.create(
            probe=probe,
            start=at(0),
            count=each,
            body=pack(results),
            first_at=first,
            last_at=last,
            judged_from=first,
            made_until=last,
        )
    Progress.objects.create(concluded_until=at(3700))


@pytest.mark.django_db
def test_an_export_stays_small_when_an_hour_holds_many_checks() -> None:
    _plant_packed_hour(20_000)

    tracemalloc.start()
    try:
        lines = sum(1 for _ in export(since=None, until=None))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert lines == 20_000 + 2
    # Held all at once each would take some four hundred bytes.
    assert peak < 100 * lines
