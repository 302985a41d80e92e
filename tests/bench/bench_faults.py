"""Breaks a running site in seeded ways and looks whether it heals by itself: ``make bench-faults``.

PostgreSQL, Redis or RabbitMQ, two processes per purpose and place, two schedules, the web server and nginx;
or SQLite and the engine. After each fault all that is shown has to be newer than the fault's end within 30 s,
or 60 s where a server had to start again, with no hand; at the end of a run what is stored is audited.
"""

import argparse
import os
import platform
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.faults.kinds import HEALS_AFTER_RESTART_S, HEALS_S, Hit, Kind, kinds_for
from tests.bench.faults.site import VARIANTS, Site, running_site

# So long after the last fault every tick has a row or never gets one.
SETTLES_S = 130.0
RESOLVES_S = 240.0
LOST_SHARE = 0.05
GIVES_UP_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One fault: when it began and ended (seconds since 1970), and how long it took to heal."""

    kind: Kind
    hit: Hit
    began: float
    ended: float
    healed_s: float
    problem: str = ""


@dataclass(slots=True)
class Report:
    """Of all runs."""

    stories: list[Story] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    asked: int = 0
    kept: int = 0


def main() -> int:
    """Run the plan and print what came of it; 0 where all healed and nothing is wrong."""
    options = _options()
    ends = time.monotonic() + options.minutes * 60
    report = Report()
    for number in range(options.seeds):
        seed = options.first_seed + number
        variant = options.only or ("sqlite", "redis", "sqlite", "redis", "rabbitmq")[seed % 5]
        if number and time.monotonic() > ends:
            break
        folder = Path(tempfile.mkdtemp(prefix=f"fogbreak-faults-{seed}-"))
        folder.chmod(0o755)
        before = len(report.wrong)
        try:
            _run(folder, variant, seed, options.faults, ends, report)
        except AssertionError as error:
            report.wrong.append(f"seed {seed}, {variant}: {error}")
        if len(report.wrong) == before and not any(story.problem for story in report.stories):
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"  logs: {folder}", flush=True)
    _print(report)
    return 1 if report.wrong or any(story.problem for story in report.stories) or not report.stories else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2, help="runs (default 2)")
    parser.add_argument("--first-seed", type=int, default=0, metavar="N")
    parser.add_argument("--faults", type=int, default=10, help="faults per run (default 10)")
    parser.add_argument("--only", choices=VARIANTS, help="sites of one kind alone")
    parser.add_argument("--minutes", type=float, default=8.0, help="begin no more faults after (default 8)")
    return parser.parse_args()


def _run(folder: Path, variant: str, seed: int, faults: int, ends: float, report: Report) -> None:
    chance = random.Random(seed)
    print(f"seed {seed}: {variant}", flush=True)
    with running_site(folder, variant) as site:
        began = time.time()
        bag: list[Kind] = []
        stories: list[Story] = []
        while len(stories) < faults and time.monotonic() < ends:
            # Each kind once before any comes again.
            bag = bag or chance.sample(kinds_for(site), len(kinds_for(site)))
            stories.append(_break(site, bag.pop(), chance))
        report.stories += stories
        _audit(site, stories, began, seed, report)


def _break(site: Site, kind: Kind, chance: random.Random) -> Story:
    began = time.time()
    with kind.make(site, chance) as hit:  # type: ignore[attr-defined]
        pass
    ended = time.time()
    problem = "at once"
    while problem and time.time() - ended < GIVES_UP_S:
        time.sleep(0.5)
        problem = site.is_current(ended)
    healed_s = time.time() - ended
    most = HEALS_AFTER_RESTART_S if kind.restarts else HEALS_S
    if not problem and healed_s > most:
        problem = f"only after {healed_s:.0f} s"
    print(f"  {kind.name}, {hit.what}: {healed_s:.1f} s {problem}", flush=True)
    return Story(kind=kind, hit=hit, began=began, ended=ended, healed_s=healed_s, problem=problem)


def _audit(site: Site, stories: Sequence[Story], began: float, seed: int, report: Report) -> None:
    """Look at all that is stored, when everything has had its time to settle."""
    time.sleep(SETTLES_S)
    last = time.time()
    told = site.inspector.ask("audit")
    broken = {component for story in stories for component in story.hit.broken}
    while any(row["resolved"] is None for row in told.get("incidents", [])):
        if time.time() - last > RESOLVES_S:
            break
        time.sleep(5)
        told = site.inspector.ask("audit")
    name = f"seed {seed}, {site.variant}"
    found = [told["error"]] if "error" in told else list(told["wrong"])
    for row in told.get("incidents", []):
        where = ", ".join(row["components"])
        if row["resolved"] is None:
            found.append(f"an incident is left open: {where}")
        if not broken.intersection(row["components"]):
            found.append(f"an incident of what was well: {where}, {row['cause']}")
    found += _doubled(told.get("incidents", []))
    found += _lost(site, stories, began, report)
    report.wrong += [f"{name}: {what}" for what in found]
    for what in found:
        print(f"  WRONG {what}", flush=True)


def _doubled(incidents: Sequence[dict[str, object]]) -> list[str]:
    spans: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in incidents:
        for component in row["components"]:  # type: ignore[attr-defined]
            spans[component].append((float(row["started"]), float(row["resolved"] or 1e12)))  # type: ignore[arg-type]
    return [
        f"two incidents of {component} at the same time"
        for component, times in spans.items()
        for first, second in zip(sorted(times), sorted(times)[1:], strict=False)
        if second[0] < first[1]
    ]


def _lost(site: Site, stories: Sequence[Story], began: float, report: Report) -> list[str]:
    """Of what the target was asked, what has no row, over all and while the database was away."""
    told = site.inspector.ask("rows")
    if "error" in told:
        return [told["error"]]
    made = [(slug, at) for _, slug, at, outcome, _ in told["rows"] if outcome != "missed"]
    # Not what is still on its way, and not while a clock was wrong: those rows tell another time.
    until = time.time() - 10
    asked = [(ask.probe, ask.at) for ask in site.target.asked if began <= ask.at <= until]
    known: defaultdict[str, list[float]] = defaultdict(list)
    for slug, at in made:
        known[slug].append(at)
    unknown = _without_row(asked, known)
    report.asked += len(asked)
    report.kept += len(asked) - len(unknown)
    found = []
    for story in stories:
        if not story.kind.away:
            continue
        during = [at for _, at in asked if story.began <= at <= story.ended]
        lost = [at for _, at in unknown if story.began <= at <= story.ended]
        if len(lost) > max(1.0, LOST_SHARE * len(during)):
            found.append(f"{story.kind.name}: {len(lost)} of {len(during)} results lost")
    return found


def _without_row(asked: list[tuple[str, float]], known: dict[str, list[float]]) -> list[tuple[str, float]]:
    """Requests to which no row of their probe belongs: one that ended at most some seconds later."""
    left = {slug: sorted(moments) for slug, moments in known.items()}
    unknown = []
    for slug, at in sorted(asked, key=lambda ask: ask[1]):
        moments = left.get(slug, [])
        while moments and moments[0] < at - 0.3:
            moments.pop(0)
        if moments and moments[0] <= at + 4.0:
            moments.pop(0)
        else:
            unknown.append((slug, at))
    return unknown


def _print(report: Report) -> None:
    by_kind: defaultdict[str, list[Story]] = defaultdict(list)
    for story in report.stories:
        by_kind[story.kind.name].append(story)
    print(
        f"\n{datetime.now(tz=UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.0f}\n"
    )
    print(f"{'fault':<38} {'times':>5} {'healed median':>14} {'max':>7} {'not in time':>12}")
    for name, stories in sorted(by_kind.items()):
        healed = [story.healed_s for story in stories]
        failed = sum(1 for story in stories if story.problem)
        median, most = statistics.median(healed), max(healed)
        print(f"{name:<38} {len(stories):>5} {median:>12.1f} s {most:>5.0f} s {failed:>12}")
    print(f"\n{len(report.stories)} faults; of {report.asked} requests {report.kept} have their row")
    for what in report.wrong:
        print(f"WRONG  {what}")
    for story in report.stories:
        if story.problem:
            print(f"UNHEALED  {story.kind.name}, {story.hit.what}: {story.problem}")
    if not report.wrong:
        print("nothing stored is wrong")


if __name__ == "__main__":
    sys.exit(main())
