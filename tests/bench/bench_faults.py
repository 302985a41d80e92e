"""Breaks a running site in seeded ways and looks whether it heals by itself: ``make bench-faults``.

PostgreSQL, Redis or RabbitMQ, two processes per purpose and place, two schedules, the web server and nginx;
or SQLite and the engine. After each fault all that is shown has to be newer than the fault's end within 30 s,
or 60 s where a server had to start again, with no hand. Meanwhile the page is read once a second, and at the
end of a run what is stored is audited.
"""

import argparse
import multiprocessing
import os
import platform
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.faults.site import VARIANTS
from tests.bench.faults.trial import Story, Trial, try_seed

MEMORY, ROOM_BYTES = "/dev/shm", 4 << 30
BY_SEED = ("sqlite", "redis", "sqlite", "redis", "rabbitmq")


def main() -> int:
    """Run the plan and print what came of it; 0 where all healed and nothing is wrong."""
    options = _options()
    trials: list[Trial] = []
    try:
        with _ended_by_a_signal():
            for trial in _all(options):
                trials.append(trial)
                if trial.is_clean:
                    shutil.rmtree(trial.folder, ignore_errors=True)
    except KeyboardInterrupt:
        print("broken off", flush=True)
    _print(trials)
    stories = [story for trial in trials for story in trial.stories]
    return 0 if stories and all(trial.is_clean for trial in trials) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2, help="runs (default 2)")
    parser.add_argument("--first-seed", type=int, default=0, metavar="N")
    parser.add_argument("--faults", type=int, default=10, help="faults per run (default 10)")
    parser.add_argument("--only", choices=VARIANTS, help="sites of one kind alone")
    parser.add_argument("--kind", default="", metavar="WORDS", help="faults with these words in their name")
    parser.add_argument("--side-by-side", type=int, default=1, metavar="N", help="sites at once (default 1)")
    parser.add_argument(
        "--patience", type=float, default=1.0, metavar="N", help="let sites take N times as long (default 1)"
    )
    parser.add_argument("--minutes", type=float, default=8.0, help="begin no more faults after (default 8)")
    return parser.parse_args()


@contextmanager
def _ended_by_a_signal() -> Iterator[None]:
    """Let SIGTERM end this program as Ctrl-C does: with all that it started."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _all(options: argparse.Namespace) -> Iterator[Trial]:
    """Every seed's trial as it ends, so many at the same time; each in a process of its own."""
    ends = time.time() + options.minutes * 60
    apart = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(options.side_by_side, mp_context=apart, initializer=_end_with_its_site)
    try:
        begun = [
            pool.submit(_try, options.first_seed + number, options, ends) for number in range(options.seeds)
        ]
        for done in as_completed(begun):
            if (trial := done.result()) is not None:
                yield trial
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()
            process.join(60)
        raise
    pool.shutdown()


def _end_with_its_site() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _try(seed: int, options: argparse.Namespace, ends: float) -> Trial | None:
    if time.time() > ends:
        return None
    folder = Path(tempfile.mkdtemp(prefix=f"fogbreak-faults-{seed}-", dir=_memory()))
    folder.chmod(0o755)
    trial = Trial(seed, options.only or BY_SEED[seed % len(BY_SEED)], folder, options.patience)
    return try_seed(trial, faults=options.faults, ends=ends, only=options.kind)


def _memory() -> str | None:
    """Where files are in memory, if there is room: databases that wait for one disk tell of the disk."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
        return MEMORY
    return None


def _print(trials: Sequence[Trial]) -> None:
    print(
        f"\n{datetime.now(tz=UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.0f}\n"
    )
    by_kind: defaultdict[str, list[Story]] = defaultdict(list)
    for trial in trials:
        for story in trial.stories:
            by_kind[story.kind].append(story)
    print(f"{'fault':<38} {'times':>5} {'healed median':>14} {'max':>7} {'not in time':>12}")
    for name, stories in sorted(by_kind.items()):
        healed = [story.healed_s for story in stories]
        failed = sum(1 for story in stories if story.problem)
        median, most = statistics.median(healed), max(healed)
        print(f"{name:<38} {len(stories):>5} {median:>12.1f} s {most:>5.0f} s {failed:>12}")
    count = sum(map(len, by_kind.values()))
    variants = ", ".join(f"{name} {_faults_of(name, trials)}" for name in VARIANTS)
    print(f"\n{count} faults in {len(trials)} runs ({variants})")
    print(f"of {sum(t.asked for t in trials)} requests {sum(t.kept for t in trials)} have their row")
    for trial in trials:
        for what in trial.wrong:
            print(f"WRONG  seed {trial.seed}, {trial.variant}: {what}")
        for story in trial.stories:
            if story.problem:
                print(f"UNHEALED  seed {trial.seed}, {story.kind}, {story.what}: {story.problem}")
        if not trial.is_clean:
            print(f"  logs: {trial.folder}")
    if not any(trial.wrong for trial in trials):
        print("nothing stored or shown is wrong")


def _faults_of(variant: str, trials: Sequence[Trial]) -> int:
    return sum(len(trial.stories) for trial in trials if trial.variant == variant)


if __name__ == "__main__":
    sys.exit(main())
