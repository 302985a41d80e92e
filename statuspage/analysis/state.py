"""What the detector keeps over a restart: the memories of its parts, which are encoded as they are."""

import zlib

import msgspec

from statuspage.analysis.announced import Window
from statuspage.analysis.filter import FilterMemory
from statuspage.analysis.incident import DetectedIncident
from statuspage.analysis.instrument import InstrumentMemory
from statuspage.analysis.outside import SignalMemory
from statuspage.analysis.refusals import RefusalMemory
from statuspage.analysis.sight import SightMemory
from statuspage.analysis.suspicion import SuspicionMemory
from statuspage.analysis.values import DetectorInput
from statuspage.analysis.wave import Wave
from statuspage.analysis.waves import WavesMemory

STATE_VERSION = 3
# A large site writes close to a megabyte every two seconds, packed a tenth of it, in no more time in all.
_LEVEL = 1
# What a packed state begins with, and no plain one.
_PACKED = b"x"


class DetectorState(msgspec.Struct):
    """All that outlives a restart; every part moves its own memory in place.

    ``tick`` is the index of the last tick done on a grid of ``tick_seconds``, -1 before the first;
    ``pending`` is what was seen since, in order.
    """

    version: int = STATE_VERSION
    tick: int = -1
    tick_seconds: float = 5.0
    components: dict[str, FilterMemory] = {}
    instrument: InstrumentMemory = msgspec.field(default_factory=InstrumentMemory)
    sights: dict[str, SightMemory] = {}
    refusals: dict[str, RefusalMemory] = {}
    waves: WavesMemory = msgspec.field(default_factory=WavesMemory)
    windows: dict[str, Window] = {}
    incidents: dict[str, DetectedIncident] = {}
    suspicion: SuspicionMemory = msgspec.field(default_factory=SuspicionMemory)
    outside: dict[str, SignalMemory] = {}
    pending: list[DetectorInput] = []

    def regrid(self, seconds: float) -> None:
        """Go on, from a state of another grid, at the tick that is not after the last one done."""
        if self.tick >= 0 and self.tick_seconds != seconds:
            self.tick = int(self.tick * self.tick_seconds // seconds)
        self.tick_seconds = seconds


def timeless(dumped: bytes) -> bytes:
    """Of a dumped state what holds at any time: what is usual, how probes are answered, and planned work.

    For a site whose clock was wrong: all else speaks of moments that never were.
    """
    state = load(dumped)
    waves = {
        symptom: Wave(symptom=symptom, baseline=wave.baseline) for symptom, wave in state.waves.waves.items()
    }
    probes = {
        slug: msgspec.structs.replace(memory, refusals=0, refused_since=0.0)
        for slug, memory in state.instrument.probes.items()
    }
    return dump(
        DetectorState(
            tick_seconds=state.tick_seconds,
            components={
                slug: FilterMemory(baseline=memory.baseline) for slug, memory in state.components.items()
            },
            instrument=InstrumentMemory(probes=probes),
            waves=WavesMemory(waves=waves, products=state.waves.products),
            windows=state.windows,
        )
    )


class _Versioned(msgspec.Struct):
    version: int


class StateError(ValueError):
    """A dumped state that this version cannot read."""


def dump(state: DetectorState) -> bytes:
    """The state as bytes, for :func:`load`."""
    return zlib.compress(msgspec.msgpack.encode(state), _LEVEL)


def load(dumped: bytes | None) -> DetectorState:
    """A dumped state, or a fresh one; it need not be packed, as it was before.

    Raises :class:`StateError` for what this version cannot read.
    """
    if dumped is None:
        return DetectorState()
    try:
        plain = zlib.decompress(dumped) if dumped.startswith(_PACKED) else dumped
        # The version first: a state of another one has another form.
        version = msgspec.msgpack.decode(plain, type=_Versioned).version
        if version == STATE_VERSION:
            return msgspec.msgpack.decode(plain, type=DetectorState)
    except (zlib.error, msgspec.DecodeError) as error:
        raise StateError(f"the detector's state cannot be read: {error}") from error
    raise StateError(f"the detector's state is of version {version}, not {STATE_VERSION}")
