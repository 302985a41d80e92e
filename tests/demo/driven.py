"""The demo's day on a driven clock: the world without a network, the real pipeline, what was published."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from probes.instrument.catalog import read_catalog
from probes.simulator.observe import observations_between
from probes.simulator.scenario_file import parse
from probes.simulator.truth import Truth, truth_between
from probes.simulator.world import World
from probes.vocabulary.observations import Check, Observation, ObservedReport
from statuspage import pipeline
from statuspage.analysis.values import DetectorInput
from statuspage.demo import history
from statuspage.demo.past import SCENARIOS
from statuspage.demo.prepare import CATALOG
from statuspage.monitoring.catalog_sync import sync_catalog
from statuspage.monitoring.selectors import watched_catalog
from statuspage.public.publish.publisher import publish
from tests.pipeline.planting import heard, judged, store

SEED = 1
TURN = timedelta(seconds=2)  # the schedule's
WARM_UP = timedelta(seconds=30)  # until every component was checked
DAY = (timedelta(0), timedelta(minutes=11))


@dataclass
class Told:
    """How the public saw one incident: what it was first called and when, and until when it was open."""

    components: set[str]
    causes: list[tuple[datetime, str]] = field(default_factory=list)
    certainties: set[str] = field(default_factory=set)
    gone_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Lived:
    """A part of the day: what was the matter, what was told, and when a component got unknown."""

    truth: list[Truth]
    told: dict[str, Told]
    unknown: dict[str, timedelta]


def live_through(start: datetime, folder: Path, part: tuple[timedelta, timedelta] = DAY) -> Lived:
    """Let a part of the demo's day pass, after two days of history."""
    world = World(SEED, parse(SCENARIOS / "demo-day.toml", start))
    start, until = start + part[0], start + part[1]
    sync_catalog(read_catalog(CATALOG, environ={}))
    history.fill(now=start, days=2, seed=SEED)
    told: dict[str, Told] = {}
    unknown: dict[str, timedelta] = {}
    seen = _steps(observations_between(world, watched_catalog(), start, until), start, until)
    for now, batch in seen:
        store(_read(item) for item in batch)
        if pipeline.advance(now).changed:
            publish(now, folder)
            _note(told, folder, now)
            for slug in _unknown(folder) if now - start > WARM_UP else ():
                unknown.setdefault(slug, now - start)
    return Lived(truth=truth_between(world, start, until), told=told, unknown=unknown)


def _steps(
    observations: Iterator[Observation], start: datetime, until: datetime
) -> Iterator[tuple[datetime, list[Observation]]]:
    """What arrived in each turn; the world's observations come in order."""
    moments = [start + TURN * number for number in range(int((until - start) / TURN) + 1)]
    waiting = next(observations, None)
    for _, now in pairwise(moments):
        batch = []
        while waiting is not None and waiting.at <= now:
            batch.append(waiting)
            waiting = next(observations, None)
        yield now, batch


def _read(item: Observation) -> DetectorInput:
    if isinstance(item, Check):
        return judged(item)
    return heard(item) if isinstance(item, ObservedReport) else item


def _unknown(folder: Path) -> list[str]:
    """The slugs of the components that the page calls unknown."""
    status = json.loads((folder / "current/api/v2/components.json").read_bytes())
    return [row["x_slug"] for row in status["components"] if row.get("x_state") == "unknown"]


def _note(told: dict[str, Told], folder: Path, now: datetime) -> None:
    published = json.loads((folder / "current/api/v2/incidents/unresolved.json").read_bytes())["incidents"]
    slugs = {row["id"]: row for row in published}
    for key, row in slugs.items():
        incident = told.setdefault(key, Told(components=set()))
        incident.components |= {component["name"] for component in row["components"]}
        incident.certainties.add(row["x_certainty"])
        if not incident.causes or incident.causes[-1][1] != row["x_cause"]:
            incident.causes.append((now, row["x_cause"]))
    for key, incident in told.items():
        if key not in slugs and incident.gone_at is None:
            incident.gone_at = now
