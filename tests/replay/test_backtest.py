"""The backtest command: what it writes, and how it refuses what it cannot read."""

import gzip
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from probes.vocabulary.traces import write_line
from statuspage.replay.series.reading import read_series
from tests.scenarios.effects import failing
from tests.scenarios.world import Event, Shape, World

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short day with one outage, and its truth beside it."""
    world = World(random.Random("backtest"), Shape(components=2, hours=1.5, blips_per_day=0.0))
    fault = failing(world, 0.95)
    world.add(Event(cause="outage", components=("fenfu-qr",), start=3000, end=4200, effect=fault, posts=2.0))
    folder = tmp_path_factory.mktemp("traces")
    (folder / "day.jsonl").write_bytes(b"".join(map(write_line, world.lines())))
    (folder / "day.truth.jsonl").write_text("".join(json.dumps(event) + "\n" for event in world.truth()))
    return folder / "day.jsonl"


def _run(*arguments: object) -> str:
    out = StringIO()
    call_command("backtest", *map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue()


def _incidents(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_backtest_writes_one_line_per_incident_in_the_form_of_the_format(trace: Path, tmp_path: Path) -> None:
    _run(trace, "--out", tmp_path)

    (incident,) = _incidents(tmp_path / "day.incidents.jsonl")
    assert set(incident) == {
        "cause",
        "components",
        "impact",
        "started_at",
        "detected_at",
        "confirmed_at",
        "resolved_at",
        "confidence",
        "causes",
    }
    assert (incident["cause"], incident["components"]) == ("outage", ["fenfu-qr"])


def test_backtest_reads_a_gzipped_trace_like_a_plain_one(trace: Path, tmp_path: Path) -> None:
    packed = tmp_path / "packed.jsonl.gz"
    packed.write_bytes(gzip.compress(trace.read_bytes()))

    _run(trace, packed, "--out", tmp_path)

    plain, other = tmp_path / "day.incidents.jsonl", tmp_path / "packed.incidents.jsonl"
    assert plain.read_bytes() == other.read_bytes()


def test_backtest_explains_which_personas_met_what(trace: Path, tmp_path: Path) -> None:
    text = _run(trace, "--out", tmp_path, "--explain")

    assert "outage on fenfu-qr" in text
    assert "fenfu-qr as ordinary (low) from east" in text
    assert "nats" in text


def test_backtest_draws_acceptance_incidents_and_truth(trace: Path, tmp_path: Path) -> None:
    _run(trace, "--out", tmp_path, "--plot", tmp_path / "day.svg")

    drawing = (tmp_path / "day.svg").read_text()
    assert drawing.startswith("<svg ")
    assert all(word in drawing for word in ("accepted, low risk", "complaints", "incidents", "truth"))


def test_backtest_opens_later_or_never_when_a_component_is_made_more_cautious(
    trace: Path, tmp_path: Path
) -> None:
    _run(trace, "--out", tmp_path / "plain")
    _run(trace, "--out", tmp_path / "careful", "--caution", "fenfu-qr=1000000000")

    plain, careful = (_incidents(tmp_path / name / "day.incidents.jsonl") for name in ("plain", "careful"))
    assert not careful or careful[0]["confirmed_at"] > plain[0]["confirmed_at"]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        pytest.param(lambda lines: [], "empty: no catalog", id="empty"),
        pytest.param(lambda lines: lines[:50], "truncated: no `end` line", id="cut off"),
        pytest.param(lambda lines: lines[1:], "first line must be the catalog", id="headless"),
        pytest.param(lambda lines: [*lines[:9], b"{broken\n", *lines[9:]], "day.jsonl:10: ", id="malformed"),
        pytest.param(lambda lines: [*lines[:9], lines[30], *lines[9:]], "out of order", id="unordered"),
    ],
)
def test_backtest_names_file_and_line_and_writes_nothing_when_a_trace_is(
    damage: Callable[[list[bytes]], list[bytes]], told: str, trace: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "day.jsonl"
    bad.write_bytes(b"".join(damage(trace.read_bytes().splitlines(keepends=True))))

    with pytest.raises(CommandError, match=told) as refused:
        _run(bad, "--out", tmp_path / "out")

    assert str(bad) in str(refused.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_backtest_says_so_when_a_gzipped_trace_is_damaged(trace: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl.gz"
    bad.write_bytes(gzip.compress(trace.read_bytes())[:-200])

    with pytest.raises(CommandError, match="damaged gzip data"):
        _run(bad, "--out", tmp_path)


def test_backtest_says_which_file_when_it_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"absent\.jsonl: No such file"):
        _run(tmp_path / "absent.jsonl", "--out", tmp_path)


def test_backtest_answers_the_same_from_standard_input_without_a_site_and_under_any_hash_seed(
    trace: Path, tmp_path: Path
) -> None:
    _run(trace, "--out", tmp_path)
    bare = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}

    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, ROOT / "manage.py", "backtest", "-", "--out", tmp_path / seed],
            input=trace.read_bytes(),
            env={**bare, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )

    expected = (tmp_path / "day.incidents.jsonl").read_bytes()
    assert [(tmp_path / seed / "stdin.incidents.jsonl").read_bytes() for seed in ("1", "2")] == [expected] * 2


def test_backtest_finds_the_failing_stretch_in_a_plain_series(tmp_path: Path) -> None:
    series = tmp_path / "series.csv"
    rows = [
        f"{1_777_000_000 + 60 * n},{30 if 300 <= n < 320 else 50},{20 if 300 <= n < 320 else 0}"
        for n in range(400)
    ]
    series.write_text("time,good,bad\n" + "\n".join(rows) + "\n")

    _run("--counts", series, "--out", tmp_path)

    (incident,) = _incidents(tmp_path / "series.incidents.jsonl")
    assert incident["resolved_at"] is not None


def test_backtest_names_the_line_when_a_series_is_malformed(tmp_path: Path) -> None:
    series = tmp_path / "series.csv"
    series.write_text("time,count\n2026-05-01T00:00:00Z,5\n2026-05-01T00:10:00Z,many\n")

    with pytest.raises(CommandError, match=r"series\.csv:3: "):
        _run("--counts", series, "--out", tmp_path)


@pytest.mark.parametrize(
    ("head", "row"),
    [
        pytest.param(
            "Timestamp,Value,label", "{at:%Y-%m-%d %H:%M:%S},{n}.0,0", id="no zone, floats, more columns"
        ),
        pytest.param("count,time", "{n},{seconds}", id="epoch seconds, other order"),
        pytest.param("TS;Requests", "{milliseconds};{n}", id="epoch milliseconds, semicolons"),
        pytest.param("\ufeffdate\tcount", "{at:%Y/%m/%d %H:%M}\t{n}", id="mark of order, slashes, tabs"),
        pytest.param("time,total,bad", "{at:%Y-%m-%dT%H:%M:%S}+08:00,{n},0", id="a zone, total and bad"),
    ],
)
def test_counts_are_read_when_they_are_written(head: str, row: str, tmp_path: Path) -> None:
    series = tmp_path / "series.csv"
    first = datetime(2026, 5, 1, 8, tzinfo=UTC)
    lines = [head]
    for n in range(3):
        seconds = round(first.timestamp()) + 300 * n
        lines.append(
            row.format(at=first + timedelta(minutes=5 * n), n=n, seconds=seconds, milliseconds=seconds * 1000)
        )
    series.write_text("\r\n".join([*lines[:2], "", *lines[2:]]) + "\r\n", encoding="utf-8")

    rows = list(read_series(str(series)))

    assert [found.count for found in rows] == [0, 1, 2]
    assert rows[1].at - rows[0].at == timedelta(minutes=5)
    assert rows[0].at in (first, first - timedelta(hours=8))


def test_counts_without_a_number_are_gaps_when_a_series_is_read(tmp_path: Path) -> None:
    series = tmp_path / "series.csv"
    series.write_text(
        "time,count\n2026-05-01 00:00,1\n2026-05-01 00:05,\n2026-05-01 00:10,NaN\n2026-05-01 00:15,4\n"
    )

    assert [row.count for row in read_series(str(series))] == [1, 4]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", r"series\.csv:1: expected the columns"),
        (
            "when,what\n1,2\n",
            r"series\.csv:1: expected the columns time,good,bad or time,count, not 'when,what'",
        ),
        ("time,count\n", r"series\.csv:1: empty: no rows"),
        ("time,count\n2026-05-01,1\n2026-04-30,1\n", r"series\.csv:3: out of order"),
        ("time,count\nyesterday,1\n", r"series\.csv:2: not a time"),
        ("time,count\n2026-05-01,-4\n", r"series\.csv:2: not a count: '-4'"),
        ("time,count\n2026-05-01\n", r"series\.csv:2: too few columns"),
        ("time,total,bad\n2026-05-01,4,5\n", r"series\.csv:2: more bad"),
    ],
)
def test_counts_name_file_and_line_when_a_series_is(text: str, told: str, tmp_path: Path) -> None:
    series = tmp_path / "series.csv"
    series.write_text(text)

    with pytest.raises(CommandError, match=told):
        _run("--counts", series, "--out", tmp_path / "out")

    assert list((tmp_path / "out").iterdir()) == []


def test_counts_say_so_when_a_gzipped_series_is_cut(tmp_path: Path) -> None:
    series = tmp_path / "series.csv.gz"
    rows = "".join(f"{1_777_000_000 + 60 * n},{n % 7}\n" for n in range(5000))
    series.write_bytes(gzip.compress(("time,count\n" + rows).encode())[:-100])

    with pytest.raises(CommandError, match="damaged gzip data"):
        _run("--counts", series, "--out", tmp_path)


def test_backtest_reads_a_gzipped_trace_from_standard_input_too(trace: Path, tmp_path: Path) -> None:
    _run(trace, "--out", tmp_path)

    subprocess.run(
        [sys.executable, ROOT / "manage.py", "backtest", "-", "--out", tmp_path],
        input=gzip.compress(trace.read_bytes()),
        check=True,
        capture_output=True,
    )

    expected = (tmp_path / "day.incidents.jsonl").read_bytes()
    assert (tmp_path / "stdin.incidents.jsonl").read_bytes() == expected
