"""Plays a drawn world through the live detector, without files."""

from collections.abc import Iterable
from datetime import timedelta

from probes.vocabulary.observations import WatchedCatalog
from probes.vocabulary.traces import End, Line
from statuspage.analysis.detector import Detector
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.values import DetectorInput, Verdict
from statuspage.replay.answers import Answers
from statuspage.replay.reading import Reader, in_batches


def play(
    lines: Iterable[Line], *, minutes: float = 5.0, settings: DetectorSettings | None = None
) -> list[Verdict]:
    """The last verdict of each incident, in the order in which they were opened."""
    lines = iter(lines)
    detector = Detector(_catalog(next(lines)), settings or DetectorSettings())
    answers = Answers()
    for batch, until in in_batches(lines, Reader(), timedelta(minutes=minutes)):
        answers.add(detector.advance(batch, until).verdicts)
    return answers.in_order()


def read(lines: Iterable[Line]) -> tuple[WatchedCatalog, list[DetectorInput], End]:
    """A trace as the detector takes it: catalog, all that was seen, and the end."""
    catalog, *rest = lines
    end = rest[-1]
    assert isinstance(end, End)
    reader = Reader()
    seen = [item for line in rest if (item := reader.read(line)) is not None]
    return _catalog(catalog), seen, end


def _catalog(line: Line) -> WatchedCatalog:
    assert isinstance(line, WatchedCatalog)
    return line
