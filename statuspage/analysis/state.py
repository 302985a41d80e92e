"""What the detector keeps over a restart, and how it is written."""

import msgspec

from probes.vocabulary.observations import MaintenanceWindow
from statuspage.analysis.announced import Window
from statuspage.analysis.component import ComponentState
from statuspage.analysis.instrument import InstrumentState
from statuspage.analysis.story import Story
from statuspage.analysis.values import Evidential, Heard, Observed
from statuspage.analysis.voices import VoicesState

STATE_VERSION = 1


class DetectorState(msgspec.Struct):
    """All that outlives a restart. ``tick`` is the index of the last tick done on a grid of ``tick_seconds``.

    It is -1 before the first.
    """

    version: int = STATE_VERSION
    tick: int = -1
    tick_seconds: float = 5.0
    components: dict[str, ComponentState] = {}
    instrument: InstrumentState = msgspec.field(default_factory=InstrumentState)
    voices: VoicesState = msgspec.field(default_factory=VoicesState)
    windows: dict[str, Window] = {}
    stories: dict[str, Story] = {}
    explained_until: float = 0.0
    heard_until: float = 0.0  # the same by a suspicion that rested on posts alone
    pending: list[bytes] = []


class StateError(ValueError):
    """A dumped state that this version cannot read."""


def pack(item: Evidential) -> bytes:
    """An observation that waits for its tick, as bytes."""
    kind = b"o" if isinstance(item, Observed) else b"h" if isinstance(item, Heard) else b"w"
    return kind + msgspec.msgpack.encode(item)


def unpack(raw: bytes) -> Evidential:
    """The observation that :func:`pack` wrote."""
    kinds: dict[bytes, type[Observed] | type[Heard] | type[MaintenanceWindow]] = {
        b"o": Observed,
        b"h": Heard,
        b"w": MaintenanceWindow,
    }
    found: Evidential = msgspec.msgpack.decode(raw[1:], type=kinds[raw[:1]])
    return found


def load(state: bytes | None) -> DetectorState:
    """A dumped state, or a fresh one. Raises :class:`StateError` for what this version cannot read."""
    if state is None:
        return DetectorState()
    try:
        loaded = msgspec.msgpack.decode(state, type=DetectorState)
    except msgspec.DecodeError as error:
        raise StateError(f"the detector's state cannot be read: {error}") from error
    if loaded.version != STATE_VERSION:
        raise StateError(f"the detector's state is of version {loaded.version}, not {STATE_VERSION}")
    return loaded
