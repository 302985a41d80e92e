"""Replays one trace through the live detector."""

from collections.abc import Callable
from datetime import timedelta

from probes.vocabulary.observations import WatchedCatalog
from probes.vocabulary.traces import TraceError, read_trace
from statuspage.analysis.detector import Detector
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.values import Conclusions, DetectorInput
from statuspage.replay.answers import Answers
from statuspage.replay.reading import Reader, in_batches, with_products
from statuspage.replay.traces import lines_of, opened

SPAN = timedelta(minutes=5)  # of one batch; the verdicts do not depend on it

Watcher = Callable[[list[DetectorInput], Conclusions], None]
Progress = Callable[[int], None]


def replay(
    source: str,
    settings: DetectorSettings,
    *,
    on_catalog: Callable[[WatchedCatalog], None] | None = None,
    watch: Watcher | None = None,
    progress: Progress | None = None,
) -> Answers:
    """What the detector would have published on the trace ``source`` (a path or ``-``).

    ``watch`` sees each batch and what was concluded from it; ``progress`` is told the raw bytes read so far.
    Raises :class:`TraceError` or :class:`InputError`. Memory does not grow with the trace.
    """
    answers = Answers()
    with opened(source) as (file, raw):
        lines = read_trace(lines_of(file, source), source)
        catalog = next(lines)
        if not isinstance(catalog, WatchedCatalog):
            raise TraceError(source, 1, "the first line must be the catalog")
        if on_catalog is not None:
            on_catalog(catalog)
        detector = Detector(with_products(catalog), settings)
        for batch, until in in_batches(lines, Reader(), SPAN):
            step = detector.advance(batch, until)
            answers.add(step.verdicts)
            if watch is not None:
                watch(batch, step)
            if progress is not None:
                progress(raw.tell() if raw.seekable() else 0)
    return answers
