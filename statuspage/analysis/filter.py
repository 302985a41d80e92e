"""One component's filter: capped log-likelihood ratios of every hypothesis, moved by each check."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from probes.vocabulary.causes import Cause
from statuspage.analysis.announced import Calendar
from statuspage.analysis.answered import AnswerCounts, AnswerLog
from statuspage.analysis.baseline import Baseline
from statuspage.analysis.hypotheses import FailureMode, Hypothesis, component_hypotheses
from statuspage.analysis.kinds import ACCEPTED, MAINTENANCE, POLICY, TROUBLED, Seen
from statuspage.analysis.model import BASELINE, FILTER, Thresholds

_TROUBLE = TROUBLED | {MAINTENANCE}
_PLAIN_SPOKEN = frozenset({POLICY, MAINTENANCE})


class FilterMemory(msgspec.Struct):
    """All that a filter remembers; times in epoch seconds.

    ``names``, ``levels`` (nats) and ``rose_at`` go by hypothesis; all are empty while no level is above zero.
    ``peak`` is the highest level since the baseline window opened, ``last_trouble`` when a check last failed
    or owned up to maintenance, ``taken_at`` when one last said anything. ``blind_seconds`` is how long none
    did before the present sight, in which nothing has failed yet.
    """

    baseline: Baseline = msgspec.field(default_factory=Baseline)
    names: tuple[str, ...] = ()
    levels: list[float] = []
    rose_at: list[float] = []
    answers: AnswerLog = msgspec.field(default_factory=AnswerLog)
    peak: float = 0.0
    last_trouble: float = 0.0
    taken_at: float = 0.0
    blind_seconds: float = 0.0


class Belief(msgspec.Struct, frozen=True, kw_only=True):
    """What a component's checks, with help from outside, make of it at one tick.

    ``scores`` are nats for each cause, ``own`` the same from its own checks alone; ``best`` is the likeliest
    hypothesis of each cause and ``since`` when that rose. ``signalled`` is the part of the scores that other
    monitors lent. ``nuisance_name`` is the likeliest trouble of the
    instrument. The shares are probabilities among everything that is not normal.
    """

    component: str
    thresholds: Thresholds
    scores: dict[Cause, float]
    own: dict[Cause, float]
    best: dict[Cause, Hypothesis]
    since: dict[Cause, float]
    shares: dict[Cause, float]
    nuisance_name: str
    nuisance_share: float
    signalled: Mapping[Cause, float] = {}

    def share(self, cause: Cause) -> float:
        """Probability of ``cause`` among everything that is not normal."""
        return self.shares.get(cause, 0.0)

    def top(self) -> Cause:
        """The likeliest cause. Raises :class:`ValueError` where there is none."""
        return max(self.scores, key=lambda cause: (self.scores[cause], cause.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Admissible:
    """Which hypotheses may be held at ``now``, and which cause each then stands for."""

    calendar: Calendar
    suspect_vantages: frozenset[str]
    suspect_personas: frozenset[str]
    now: float

    def cause_of(
        self, component: str, hypothesis: Hypothesis, since: float, failed_at: float
    ) -> Cause | None:
        """Judged as of when the component last failed: what has not failed since may well be over."""
        return self.calendar.cause_of(component, hypothesis, since, min(self.now, failed_at or self.now))

    def nuisance(self, hypothesis: Hypothesis) -> bool:
        """Whether the vantage or account that it is about stands out from the others."""
        if hypothesis.mode is FailureMode.VANTAGE:
            return hypothesis.only in self.suspect_vantages
        return hypothesis.only in self.suspect_personas


class ComponentFilter:
    """Moves a :class:`FilterMemory`, which is its whole state; else it holds tables that follow from it."""

    def __init__(
        self,
        slug: str,
        memory: FilterMemory,
        thresholds: Thresholds,
        *,
        vantages: tuple[str, ...],
        personas: tuple[str, ...],
    ) -> None:
        self.slug, self.memory, self.thresholds = slug, memory, thresholds
        self.hypotheses = component_hypotheses(vantages, personas)
        self._names = tuple(h.name for h in self.hypotheses)
        self._align()
        self.top = max(memory.levels, default=0.0)
        # Moves whenever the levels do.
        self.version = 0
        self._steps_of: dict[tuple[str, str, int, float], list[float]] = {}
        self._tier_steps: dict[tuple[int, int, float], list[float]] = {}
        self._concerned: dict[tuple[str, str], list[bool]] = {}
        # The highest level before this moment's checks; None where it has none yet.
        self._before: float | None = None

    @property
    def quiet(self) -> bool:
        """Whether nothing at all speaks against normality."""
        return not self.memory.levels

    @property
    def slow_ms(self) -> float:
        """The latency beyond which an accepted answer is slow."""
        return self.memory.baseline.slow_ms

    def take(self, seen: Seen, doubt: float) -> None:
        """Take in one check; ``doubt`` (0 to 1) is the share of such that its vantage spoils itself."""
        memory = self.memory
        if seen.kind != ACCEPTED or memory.levels:
            self._note_sight(seen)
            self._move(seen, doubt)
            memory.answers.count(seen)
        memory.baseline.count(seen.view.tier, seen.kind, seen.observed.check.latency_ms)

    def _note_sight(self, seen: Seen) -> None:
        """Note how long nothing was seen before this check, while something is the matter."""
        memory = self.memory
        gap, memory.taken_at = seen.at - memory.taken_at, seen.at
        if seen.kind != ACCEPTED:
            memory.blind_seconds = 0.0
        elif gap > memory.blind_seconds:
            memory.blind_seconds = gap

    def end_moment(self) -> None:
        """Cap what the checks of one moment, which are correlated, may add, and the whole."""
        if self._before is None:
            return
        allowed = min(self.thresholds.cap_nats, self._before + FILTER.moment_cap_nats)
        self._before = None
        memory = self.memory
        self.top = top = max(memory.levels)
        if top == 0.0:
            self._forget_levels()
            return
        if top > allowed:
            excess = top - allowed
            memory.levels = [y if (y := a - excess) > 0.0 else 0.0 for a in memory.levels]
            self.top = max(memory.levels)
            top = allowed
        memory.peak = max(memory.peak, top)

    def belief(self, help_nats: dict[Cause, float], admissible: Admissible) -> Belief:
        """Weigh the causes against each other; ``help_nats`` is lent by posts and neighbours."""
        own: dict[Cause, float] = {}
        best: dict[Cause, Hypothesis] = {}
        since: dict[Cause, float] = {}
        nuisance, nuisance_name = 0.0, ""
        failed_at = self.memory.last_trouble
        for level, hypothesis, rose_at in self._standing():
            if not level:
                continue
            level -= hypothesis.handicap
            if hypothesis.cause is None:
                level += FILTER.standing_out_nats
                if level > nuisance and admissible.nuisance(hypothesis):
                    nuisance, nuisance_name = level, f"{hypothesis.mode}:{hypothesis.only}"
                continue
            cause = admissible.cause_of(self.slug, hypothesis, rose_at, failed_at)
            if cause is None:
                continue
            if hypothesis.mode is FailureMode.TECHNICAL and cause is Cause.MAINTENANCE:
                level += FILTER.announced_nats
            if cause not in best or level > own[cause]:
                own[cause], best[cause], since[cause] = level, hypothesis, rose_at
        scores = {cause: own[cause] + help_nats.get(cause, 0.0) for cause in own}
        nuisance_share, shares = _shares(nuisance, scores)
        return Belief(
            component=self.slug,
            thresholds=self.thresholds,
            scores=scores,
            own=own,
            best=best,
            since=since,
            shares=shares,
            nuisance_name=nuisance_name,
            nuisance_share=nuisance_share,
        )

    def level(self, cause: Cause, admissible: Admissible) -> float:
        """Where the likeliest hypothesis of ``cause`` stands, in nats."""
        highest, failed_at = 0.0, self.memory.last_trouble
        for level, hypothesis, rose_at in self._standing():
            if level > highest and admissible.cause_of(self.slug, hypothesis, rose_at, failed_at) is cause:
                highest = level
        return highest

    def reset(self) -> None:
        """Forget the trouble that is over."""
        self._forget_levels()
        self.top = 0.0
        self.version += 1

    def best_fits_frozen(self, persona: str) -> bool:
        """Whether nothing explains the trouble better than that this account is frozen."""
        return any(
            level >= self.top
            for level, hypothesis, _ in self._standing()
            if hypothesis.mode is FailureMode.PERSONA and hypothesis.only == persona
        )

    def weight(self, answers: AnswerCounts, name: str) -> float:
        """Nats by which these answers moved the hypothesis ``name``; none where it is not known here."""
        if name not in self._names:
            return 0.0
        index = self._names.index(name)
        nats = 0.0
        for kind, count in enumerate(answers.kinds):
            if count:
                nats += count * self._steps(answers.persona, answers.vantage, answers.tier, kind)[index]
        return nats

    def usual_failure_ratio(self, tier: int) -> float:
        return 1.0 - self.memory.baseline.rates(tier)[ACCEPTED]

    def close_window(self, hour: int, next_hour: int, *, learn: bool) -> None:
        """End a baseline window; what was disturbed in it is not learned."""
        memory = self.memory
        disturbed = not learn or memory.peak >= self.thresholds.suspect_nats
        memory.peak = self.top
        suspicious = self.top >= BASELINE.suspicious_nats
        if memory.baseline.close_window(hour, next_hour, disturbed=disturbed, suspicious=suspicious):
            self._steps_of.clear()
            self._tier_steps.clear()

    def _align(self) -> None:
        """Put remembered levels in the order of the hypotheses; the catalog may have changed since."""
        memory = self.memory
        if not memory.levels or memory.names == self._names:
            return
        known = dict(zip(memory.names, zip(memory.levels, memory.rose_at, strict=True), strict=True))
        aligned = [known.get(name, (0.0, 0.0)) for name in self._names]
        memory.names = self._names
        memory.levels = [level for level, _ in aligned]
        memory.rose_at = [rose_at for _, rose_at in aligned]
        if not any(memory.levels):
            self._forget_levels()

    def _forget_levels(self) -> None:
        self.memory.names, self.memory.levels, self.memory.rose_at = (), [], []

    def _standing(self) -> Iterable[tuple[float, Hypothesis, float]]:
        """Level, hypothesis and when it rose, of each; nothing while all is quiet."""
        return zip(self.memory.levels, self.hypotheses, self.memory.rose_at, strict=False)

    def _move(self, seen: Seen, doubt: float) -> None:
        """Move every hypothesis by one check."""
        memory = self.memory
        if self._before is None:
            self._before = self.top
        if not memory.levels:
            memory.names = self._names
            memory.levels = [0.0] * len(self._names)
            memory.rose_at = [0.0] * len(self._names)
            memory.answers.forget_before(seen.at)
        view = seen.view
        steps = self._steps(view.persona, view.vantage, view.tier, seen.kind, doubt)
        if seen.kind in _TROUBLE:
            memory.last_trouble = seen.at
        if seen.kind != ACCEPTED:
            for index, (level, step) in enumerate(zip(memory.levels, steps, strict=True)):
                if level == 0.0 and step > 0.0:
                    memory.rose_at[index] = seen.at
        memory.levels = [y if (y := a + b) > 0.0 else 0.0 for a, b in zip(memory.levels, steps, strict=True)]
        self.version += 1

    def _steps(self, persona: str, vantage: str, tier: int, kind: int, doubt: float = 0.0) -> list[float]:
        """What one such check adds to each hypothesis, in nats; a persona is of one tier."""
        steps = self._steps_of.get((persona, vantage, kind, doubt))
        if steps is None:
            of_tier = self._tier_steps.get((tier, kind, doubt))
            if of_tier is None:
                of_tier = self._tier_steps[tier, kind, doubt] = self._log_ratios(tier, kind, doubt)
            concerned = self._concerned_by(persona, vantage)
            steps = [nats if own else 0.0 for nats, own in zip(of_tier, concerned, strict=True)]
            self._steps_of[persona, vantage, kind, doubt] = steps
        return steps

    def _log_ratios(self, tier: int, kind: int, doubt: float) -> list[float]:
        usual = doubt + (1.0 - doubt) * self.memory.baseline.rates(tier)[kind]
        cap = FILTER.plain_check_cap_nats if kind in _PLAIN_SPOKEN else FILTER.check_cap_nats
        return [hypothesis.log_ratio(tier, kind, usual, cap) for hypothesis in self.hypotheses]

    def _concerned_by(self, persona: str, vantage: str) -> list[bool]:
        """By hypothesis, whether checks of this persona from this vantage tell anything about it."""
        known = self._concerned.get((persona, vantage))
        if known is None:
            known = self._concerned[persona, vantage] = [
                not h.only or h.only == (vantage if h.mode is FailureMode.VANTAGE else persona)
                for h in self.hypotheses
            ]
        return known


def _shares(nuisance: float, scores: dict[Cause, float]) -> tuple[float, dict[Cause, float]]:
    """The probabilities of the nuisance and of each cause, from their nats."""
    top = max([nuisance, *scores.values()])
    odds = {cause: math.exp(score - top) for cause, score in scores.items()}
    beside = math.exp(nuisance - top)
    whole = beside + sum(odds.values())
    return beside / whole, {cause: part / whole for cause, part in odds.items()}
