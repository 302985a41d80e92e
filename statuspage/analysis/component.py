"""One component's filter: capped log-likelihood ratios of every hypothesis, moved by each check."""

import math
from collections.abc import Callable
from typing import Protocol

import msgspec

from probes.vocabulary.causes import Cause
from statuspage.analysis.baseline import Baseline
from statuspage.analysis.hypotheses import Form, Hypothesis, component_hypotheses
from statuspage.analysis.kinds import ACCEPTED, KINDS, MAINTENANCE, POLICY, SELF_MADE, TROUBLED
from statuspage.analysis.settings import DetectorSettings

_TROUBLE = frozenset({*TROUBLED, MAINTENANCE})
_STANDING_OUT_NATS = 3.0  # a vantage or account that stands out from all others is likelier to blame
_ANNOUNCED_NATS = 3.0  # an announced window is the better explanation of a fault inside it


class CellState(msgspec.Struct):
    """What one persona met from one vantage since the present trouble began."""

    persona: str
    vantage: str
    tier: int
    kinds: list[int]
    outcomes: dict[str, int] = {}
    sample: str = ""


class ComponentState(msgspec.Struct):
    """All that the filter remembers; ``levels`` and ``rose_at`` by hypothesis, times in epoch seconds."""

    baseline: Baseline
    levels: dict[str, float] = {}
    rose_at: dict[str, float] = {}
    cells: dict[str, CellState] = {}
    cells_since: float = 0.0
    window: dict[int, list[int]] = {}  # counts per tier and kind of the baseline window that is open
    latency: tuple[float, int] = (0.0, 0)
    held_window: dict[int, list[int]] | None = (
        None  # the window before it, learned once this one too was quiet
    )
    held_latency: tuple[float, int] = (0.0, 0)
    held_hour: int = 0
    peak: float = 0.0  # the highest level since the window opened
    last_check: float = 0.0
    last_trouble: float = 0.0  # when a check last failed or owned up to maintenance


class Belief(msgspec.Struct, frozen=True, kw_only=True):
    """What a component's checks, with outside help, make of it at one tick."""

    scores: dict[Cause, float]  # nats for each cause, help included
    own: dict[Cause, float]  # the same from the component's own checks alone
    best: dict[Cause, int]  # the likeliest hypothesis of each cause
    nuisance: float  # nats for the likeliest trouble of the instrument
    nuisance_name: str

    nuisance_share: float  # its probability among everything that is not normal
    shares: dict[Cause, float]  # the same of each cause

    def share(self, cause: Cause) -> float:
        """Probability of ``cause`` among everything that is not normal."""
        return self.shares.get(cause, 0.0)

    def top(self) -> Cause:
        return max(self.scores, key=lambda cause: (self.scores[cause], cause.value))


class Allows(Protocol):
    """Says whether a hypothesis may be held now, and which cause it then stands for."""

    def cause_of(self, component: str, hypothesis: Hypothesis, rose_at: float) -> Cause | None: ...

    def nuisance(self, hypothesis: Hypothesis) -> bool: ...


