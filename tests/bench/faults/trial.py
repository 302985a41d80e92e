"""One site and the faults that a seed gives it: until each is healed, and then all that is stored."""

import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.faults.audit import UNWATCHED_S, doubled, lost
from tests.bench.faults.kinds import Kind, kinds_for
from tests.bench.faults.site import Site, running_site
from tests.bench.faults.watcher import Watcher, claims

# So long after the last fault every tick has a row or never gets one.
SETTLES_S = 130.0
RESOLVES_S = 240.0
LOST_SHARE = 0.05
GIVES_UP_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One fault: when it began, ended and was healed (seconds since 1970), and what came of it.

    ``last`` is what healed last; ``problem`` is empty where it did so in time.
    """

    kind: str
    what: str
    broken: frozenset[str]
    away: bool
    misdates: bool
    began: float
    ended: float
    healed: float
    last: str
    problem: str

    @property
    def healed_s(self) -> float:
        return self.healed - self.ended


@dataclass(slots=True)
class Trial:
    """What came of a seed: its faults, what was found wrong, and how many requests have their row."""

    seed: int
    variant: str
    folder: Path
    patience: float = 1.0  # times as long as a site may take to heal where the machine is busy
    stories: list[Story] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    asked: int = 0
    kept: int = 0

    @property
    def is_clean(self) -> bool:
        return bool(self.stories) and not self.wrong and not any(story.problem for story in self.stories)

    def tell(self, what: str) -> None:
        print(
            f"{time.strftime('%H:%M:%S', time.gmtime())} {self.seed:>3} {self.variant:<8} {what}", flush=True
        )


def try_seed(trial: Trial, *, faults: int, ends: float, only: str = "") -> Trial:
    """Break a site as the seed says; no fault begins after ``ends`` (seconds since 1970)."""
    chance = random.Random(trial.seed)
    try:
        with running_site(trial.folder, trial.variant) as site:
            trial.tell(f"current, in {trial.folder}")
            began = time.time()
            watcher = Watcher(site.nginx)
            watcher.start()
            for kind in _chosen(kinds_for(site, only), chance, faults):
                if time.time() > ends:
                    break
                trial.stories.append(_break(site, kind, chance, trial.patience))
                trial.tell(_sentence(trial.stories[-1]))
            trial.wrong += _audited(site, trial, began, watcher)
    except Exception as error:  # noqa: BLE001  (whatever ends a trial is told among what it found)
        trial.wrong.append(f"the trial ended by {type(error).__name__}: {error}")
    for what in trial.wrong:
        trial.tell(f"WRONG {what}")
    return trial


def _chosen(kinds: Sequence[Kind], chance: random.Random, faults: int) -> Iterator[Kind]:
    """Each kind once before any comes again."""
    bag: list[Kind] = []
    for _ in range(faults):
        bag = bag or chance.sample(kinds, len(kinds))
        yield bag.pop()


def _break(site: Site, kind: Kind, chance: random.Random, patience: float) -> Story:
    began = time.time()
    with kind.make(site, chance) as hit:
        pass
    ended = time.time()
    problem, last = "at once", ""
    while problem and time.time() - ended < GIVES_UP_S * patience:
        time.sleep(0.5)
        problem, last = site.is_current(ended), problem
    healed = time.time()
    if not problem and healed - ended > kind.allowed_s * patience:
        problem = f"only after {healed - ended:.0f} s"
    return Story(
        kind=kind.name,
        what=hit.what,
        broken=hit.broken,
        away=kind.away,
        misdates=kind.misdates,
        began=began,
        ended=ended,
        healed=healed,
        last=last,
        problem=problem,
    )


def _sentence(story: Story) -> str:
    told = f"{story.kind}, {story.what}: {story.healed_s:.1f} s"
    return f"{told} {story.problem}; the last: {story.last}" if story.problem else told


def _audited(site: Site, trial: Trial, began: float, watcher: Watcher) -> list[str]:
    """Look at all that is stored and was shown, when everything has had its time to settle."""
    time.sleep(SETTLES_S)
    told = _when_all_is_over(site)
    watcher.end()
    if "error" in told:
        return [str(told["error"])]
    found = list(told["wrong"])
    broken = {component for story in trial.stories for component in story.broken}
    for row in told["incidents"]:
        where = ", ".join(row["components"])
        if row["resolved"] is None:
            found.append(f"an incident is left open: {where}")
        if not broken.intersection(row["components"]):
            found.append(f"an incident of what was well: {where}, {row['cause']}")
    found += doubled(told["incidents"])
    found += _kept(site, trial, began)
    misdated = [(story.began, story.healed + SETTLES_S) for story in trial.stories if story.misdates]
    asked = _asked_by_component(site)
    return found + claims(watcher.samples, asked, unwatched_s=UNWATCHED_S, misdated=misdated)


def _when_all_is_over(site: Site) -> dict[str, Any]:
    last = time.time()
    told = site.inspector.ask("audit")
    while any(row["resolved"] is None for row in told.get("incidents", [])):
        if time.time() - last > RESOLVES_S:
            break
        time.sleep(5)
        told = site.inspector.ask("audit")
    return told


def _asked_by_component(site: Site) -> dict[str, list[float]]:
    found: defaultdict[str, list[float]] = defaultdict(list)
    for ask in site.target.asked:
        found[ask.probe.partition(".")[0]].append(ask.at)
    return found


def _kept(site: Site, trial: Trial, began: float) -> Iterator[str]:
    """Note how much of what the target was asked has a result; what is wrong with that."""
    told = site.inspector.ask("rows")
    if "error" in told:
        yield told["error"]
        return
    # Not what is still on its way, and not while a clock was wrong: those rows tell another time.
    until = time.time() - 10
    misdated = [(story.began - 5, story.healed) for story in trial.stories if story.misdates]
    asked = [
        ask
        for ask in site.target.asked
        if began <= ask.at <= until and not any(since <= ask.at <= end for since, end in misdated)
    ]
    made = {slug: frozenset(ticks) for slug, ticks in told["made"].items()}
    missing = lost(asked, told["due"], made)
    trial.asked, trial.kept = len(asked), len(asked) - len(missing)
    for story in trial.stories:
        if not story.away:
            continue
        during = sum(story.began <= ask.at <= story.ended for ask in asked)
        gone = sum(story.began <= ask.at <= story.ended for ask in missing)
        if gone > max(1.0, LOST_SHARE * during):
            yield f"{story.kind}, {story.what}: {gone} of {during} results lost"
        if not during:
            yield f"{story.kind}, {story.what}: nothing was asked meanwhile"
