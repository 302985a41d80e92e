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
from probes.vocabulary.observations import MaintenanceWindow, WatchedCatalog
from statuspage.analysis.values import DetectorInput, Heard, Observed
from statuspage.replay.reading import Reader

SCENARIOS = Path(probes.simulator.__file__).parent / "scenarios"
LONG = timedelta(days=1)
CHUNK = 2000


class _Chunk(msgspec.Struct):
    """Evidence on its way between processes: each kind by itself, and ``order`` to put it together again."""

    order: bytes = b""
    observed: list[Observed] = []
    heard: list[Heard] = []
    windows: list[MaintenanceWindow] = []

    def add(self, item: DetectorInput) -> None:
        if isinstance(item, Observed):
            self.observed.append(item)
            self.order += b"\x00"
        elif isinstance(item, Heard):
            self.heard.append(item)
            self.order += b"\x01"
        else:
            self.windows.append(item)
            self.order += b"\x02"

    def items(self) -> Iterator[DetectorInput]:
        kinds: tuple[Iterator[DetectorInput], ...] = (
            iter(self.observed),
            iter(self.heard),
            iter(self.windows),
        )
        return (next(kinds[kind]) for kind in self.order)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Chunk)


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
            yield from _decoder.decode(chunk).items()
    finally:
        receiver.close()
        maker.terminate()  # where the reader was broken off, nobody wants the rest
        maker.join()


def _make(past: PretendedPast, sender: Connection) -> None:
    """Send everything in chunks, and an empty one at the end; without that the reader knows of a failure."""
    source = past.evidence()
    while items := list(islice(source, CHUNK)):
        chunk = _Chunk()
        for item in items:
            chunk.add(item)
        sender.send_bytes(_encoder.encode(chunk))
    sender.send_bytes(b"")
