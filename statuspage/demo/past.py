"""What the pretend world let the probes see in some past time; a long one is made by a process of its own."""

import multiprocessing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

import probes.simulator
from probes.observations import Catalog, Observation
from probes.simulator.observe import observations_between
from probes.simulator.scenario_file import parse
from probes.simulator.world import World

SCENARIOS = Path(probes.simulator.__file__).parent / "scenarios"
LONG = timedelta(days=1)
CHUNK = 2000

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Observation])


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A stretch of time in a world of this seed; ``eventful``: with what history.toml lets happen in it."""

    seed: int
    since: datetime
    until: datetime
    catalog: Catalog
    eventful: bool

    def observations(self) -> Iterator[Observation]:
        """In the order in which they became known."""
        scenarios = parse(SCENARIOS / "history.toml", self.until) if self.eventful else []
        return observations_between(World(self.seed, scenarios), self.catalog, self.since, self.until)


def observations_of(past: Past) -> Iterator[Observation]:
    """What was seen, made on another core where that is worth its start."""
    if past.until - past.since < LONG:
        yield from past.observations()
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
        maker.join()


def _make(past: Past, sender: Connection) -> None:
    """Send everything in chunks, and an empty one at the end; without that the reader knows of a failure."""
    for chunk in _chunks(past.observations()):
        sender.send_bytes(_encoder.encode(chunk))
    sender.send_bytes(b"")


def _chunks(observations: Iterable[Observation]) -> Iterator[list[Observation]]:
    source = iter(observations)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
