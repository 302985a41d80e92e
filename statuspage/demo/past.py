"""What the pretend world let be seen in some past time; a long one is made by a process of its own."""

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

import probes.simulator
from probes.simulator.observe import observations_between
from probes.simulator.scenario_file import parse
from probes.simulator.world import World
from probes.vocabulary.observations import WatchedCatalog
from statuspage.analysis.values import DetectorInput
from statuspage.replay.reading import Reader

SCENARIOS = Path(probes.simulator.__file__).parent / "scenarios"
LONG = timedelta(days=1)
CHUNK = 2000


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[DetectorInput])


@dataclass(frozen=True, slots=True, kw_only=True)
class PretendedPast:
    """A stretch of time in a world of this seed, with what history.toml lets happen before ``anchor``."""

    seed: int
    since: datetime
    until: datetime
    catalog: WatchedCatalog
    anchor: datetime

    def evidence(self) -> Iterator[DetectorInput]:
        """In the order in which it became known."""
        scenarios = parse(SCENARIOS / "history.toml", self.anchor)
        reader = Reader()
        seen = observations_between(World(self.seed, scenarios), self.catalog, self.since, self.until)
        for observation in seen:
            found = reader.read(observation)
            if found is not None and self.since < found.at <= self.until:
                yield found


def evidence_of(past: PretendedPast) -> Iterator[DetectorInput]:
    """What was seen and how it was read, made on another core where that is worth its start."""
    if past.until - past.since < LONG:
        yield from past.evidence()
        return
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    maker = context.Process(target=_make, args=(past, sender), daemon=True)
    maker.start()
    sender.close()
    try:
        while chunk := receiver.recv_bytes():
            yield from _decoder.decode(chunk)
    finally:
        receiver.close()
        maker.terminate()  # where the reader was broken off, nobody wants the rest
        maker.join()


def _make(past: PretendedPast, sender: Connection) -> None:
    """Send everything in chunks, and an empty one at the end; without that the reader knows of a failure."""
    source = past.evidence()
    while items := list(islice(source, CHUNK)):
        sender.send_bytes(_encoder.encode(items))
    sender.send_bytes(b"")
