"""`make fuzz`: millions of inputs for every parser of foreign bytes, within a time, from a seed.

What breaks a parser, or takes it longer than it may, is written to ``var/fuzz`` and told; status 1 then.
Nothing guides it; `make fuzz-guided` is led by coverage, where Atheris installs (3.0.0 does on Python 3.11).
"""

import argparse
import hashlib
import platform
import random
import sys
import time
import traceback
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.fuzz.mutating import mutated
from tests.fuzz.targets import TARGETS, Target

PORTION = 500  # inputs of one parser in a row
MOST_TOLD = 10  # findings of one parser
KEPT = Path("var/fuzz")


@dataclass(slots=True)
class Tried:
    """What one parser did so far."""

    inputs: int = 0
    spent_s: float = 0.0
    slowest_ms: float = 0.0
    findings: dict[str, bytes] = field(default_factory=dict)


def fault_of(target: Target, data: bytes) -> tuple[str, float]:
    """What an input does that it may not ("" for nothing), and the milliseconds of CPU that it took."""
    began = time.thread_time()
    try:
        target.run(data)
    except Exception as error:  # noqa: BLE001  (whatever it is, it is what is looked for)
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}", 0.0
    took_ms = (time.thread_time() - began) * 1000
    if took_ms <= most_ms(target, data):
        return "", took_ms
    # Once may be the collector's or another's trouble.
    again_ms = min(_timed_ms(target, data) for _ in range(3))
    return ("too slow" if again_ms > most_ms(target, data) else ""), again_ms


def most_ms(target: Target, data: bytes) -> float:
    """How long an input may take."""
    return target.most_ms + target.most_ms_per_kb * len(data) / 1000


def _timed_ms(target: Target, data: bytes) -> float:
    began = time.thread_time()
    target.run(data)
    return (time.thread_time() - began) * 1000


def try_some(target: Target, tried: Tried, dice: random.Random, corpus: list[bytes], count: int) -> None:
    """Feed ``count`` inputs to a parser and note what they do."""
    began = time.thread_time()
    for _ in range(count):
        data = mutated(corpus, dice)
        fault, took_ms = fault_of(target, data)
        tried.slowest_ms = max(tried.slowest_ms, took_ms)
        if fault and fault not in tried.findings and len(tried.findings) < MOST_TOLD:
            tried.findings[fault] = data
            _keep(target, fault, data)
    tried.inputs += count
    tried.spent_s += time.thread_time() - began


def _keep(target: Target, fault: str, data: bytes) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"{target.name}-{hashlib.sha256(data).hexdigest()[:12]}"
    file.write_bytes(data)
    print(f"{target.name}: {fault}: {file} ({len(data)} bytes)", flush=True)


def main() -> int:
    """Try all parsers in turn until the inputs or the time are used up."""
    arguments = _arguments()
    targets = [target for target in TARGETS if not arguments.only or target.name in arguments.only]
    tried = {target.name: Tried() for target in targets}
    corpora = {target.name: target.corpus for target in targets}
    dice, began = random.Random(arguments.seed), time.monotonic()
    total = sum(target.share for target in targets)
    while sum(one.inputs for one in tried.values()) < arguments.inputs:
        for target in targets:
            count = max(1, int(PORTION * len(targets) * target.share / total))
            try_some(target, tried[target.name], dice, corpora[target.name], count)
            if time.monotonic() - began > arguments.minutes * 60:
                return _tell(tried, arguments.seed)
    return _tell(tried, arguments.seed)


def _tell(tried: dict[str, Tried], seed: int) -> int:
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    print(f"\n{now}, {platform.machine()}, Python {platform.python_version()}, seed {seed}\n")
    print(f"{'parser':<24}{'inputs':>12}{'us each':>10}{'slowest ms':>12}{'findings':>10}")
    for name, one in tried.items():
        each = one.spent_s / max(1, one.inputs) * 1e6
        print(f"{name:<24}{one.inputs:>12,}{each:>10.0f}{one.slowest_ms:>12.1f}{len(one.findings):>10}")
    print(f"{'all':<24}{sum(one.inputs for one in tried.values()):>12,}")
    return 1 if any(one.findings for one in tried.values()) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000_000, help="of all parsers together")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", action="append", help="a parser, by its name")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
