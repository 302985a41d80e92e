"""Replays a plain series of counts, and answers as for a trace."""

from datetime import datetime

from probes.vocabulary.causes import Cause, Impact
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.values import CauseHeld, Evidence, Verdict
from statuspage.replay.answers import Answers
from statuspage.replay.series.reading import read_series
from statuspage.replay.series.watch import Excursion, SeriesWatch
from statuspage.replay.traces import name_of


def replay_series(source: str, settings: DetectorSettings) -> Answers:
    """What the watch finds in the series ``source``, each excursion as an outage of the series."""
    answers = Answers()
    watch = SeriesWatch(settings)
    for row in read_series(source):
        changed = watch.see(row)
        if changed is not None:
            answers.add([_verdict(name_of(source), changed, row.at)])
    return answers


def _verdict(name: str, found: Excursion, at: datetime) -> Verdict:
    return Verdict(
        key=f"{name}@{found.detected_at.isoformat()}",
        at=at,
        cause=Cause.OUTAGE,
        components=(name,),
        affected=() if found.resolved_at else (name,),
        impact=Impact.MAJOR,
        started_at=found.started_at,
        detected_at=found.detected_at,
        confirmed_at=found.confirmed_at,
        resolved_at=found.resolved_at,
        confidence=0.95,
        alternatives=(
            (f"chance ({found.direction.value}: {found.seen:.4g}, usually {found.usual:.4g})", 0.05),
        ),
        causes=(CauseHeld(at=found.detected_at, cause=Cause.OUTAGE, confidence=0.95),),
        evidence=Evidence(window_seconds=(at - found.started_at).total_seconds()),
    )
