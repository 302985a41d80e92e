"""Watches plain series of counts beside an EWMA whose setting is chosen after the fact.

Of all its settings that one counts which finds most at as many false ones. Run by ``make bench-counts``;
ARGS: ``--seeds 101-106`` (never looked at while tuning), or CSV files of your own, each with ``:`` and a
JSON file of its windows ([["from", "to"], ...]) where they are known.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from statuspage.analysis.model import DetectorSettings
from statuspage.replay.series.reading import read_series
from tests.bench.series_rules import best_ewma, scored, watched
from tests.scenarios.series import Series, Window, card_outcomes, mentions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", help="SERIES.csv or SERIES.csv:WINDOWS.json")
    parser.add_argument("--seeds", default="101-106", help="from-to")
    chosen = parser.parse_args()
    first, _, last = chosen.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    print("series                    rows windows  found  false a week  EWMA's best at as many false ones")
    totals = [0, 0, 0]
    rates = []
    for name, series in _read(chosen.files) if chosen.files else _generated(seeds):
        found, false = scored(watched(series.rows, DetectorSettings()), series)
        rival = best_ewma(series, false)
        print(
            f"{name[:22]:22} {len(series.rows):7d} {len(series.windows):7d} "
            f"{found:6d} {false:13.2f} {rival:10d}"
        )
        totals = [t + n for t, n in zip(totals, (len(series.windows), found, rival), strict=True)]
        rates.append(false)
    print(f"{'all':30} {totals[0]:7d} {totals[1]:6d} {sum(rates) / len(rates):13.2f} {totals[2]:10d}")


def _generated(seeds: range) -> Iterator[tuple[str, Series]]:
    for seed in seeds:
        yield f"mentions-{seed}", mentions(seed)
        yield f"card-outcomes-{seed}", card_outcomes(seed)


def _read(files: list[str]) -> Iterator[tuple[str, Series]]:
    for pair in files:
        path, _, windows = pair.partition(":")
        yield Path(path).stem, Series(rows=list(read_series(path)), windows=_windows(windows))


def _windows(path: str) -> list[Window]:
    pairs = json.loads(Path(path).read_text(encoding="utf-8")) if path else []
    return [(_time(start), _time(end)) for start, end in pairs]


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


if __name__ == "__main__":
    main()
