"""What is wrong with the instrument: cut-off vantages, frozen accounts, probes that never worked."""

from collections.abc import Iterable

import msgspec

from statuspage.analysis.kinds import ACCEPTED, AMBIGUOUS, IGNORED, PAYER, POLICY, REFUSED, RISK, TROUBLED
from statuspage.analysis.settings import DetectorSettings

_STEP = 4.0  # nats that one failing check adds to "all of this vantage fails"; a base rate near 1%
_BACK = 3.0  # and what one answer takes away: log(0.05)
_CAP = 16.0
_PLAUSIBLE = 4.0
_CERTAIN = 10.0
_CONTROLS_REMEMBERED = 8.0  # of a vantage, to tell which share of its checks it spoils itself
_DOUBTS = (0.6, 0.4, 0.2)  # the shares told apart
_CONTROLS_AVERAGED = 500  # of a vantage, for what is usual
_EVEN_MS = 50.0  # a control that takes less is quick enough: its own ups and downs say nothing
_SLOWEST = 10.0
_DOUBT_MARGIN = 0.05  # one failed control among those remembered raises no doubt


class InstrumentState(msgspec.Struct):
    """Levels in nats by vantage (component probes, controls) and by persona; counts by probe."""

    ways: dict[str, float] = {}
    controls: dict[str, float] = {}
    personas: dict[str, float] = {}
    refused_since_first: dict[str, int] = {}  # probes that never worked: their refusals so far
    worked: dict[str, bool] = {}
    last_seen: dict[str, float] = {}  # by vantage
    control_ms: dict[str, float] = {}  # a control's usual latency, by vantage
    spoilt: dict[str, float] = {}  # the share of its last controls that failed or crawled, by vantage
    controls_seen: dict[str, int] = {}  # by vantage, up to those averaged
    control_now_ms: dict[str, float] = {}  # the latency of its last controls, by vantage


class Instrument:
    """Watches the watchers. All sums are capped, so both loss and return show within a few checks."""

    def __init__(
        self,
        state: InstrumentState,
        settings: DetectorSettings,
        vantages: Iterable[str],
        with_controls: Iterable[str],
        personas: Iterable[str],
    ) -> None:
        self.state, self.settings = state, settings
        self.vantages = tuple(sorted(vantages))
        self.with_controls = frozenset(with_controls)
        self.personas = tuple(sorted(personas))
        self.lost: frozenset[str] = frozenset()
        self.suspect_vantages: frozenset[str] = frozenset()
        self.frozen: frozenset[str] = frozenset()
        self.suspect_personas: frozenset[str] = frozenset()
        self._moved = True
        self.judge()

    def control(self, vantage: str, kind: int, latency_ms: float | None) -> None:
        """Take in a control's check; one that crawls tells as much as one that fails."""
        crawls = kind == ACCEPTED and latency_ms is not None and self._crawls(vantage, latency_ms)
        troubled = crawls or kind in TROUBLED
        share = self.state.spoilt.get(vantage, 0.0)
        self.state.spoilt[vantage] = share + (troubled - share) / _CONTROLS_REMEMBERED
        self._move(self.state.controls, vantage, up=troubled)

    def doubt(self, vantage: str) -> float:
        """The share (0 to 1) of a vantage's silent or slow checks to expect from its own trouble."""
        share = self.state.spoilt.get(vantage, 0.0) + _DOUBT_MARGIN
        return next((doubt for doubt in _DOUBTS if share >= doubt), 0.0)

    def slowdown(self, vantage: str) -> float:
        """By how much (1 or more) all answers are to be expected later from where controls are late too."""
        usual = self.state.control_ms.get(vantage, 0.0)
        now = self.state.control_now_ms.get(vantage, usual)
        return min(_SLOWEST, max(1.0, (now + _EVEN_MS) / (usual + _EVEN_MS)))

    def _crawls(self, vantage: str, latency_ms: float) -> bool:
        usual = self.state.control_ms.get(vantage, min(latency_ms, self.settings.slow_floor_ms))
        recent = self.state.control_now_ms.get(vantage, usual)
        self.state.control_now_ms[vantage] = recent + (latency_ms - recent) / _CONTROLS_REMEMBERED
        crawls = latency_ms > max(self.settings.slow_floor_ms, usual * self.settings.slow_factor)
        # What stays slow becomes usual, but only over some hundreds of checks.
        seen = self.state.controls_seen.get(vantage, 0)
        self.state.controls_seen[vantage] = min(_CONTROLS_AVERAGED, seen + 1)
        pace = 1.0 / _CONTROLS_AVERAGED if crawls else 1.0 / min(_CONTROLS_AVERAGED, seen + 10)
        self.state.control_ms[vantage] = usual + (latency_ms - usual) * pace
        return crawls

    def component(self, vantage: str, persona: str, kind: int) -> None:
        """Take in a component's check."""
        if kind == ACCEPTED:
            ways, personas = self.state.ways, self.state.personas
            if ways.get(vantage):
                self._move(ways, vantage, up=False)
            if personas.get(persona):
                self._move(personas, persona, up=False)
            return
        self._move(self.state.ways, vantage, up=kind in TROUBLED)
        if kind in REFUSED:
            self._moved = True
            step = 1.5 if kind == RISK else 0.5 if kind == POLICY else 2.5 if kind == PAYER else 1.5
            self.state.personas[persona] = min(_CAP, self.state.personas.get(persona, 0.0) + step)

    def misconfigured(self, probe: str, kind: int) -> bool:
        """Whether ``probe`` has been refused ever since its first check; takes this check in."""
        worked = self.state.worked
        if probe in worked:
            return False
        if kind not in (IGNORED, AMBIGUOUS, POLICY, PAYER, RISK):
            worked[probe] = True
            self.state.refused_since_first.pop(probe, None)
            return False
        count = self.state.refused_since_first.get(probe, 0) + 1
        self.state.refused_since_first[probe] = count
        return True

    def misconfigured_probes(self) -> tuple[str, ...]:
        limit = self.settings.misconfigured_checks
        return tuple(sorted(p for p, n in self.state.refused_since_first.items() if n >= limit))

    def judge(self) -> None:
        """Decide at a tick which vantages are cut off and which accounts frozen, or may be."""
        if not self._moved:
            return
        self._moved = False
        state = self.state
        cut = {v for v in self.with_controls if state.controls.get(v, 0.0) >= _PLAUSIBLE}
        alone = self._alone(state.ways, self.vantages)
        self.suspect_vantages = frozenset(cut | alone)
        self.lost = frozenset(
            {v for v in cut if state.controls[v] >= _CERTAIN or state.ways.get(v, 0.0) >= _CERTAIN}
            | {v for v in alone if state.ways[v] >= _CERTAIN}
        )
        one = self._alone(state.personas, self.personas)
        self.suspect_personas = frozenset(one)
        self.frozen = frozenset(p for p in one if state.personas[p] >= _CERTAIN)

    def _alone(self, levels: dict[str, float], names: tuple[str, ...]) -> set[str]:
        """The one that stands out from all the others, if any does."""
        ranked = sorted(names, key=lambda name: levels.get(name, 0.0), reverse=True)
        if len(ranked) < 2 or levels.get(ranked[0], 0.0) < _PLAUSIBLE:
            return set()
        apart = levels[ranked[0]] - levels.get(ranked[1], 0.0)
        return {ranked[0]} if apart >= _PLAUSIBLE else set()

    def _move(self, levels: dict[str, float], name: str, *, up: bool) -> None:
        level = levels.get(name, 0.0)
        self._moved = True
        levels[name] = min(_CAP, level + _STEP) if up else max(0.0, level - _BACK)
