"""Scores the detector on generated traces of every situation, beside the rules of usual monitors.

Run by ``make bench-detection``; ARGS: ``--seeds 101-104`` (these are never looked at while tuning) and names.
Each family of situations has a summary of its own.
"""

import argparse
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise

from statuspage.analysis.detector import Detector
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.values import Verdict
from statuspage.replay.answers import Answers
from tests.bench.rules import in_a_row
from tests.scenarios.families import FAMILIES, made
from tests.scenarios.play import read
from tests.scenarios.score import Claim, Score, mean, quantile, score

RULES = {
    "3 in a row, any probe": (3, 0.0),
    "3 in a row, half of them": (3, 0.5),
    "one failure, three retries": (4, 0.0),
}
OURS = "fogbreak"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("situations", nargs="*", help="beginnings of names; all without any")
    parser.add_argument("--seeds", default="101-102", help="from-to")
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    first, _, last = chosen.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    with ProcessPoolExecutor(chosen.workers) as pool:
        for family, makers in FAMILIES.items():
            names = [n for n in makers if not chosen.situations or n.startswith(tuple(chosen.situations))]
            if names:
                _report(family, [(name, seed) for name in names for seed in seeds], pool)


def _report(family: str, jobs: list[tuple[str, int]], pool: ProcessPoolExecutor) -> None:
    totals: dict[str, Score] = defaultdict(Score)
    each: dict[str, Score] = defaultdict(Score)
    started = time.perf_counter()
    for (name, _), scores in zip(jobs, pool.map(one, jobs), strict=True):
        for rule, found in scores.items():
            totals[rule].add(found)
        each[name].add(scores[OURS])
    print(f"--- {family}")
    _per_situation(each)
    _summary(totals)
    _reliability(totals[OURS])
    print(f"\n{len(jobs)} traces in {time.perf_counter() - started:.0f} s\n", flush=True)


def one(job: tuple[str, int]) -> dict[str, Score]:
    """Every rule's score on one trace."""
    name, seed = job
    world = made(name, seed)
    catalog, seen, end = read(world.lines())
    truth, last = world.truth(), end.at.timestamp()
    days = len(catalog.components) * world.end / 86400.0
    answers = Answers()
    answers.add(Detector(catalog, DetectorSettings()).advance(seen, end.at).verdicts)
    found = {OURS: score(name, truth, map(claim_of, answers.in_order()), last, days)}
    for rule, (count, share) in RULES.items():
        found[rule] = score(name, truth, in_a_row(catalog, seen, count, share), last, days)
    return found


def claim_of(verdict: Verdict) -> Claim:
    """A verdict in the form that is scored."""
    return Claim(
        components=frozenset(verdict.components),
        causes=tuple((held.at.timestamp(), held.cause.value) for held in verdict.causes),
        started=verdict.started_at.timestamp(),
        detected=verdict.detected_at.timestamp(),
        confirmed=verdict.confirmed_at.timestamp() if verdict.confirmed_at else None,
        resolved=verdict.resolved_at.timestamp() if verdict.resolved_at else None,
        confidence=verdict.confidence,
    )


def _per_situation(each: dict[str, Score]) -> None:
    print("situation              events found cause   delay   start resolve  frag  comp false  susp")
    for name, found in each.items():
        rows = found.found
        resolve = [row.resolve for row in rows if row.resolve is not None]
        print(
            f"{name:22} {len(found.rows):6d} {len(rows):5d} {len(found.named):5d} "
            f"{quantile([row.delay for row in rows], 0.5):5.0f}s "
            f"{quantile([row.start_error for row in rows], 0.5):5.0f}s {quantile(resolve, 0.5):6.0f}s "
            f"{mean([row.fragments for row in rows]):5.2f} {mean([row.components for row in rows]):5.2f} "
            f"{found.false_confirmed:5d} {found.false_suspected:5d}"
        )


def _summary(totals: dict[str, Score]) -> None:
    print(
        "\nrule                            F1  found  cause false/90d susp/90d "
        "delay 50/90  start 50/90  resolve 50/90  frag  comp open"
    )
    for rule, found in totals.items():
        rows = found.found
        delays = [row.delay for row in rows]
        resolve = [row.resolve for row in rows if row.resolve is not None and not row.late_sight]
        start = [row.start_error for row in rows]
        print(
            f"{rule:28} {found.f1:5.3f} {len(rows) / max(1, len(found.rows)):6.3f} "
            f"{len(found.named) / max(1, len(rows)):6.3f} {found.per_90_days(found.false_confirmed):9.2f} "
            f"{found.per_90_days(found.false_suspected):8.2f} "
            f"{quantile(delays, 0.5):5.0f}/{quantile(delays, 0.9):4.0f} s "
            f"{quantile(start, 0.5):4.0f}/{quantile(start, 0.9):4.0f} s "
            f"{quantile(resolve, 0.5):6.0f}/{quantile(resolve, 0.9):5.0f} s "
            f"{mean([row.fragments for row in rows]):5.2f} {mean([row.components for row in rows]):5.2f} "
            f"{sum(row.unresolved for row in rows):4d}"
        )


def _reliability(found: Score) -> None:
    print("\nconfidence said    incidents   right")
    edges = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0001)
    for low, high in pairwise(edges):
        inside = [right for confidence, right in found.held if low <= confidence < high]
        if inside:
            share = mean([float(right) for right in inside])
            print(f"{low:4.2f} to {min(high, 1.0):4.2f}     {len(inside):9d}   {share:5.2f}")


if __name__ == "__main__":
    main()