class ComponentFilter:
    """Moves a :class:`ComponentState`; holds the tables that follow from it."""

    def __init__(
        self,
        slug: str,
        state: ComponentState,
        settings: DetectorSettings,
        vantages: tuple[str, ...],
        personas: tuple[str, ...],
    ) -> None:
        self.slug, self.state, self.settings = slug, state, settings
        self.hypotheses = component_hypotheses(vantages, personas)
        self._index_of = {h.name: index for index, h in enumerate(self.hypotheses)}
        self.levels = [state.levels.get(h.name, 0.0) for h in self.hypotheses]
        self.rose_at = [state.rose_at.get(h.name, 0.0) for h in self.hypotheses]
        self.top = max(self.levels)
        self.quiet = self.top == 0.0
        self.cap = settings.confirm_nats(slug) + settings.headroom_nats
        self.suspect_nats = settings.suspect_nats(slug)
        self.version = 0  # moves whenever the levels do
        self._vectors: dict[tuple[str, str, int, float], list[float]] = {}
        self._plain: dict[tuple[int, int, float], list[float]] = {}
        self._concerned: dict[tuple[str, str], list[bool]] = {}
        self._before = 0.0  # the highest level before this moment's checks

    def save(self) -> None:
        """Write the levels back into the state."""
        names = [h.name for h in self.hypotheses]
        self.state.levels = {n: v for n, v in zip(names, self.levels, strict=True) if v}
        self.state.rose_at = {n: v for n, v in zip(names, self.rose_at, strict=True) if v}

    def begin_moment(self) -> None:
        self._before = self.top if not self.quiet else 0.0

    def absorb(
        self, *, at: float, tier: int, persona: str, vantage: str, kind: int, doubt: float = 0.0
    ) -> None:
        """Move every hypothesis by one check; ``doubt`` is the share that its vantage spoils itself."""
        if self.quiet and kind == ACCEPTED:
            return
        vector = self._vector(tier, persona, vantage, kind, doubt if kind in SELF_MADE else 0.0)
        if kind in _TROUBLE:
            self.state.last_trouble = at
        if kind != ACCEPTED:
            if self.quiet:
                self.quiet = False
                self.state.cells = {}
                self.state.cells_since = at
            rose = self.rose_at
            for index, (level, step) in enumerate(zip(self.levels, vector, strict=True)):
                if level == 0.0 and step > 0.0:
                    rose[index] = at
        self.levels = [y if (y := a + b) > 0.0 else 0.0 for a, b in zip(self.levels, vector, strict=True)]
        self.version += 1

    def end_moment(self) -> None:
        """Cap what the checks of one moment may add, and the whole."""
        self.top = top = max(self.levels)
        if top == 0.0:
            self.quiet = True
            return
        allowed = min(self.cap, self._before + self.settings.moment_cap_nats)
        if top > allowed:
            excess = top - allowed
            self.levels = [y if (y := a - excess) > 0.0 else 0.0 for a in self.levels]
            self.top = max(self.levels)
            top = allowed
        self.state.peak = max(self.state.peak, top)

    def count(
        self, *, persona: str, vantage: str, tier: int, kind: int, outcome: str, raw: Callable[[], str]
    ) -> None:
        """Keep what a person wants to see as evidence while something is the matter."""
        key = f"{persona}\n{vantage}"
        cell = self.state.cells.get(key)
        if cell is None:
            cell = CellState(persona=persona, vantage=vantage, tier=tier, kinds=[0] * KINDS)
            self.state.cells[key] = cell
        cell.kinds[kind] += 1
        if kind != ACCEPTED:
            cell.outcomes[outcome] = cell.outcomes.get(outcome, 0) + 1
            if not cell.sample:
                cell.sample = raw()

    def belief(self, help_for: dict[Cause, float], allows: Allows) -> Belief:
        """Weigh the causes against each other; ``help_for`` lends nats from posts and neighbours."""
        own: dict[Cause, float] = {}
        best: dict[Cause, int] = {}
        nuisance, nuisance_name = 0.0, ""
        for index, hypothesis in enumerate(self.hypotheses):
            level = self.levels[index] - hypothesis.handicap
            if self.levels[index] == 0.0:
                continue
            if hypothesis.cause is None:
                level += _STANDING_OUT_NATS
                if level > nuisance and allows.nuisance(hypothesis):
                    nuisance, nuisance_name = level, hypothesis.name
                continue
            cause = allows.cause_of(self.slug, hypothesis, self.rose_at[index])
            if cause is None:
                continue
            if hypothesis.form is Form.TECHNICAL and cause is Cause.MAINTENANCE:
                level += _ANNOUNCED_NATS
            if cause not in best or level > own[cause]:
                own[cause], best[cause] = level, index
        scores = {cause: own[cause] + help_for.get(cause, 0.0) for cause in own}
        top = max([nuisance, *scores.values()])
        odds = {cause: math.exp(score - top) for cause, score in scores.items()}
        beside = math.exp(nuisance - top)
        whole = beside + sum(odds.values())
        return Belief(
            scores=scores,
            own=own,
            best=best,
            nuisance=nuisance,
            nuisance_name=nuisance_name,
            nuisance_share=beside / whole,
            shares={cause: part / whole for cause, part in odds.items()},
        )

    def level(self, cause: Cause, allows: Allows) -> float:
        """Where the likeliest hypothesis of ``cause`` stands, in nats."""
        highest = 0.0
        for level, hypothesis, rose_at in zip(self.levels, self.hypotheses, self.rose_at, strict=True):
            if level > highest and allows.cause_of(self.slug, hypothesis, rose_at) is cause:
                highest = level
        return highest

    def reset(self) -> None:
        """Forget the trouble that is over."""
        self.levels = [0.0] * len(self.levels)
        self.top = 0.0
        self.quiet = True
        self.version += 1

    def weight(self, cell: CellState, name: str) -> float:
        """Nats by which a cell's checks moved the hypothesis ``name``; none where it is not known here."""
        index = self._index_of.get(name)
        if index is None:
            return 0.0
        nats = 0.0
        for kind, count in enumerate(cell.kinds):
            if count:
                nats += count * self._vector(cell.tier, cell.persona, cell.vantage, kind)[index]
        return nats

    def usual_failure_ratio(self, tier: int) -> float:
        return 1.0 - self.state.baseline.rates(tier)[ACCEPTED]

    def close_window(self, hour: int, next_hour: int, *, learn: bool) -> None:
        """End a baseline window; the one before it is learned unless either was disturbed."""
        state, s = self.state, self.settings
        disturbed = not learn or state.peak >= self.suspect_nats
        if disturbed:
            state.held_window = None
        else:
            if state.held_window:
                state.baseline.learn(state.held_window, state.held_latency, state.held_hour, s)
            state.held_window, state.held_latency, state.held_hour = state.window, state.latency, hour
        state.window, state.latency = {}, (0.0, 0)
        state.peak = self.top
        if state.baseline.refresh(next_hour, s):
            self._vectors.clear()
            self._plain.clear()

    def _vector(self, tier: int, persona: str, vantage: str, kind: int, doubt: float = 0.0) -> list[float]:
        """What one such check adds to each hypothesis, in nats."""
        vector = self._vectors.get((persona, vantage, kind, doubt))
        if vector is None:
            plain = self._plain.get((tier, kind, doubt))
            if plain is None:
                plain = self._plain[tier, kind, doubt] = self._steps(tier, kind, doubt)
            concerned = self._concerned_by(persona, vantage)
            vector = [nats if own else 0.0 for nats, own in zip(plain, concerned, strict=True)]
            self._vectors[persona, vantage, kind, doubt] = vector
        return vector

    def _steps(self, tier: int, kind: int, doubt: float) -> list[float]:
        usual = doubt + (1.0 - doubt) * self.state.baseline.rates(tier)[kind]
        s = self.settings
        cap = s.plain_check_cap_nats if kind in (POLICY, MAINTENANCE) else s.check_cap_nats
        return [hypothesis.log_ratio(tier, kind, usual, cap) for hypothesis in self.hypotheses]

    def _concerned_by(self, persona: str, vantage: str) -> list[bool]:
        """By hypothesis, whether checks of this persona from this vantage tell anything about it."""
        known = self._concerned.get((persona, vantage))
        if known is None:
            known = self._concerned[persona, vantage] = [
                not h.only or h.only == (vantage if h.form is Form.VANTAGE else persona)
                for h in self.hypotheses
            ]
        return known
