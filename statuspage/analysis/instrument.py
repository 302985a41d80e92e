"""What is wrong with the instrument: cut-off vantages, frozen accounts, probes that never worked."""

from collections.abc import Iterable

import msgspec

from statuspage.analysis.kinds import ACCEPTED, IGNORED, REFUSED, TROUBLED
from statuspage.analysis.model import INSTRUMENT, LATENCY

_NEVER_WORKED = REFUSED | {IGNORED}


class ControlMemory(msgspec.Struct):
    """A vantage's controls: nats for "cut off", the share of late that failed or crawled, latencies."""

    level: float = 0.0
    spoilt_share: float = 0.0
    usual_ms: float = 0.0
    recent_ms: float = 0.0
    latencies: int = 0


_NO_CONTROLS = ControlMemory()


class InstrumentMemory(msgspec.Struct):
    """Levels in nats: of components' checks by vantage, and by persona; ``refused`` counts by probe."""

    controls: dict[str, ControlMemory] = {}
    vantages: dict[str, float] = {}
    personas: dict[str, float] = {}
    # Of probes that never worked, their refusals so far.
    refused: dict[str, int] = {}
    worked: set[str] = set()


class Instrument:
    """Watches the watchers. All sums are capped, so that loss and return both show within a few checks.

    ``suspect_vantages`` and ``suspect_personas`` may be to blame for what is seen; ``lost`` and ``frozen``
    surely are.
    """

    def __init__(
        self,
        memory: InstrumentMemory,
        *,
        vantages: Iterable[str],
        with_controls: Iterable[str],
        personas: Iterable[str],
    ) -> None:
        self.memory = memory
        self.vantages = tuple(sorted(vantages))
        self.with_controls = frozenset(with_controls)
        self.personas = tuple(sorted(personas))
        self.lost: frozenset[str] = frozenset()
        self.suspect_vantages: frozenset[str] = frozenset()
        self.frozen: frozenset[str] = frozenset()
        self.suspect_personas: frozenset[str] = frozenset()
        self._moved = True
        self.judge()

    def take_control(self, vantage: str, kind: int, latency_ms: float | None) -> None:
        """Take in a control's check; one that crawls tells as much as one that fails."""
        control = self.memory.controls.setdefault(vantage, ControlMemory())
        troubled = kind in TROUBLED
        if kind == ACCEPTED and latency_ms is not None:
            troubled = self._take_latency(control, latency_ms)
        control.spoilt_share += (troubled - control.spoilt_share) / INSTRUMENT.recent_controls
        control.level = _moved(control.level, up=troubled)
        self._moved = True

    def take_component(self, vantage: str, persona: str, kind: int) -> None:
        """Take in a component's check."""
        vantages, personas = self.memory.vantages, self.memory.personas
        if kind == ACCEPTED:
            if level := vantages.get(vantage):
                vantages[vantage] = _moved(level, up=False)
                self._moved = True
            if level := personas.get(persona):
                personas[persona] = _moved(level, up=False)
                self._moved = True
            return
        vantages[vantage] = _moved(vantages.get(vantage, 0.0), up=kind in TROUBLED)
        if kind in REFUSED:
            refused = personas.get(persona, 0.0) + INSTRUMENT.refusal_nats[kind]
            personas[persona] = min(INSTRUMENT.cap_nats, refused)
        self._moved = True

    def doubt(self, vantage: str) -> float:
        """The share (0 to 1) of a vantage's silent or slow checks to expect from its own trouble."""
        share = self._known(vantage).spoilt_share + INSTRUMENT.doubt_margin
        return next((doubt for doubt in INSTRUMENT.doubts if share >= doubt), 0.0)

    def slowdown(self, vantage: str) -> float:
        """By how much (1 or more) all answers are to be expected later from where controls are late too."""
        control, quick = self._known(vantage), INSTRUMENT.quick_ms
        return min(
            INSTRUMENT.most_slowdown, max(1.0, (control.recent_ms + quick) / (control.usual_ms + quick))
        )

    def misconfigured(self, probe: str, kind: int) -> bool:
        """Whether ``probe`` has been refused ever since its first check; takes this check in."""
        memory = self.memory
        if probe in memory.worked:
            return False
        if kind not in _NEVER_WORKED:
            memory.worked.add(probe)
            memory.refused.pop(probe, None)
            return False
        memory.refused[probe] = memory.refused.get(probe, 0) + 1
        return True

    def misconfigured_probes(self) -> tuple[str, ...]:
        limit = INSTRUMENT.misconfigured_checks
        return tuple(sorted(probe for probe, count in self.memory.refused.items() if count >= limit))

    def judge(self) -> None:
        """Decide at a tick which vantages are cut off and which accounts frozen, or may be."""
        if not self._moved:
            return
        self._moved = False
        memory, certain = self.memory, INSTRUMENT.certain_nats
        controls = {v: self._known(v).level for v in self.with_controls}
        cut = {v for v, level in controls.items() if level >= INSTRUMENT.plausible_nats}
        alone = _standing_out(memory.vantages, self.vantages)
        self.suspect_vantages = frozenset(cut | alone)
        self.lost = frozenset(
            {v for v in cut if controls[v] >= certain or memory.vantages.get(v, 0.0) >= certain}
            | {v for v in alone if memory.vantages[v] >= certain}
        )
        self.suspect_personas = frozenset(_standing_out(memory.personas, self.personas))
        self.frozen = frozenset(p for p in self.suspect_personas if memory.personas[p] >= certain)

    def _known(self, vantage: str) -> ControlMemory:
        return self.memory.controls.get(vantage, _NO_CONTROLS)

    def _take_latency(self, control: ControlMemory, latency_ms: float) -> bool:
        """Follow a control's latency; whether this one crawled."""
        if not control.latencies:
            control.usual_ms = control.recent_ms = min(latency_ms, LATENCY.floor_ms)
        usual = control.usual_ms
        control.recent_ms += (latency_ms - control.recent_ms) / INSTRUMENT.recent_controls
        crawls = latency_ms > max(LATENCY.floor_ms, usual * LATENCY.slow_factor)
        # What stays slow becomes usual, but only over some hundreds of checks.
        most, seen = INSTRUMENT.usual_controls, control.latencies
        pace = 1.0 / most if crawls else 1.0 / min(most, seen + INSTRUMENT.first_controls)
        control.usual_ms = usual + (latency_ms - usual) * pace
        control.latencies = min(most, seen + 1)
        return crawls


def _standing_out(levels: dict[str, float], names: tuple[str, ...]) -> set[str]:
    """The one that stands out from all the others, if any does."""
    ranked = sorted(names, key=lambda name: levels.get(name, 0.0), reverse=True)
    if len(ranked) < 2 or levels.get(ranked[0], 0.0) < INSTRUMENT.plausible_nats:
        return set()
    apart = levels[ranked[0]] - levels.get(ranked[1], 0.0)
    return {ranked[0]} if apart >= INSTRUMENT.plausible_nats else set()


def _moved(level: float, *, up: bool) -> float:
    """A capped sum (CUSUM) after one more check."""
    if up:
        return min(INSTRUMENT.cap_nats, level + INSTRUMENT.fail_nats)
    return max(0.0, level - INSTRUMENT.pass_nats)
