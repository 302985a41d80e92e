"""What is wrong with the instrument: cut-off vantages, frozen accounts, probes that never worked."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

import msgspec

from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.observations import Check, WatchedProbe
from statuspage.analysis.company import Company, stands_alone
from statuspage.analysis.frozen_here import (
    Run,
    Telling,
    drained,
    newly_frozen,
    note_run,
    settled_checks,
    suspects,
    telling_runs,
    watched_runs,
)
from statuspage.analysis.kinds import ACCEPTED, OF_ACCOUNT, REFUSED, SELF_MADE, TROUBLED, Viewpoint
from statuspage.analysis.model import INSTRUMENT, LATENCY
from statuspage.analysis.probe_memory import ProbeMemory
from statuspage.analysis.values import ExcludedCheck

_Doubtful: TypeAlias = dict[str, list[tuple[str, datetime]]]

_LOOK_BACK = timedelta(seconds=INSTRUMENT.look_back_seconds)
_MOST_LOOK_BACK = timedelta(seconds=INSTRUMENT.most_look_back_seconds)


class ControlMemory(msgspec.Struct):
    """A vantage's controls: nats for "cut off", the share of late that failed or crawled, latencies."""

    level: float = 0.0
    spoilt_share: float = 0.0
    usual_ms: float = 0.0
    recent_ms: float = 0.0
    latencies: int = 0


_NO_CONTROLS = ControlMemory()


class InstrumentMemory(msgspec.Struct):
    """Levels in nats: of components' checks by vantage, and by persona; ``probes`` by slug.

    ``vantages`` are of "cut off", ``halves`` of "half of it is lost"; ``last_failed`` is the component
    that failed last, ``silent`` are those from which nothing came in time since anything last did.

    ``doubtful`` are the checks (probe and time), by vantage and by persona, that raised its level since that
    left zero; ``beside`` counts the good answers of other vantages since then, ``company`` how others fared,
    by suspected persona and component. ``guilty_since`` (epoch seconds) is when a vantage was found lost, or
    a persona frozen. ``put_out`` are personas that are frozen beyond doubt: left out until they are accepted
    again, whatever befalls the others. ``runs`` are the refusals by component and persona.
    """

    controls: dict[str, ControlMemory] = {}
    vantages: dict[str, float] = {}
    halves: dict[str, float] = {}
    last_failed: dict[str, str] = {}
    personas: dict[str, float] = {}
    doubtful_vantages: _Doubtful = {}
    doubtful_personas: _Doubtful = {}
    beside: dict[str, dict[str, Company]] = {}
    company: dict[str, dict[str, Company]] = {}
    guilty_since: dict[str, float] = {}
    silent: dict[str, list[str]] = {}
    vouched: set[str] = set()
    put_out: set[str] = set()
    runs: dict[str, dict[str, Run]] = {}
    probes: dict[str, ProbeMemory] = {}


class Instrument:
    """Watches the watchers. All sums are capped, so that loss and return both show within a few checks.

    ``suspect_vantages`` and ``suspect_personas`` may be to blame for what is seen; ``lost`` and ``frozen``
    surely are. Of frozen personas those are ``left_out``, so that their refusals count for nothing, that are
    refused by no wave. ``newly_frozen`` are those, by component and persona, just found frozen at one alone.
    """

    def __init__(
        self,
        memory: InstrumentMemory,
        probes: Iterable[WatchedProbe],
    ) -> None:
        self.memory = memory
        probes = tuple(probes)
        self.vantages = tuple(sorted({probe.vantage for probe in probes}))
        self.with_controls = frozenset(probe.vantage for probe in probes if probe.component is None)
        self.personas = tuple(
            sorted({probe.persona or "" for probe in probes if probe.component is not None})
        )
        memory.probes = {probe.slug: _remembered(memory.probes.get(probe.slug), probe) for probe in probes}
        memory.runs = watched_runs(memory.runs, ((probe.component, probe.persona or "") for probe in probes))
        self.excluded: list[ExcludedCheck] = []
        self.lost: frozenset[str] = frozenset()
        self.suspect_vantages: frozenset[str] = frozenset()
        self.frozen: frozenset[str] = frozenset()
        self.left_out: frozenset[str] = frozenset()
        self.suspect_personas: frozenset[str] = frozenset()
        self.newly_frozen: list[tuple[str, str]] = []
        self._suspects_here = suspects(telling_runs(memory.runs))
        # Whether a good answer moves nothing, because nobody is suspected of anything.
        self.calm = False
        self._moved = True
        self._judge()

    def take_control(self, vantage: str, kind: int, latency_ms: float | None) -> None:
        """Take in a control's check; one that crawls tells as much as one that fails."""
        control = self.memory.controls.setdefault(vantage, ControlMemory())
        troubled = kind in TROUBLED
        if kind == ACCEPTED and latency_ms is not None:
            troubled = self._take_latency(control, latency_ms)
        if not troubled and vantage in self.memory.silent:
            self.memory.vouched.add(vantage)
        control.spoilt_share += (troubled - control.spoilt_share) / INSTRUMENT.recent_controls
        if troubled or control.level:
            control.level = _moved(control.level, up=troubled)
            self._moved = True

    def take_component(self, view: Viewpoint, kind: int, check: Check | None) -> None:
        """Take in a component's check; without ``check`` its kind alone, where that may be our own fault."""
        memory, vantage, persona = self.memory, view.vantage, view.persona
        if memory.company or memory.doubtful_vantages:
            self._keep_company(view, kind)
        if kind in SELF_MADE or memory.silent:
            self._note_silence(view, kind)
        run = None
        if kind in OF_ACCOUNT or view.component in memory.runs:
            run = self._note_run(view, kind, check)
        if kind == ACCEPTED:
            if memory.vantages.get(vantage) or memory.halves.get(vantage):
                self._move_vantage(view, up=False)
                self._moved = True
            if level := memory.personas.get(persona):
                memory.personas[persona] = _moved(level, up=False)
                self._moved = True
            return
        self.calm = False
        troubled = kind in TROUBLED
        self._move_vantage(view, up=troubled)
        if troubled:
            self.doubt_check(vantage, check)
        # An account that is frozen at one component need not be at the others.
        if kind in REFUSED and not (run and run.frozen_since):
            refused = memory.personas.get(persona, 0.0) + INSTRUMENT.refusal_nats[kind]
            memory.personas[persona] = min(INSTRUMENT.cap_nats, refused)
            if check is not None and kind in OF_ACCOUNT:
                _note(memory.doubtful_personas.setdefault(persona, []), check)
        self._moved = True

    def leaves_out(self, view: Viewpoint) -> bool:
        """Whether the account is frozen beyond doubt, everywhere or at this component."""
        if view.persona in self.left_out:
            return True
        run = self.memory.runs.get(view.component or "", {}).get(view.persona)
        return run is not None and run.frozen_since > 0.0

    def suspects_at(self, slug: str) -> frozenset[str]:
        """The personas that may be to blame for what is seen at a component."""
        here = self._suspects_here.get(slug)
        return self.suspect_personas | here if here else self.suspect_personas

    def frozen_personas(self) -> tuple[str, ...]:
        """Those that are frozen everywhere, and with a component's slug those that are so at one."""
        here = {
            f"{persona} ({slug})"
            for slug, runs in self.memory.runs.items()
            for persona, run in runs.items()
            if run.frozen_since and persona not in self.frozen
        }
        return tuple(sorted(self.frozen | here))

    def doubt_check(self, vantage: str, check: Check | None) -> None:
        """Remember a failure that its vantage may turn out to have made."""
        doubtful = self.memory.doubtful_vantages.setdefault(vantage, [])
        if check is not None:
            _note(doubtful, check)

    def exclude(self, check: Check, reason: Exclusion) -> None:
        """Note that a check says nothing of the service."""
        self.excluded.append(ExcludedCheck(probe=check.probe, at=check.at, reason=reason))

    def drain(self) -> tuple[ExcludedCheck, ...]:
        """What was excluded since the last call."""
        excluded, self.excluded = tuple(self.excluded), []
        return excluded

    def doubt(self, vantage: str) -> float:
        """The share (0 to 1) of a vantage's silent or slow checks to expect from its own trouble."""
        if self._unvouched(vantage):
            return INSTRUMENT.doubts[0]
        share = self._known(vantage).spoilt_share + INSTRUMENT.doubt_margin
        return next((doubt for doubt in INSTRUMENT.doubts if share >= doubt), 0.0)

    def _unvouched(self, vantage: str) -> bool:
        """Whether a vantage hears from nobody and no control has yet said whose doing that is."""
        memory = self.memory
        silent = memory.silent.get(vantage, ())
        return (
            len(silent) >= INSTRUMENT.silent_components
            and vantage in self.with_controls
            and vantage not in memory.vouched
        )

    def slowdown(self, vantage: str) -> float:
        """By how much (1 or more) all answers are to be expected later from where controls are late too."""
        control, quick = self._known(vantage), INSTRUMENT.quick_ms
        return min(
            INSTRUMENT.most_slowdown, max(1.0, (control.recent_ms + quick) / (control.usual_ms + quick))
        )

    def misconfigured_probes(self, now: float) -> tuple[str, ...]:
        """The probes that somebody must look after."""
        probes = self.memory.probes
        return tuple(sorted(slug for slug, probe in probes.items() if probe.needs_care(now)))

    def judge(self, now: float) -> None:
        """Decide at a tick which vantages are cut off and which accounts frozen, or may be."""
        memory = self.memory
        if self._moved:
            self._judge()
        if memory.doubtful_vantages:
            self._settle(memory.doubtful_vantages, memory.vantages, self.lost, now)
        if memory.doubtful_personas:
            self._settle(memory.doubtful_personas, memory.personas, self.left_out, now)
        telling = telling_runs(memory.runs) if memory.runs else []
        if telling or self._suspects_here or self.newly_frozen:
            self.newly_frozen = newly_frozen(telling, now)
            self._suspects_here = suspects(telling)
            self._settle_here(telling, now)

    def _judge(self) -> None:
        self._moved = False
        memory, certain = self.memory, INSTRUMENT.certain_nats
        controls = {v: self._known(v).level for v in self.with_controls}
        cut = {v for v, level in controls.items() if level >= INSTRUMENT.plausible_nats}
        alone = _standing_out(memory.vantages, self.vantages, by=INSTRUMENT.plausible_nats)
        half = _standing_out(memory.halves, self.vantages, by=certain)
        self.suspect_vantages = frozenset(cut | alone | half)
        self.lost = frozenset(
            {v for v in cut if controls[v] >= certain or memory.vantages.get(v, 0.0) >= certain}
            | {v for v in alone if memory.vantages[v] >= certain and self._others_are_well(v)}
        )
        apart = _standing_out(memory.personas, self.personas, by=INSTRUMENT.plausible_nats)
        memory.company = {persona: memory.company.get(persona, {}) for persona in apart}
        put_out = {p for p in memory.put_out if memory.personas.get(p, 0.0) >= INSTRUMENT.plausible_nats}
        memory.put_out = put_out
        certainly = {p for p in apart if memory.personas[p] >= certain}
        self.frozen = frozenset(certainly | put_out)
        self.left_out = frozenset(
            {p for p in certainly if stands_alone(memory.company[p], least=INSTRUMENT.telling_answers)}
            | put_out
        )
        # What is left out explains nothing that is seen.
        self.suspect_personas = frozenset(apart) - self.left_out
        self.calm = not any(
            level for levels in (memory.vantages, memory.halves, memory.personas) for level in levels.values()
        )

    def _move_vantage(self, view: Viewpoint, *, up: bool) -> None:
        memory, vantage, slug = self.memory, view.vantage, view.component or ""
        memory.vantages[vantage] = _moved(memory.vantages.get(vantage, 0.0), up=up)
        # What fails at one component again and again is that component's.
        if up and memory.last_failed.get(vantage) == slug:
            return
        half = memory.halves.get(vantage, 0.0)
        memory.halves[vantage] = _moved(half, up=up, pass_nats=INSTRUMENT.half_pass_nats)
        if up:
            memory.last_failed[vantage] = slug

    def _note_run(self, view: Viewpoint, kind: int, check: Check | None) -> Run | None:
        """Note how a check goes on with refusals at its component; gives those of its persona."""
        run = note_run(self.memory.runs, view, kind)
        if run is not None and check is not None:
            _note(run.checks, check)
        return run

    def _note_silence(self, view: Viewpoint, kind: int) -> None:
        """Note from how many components nothing comes back in time; one answer that does ends it."""
        memory, slug = self.memory, view.component or ""
        if kind not in SELF_MADE:
            memory.silent.pop(view.vantage, None)
            memory.vouched.discard(view.vantage)
        elif slug not in (known := memory.silent.setdefault(view.vantage, [])):
            known.append(slug)

    def _keep_company(self, view: Viewpoint, kind: int) -> None:
        """Note how a check fared beside suspected vantages, and accounts that a risk engine would look at."""
        memory, slug, bad = self.memory, view.component or "", kind in TROUBLED
        for vantage in memory.doubtful_vantages:
            if vantage != view.vantage:
                beside = memory.beside.setdefault(vantage, {}).setdefault(slug, Company())
                beside.note(bad=bad)
                beside.fade()
        if view.tier and not bad:
            for persona, company in memory.company.items():
                if persona != view.persona:
                    company.setdefault(slug, Company()).note(bad=kind in OF_ACCOUNT)

    def _others_are_well(self, vantage: str) -> bool:
        """Whether others are answered meanwhile: one that was only asked first does not stand out."""
        beside = self.memory.beside.get(vantage, {})
        answered = sum(others.good for others in beside.values())
        return answered >= INSTRUMENT.answers_beside and stands_alone(beside, least=1)

    def _settle(
        self, doubtful: _Doubtful, levels: dict[str, float], guilty: frozenset[str], now: float
    ) -> None:
        """Exclude what the guilty spoilt, once that is beyond doubt; forget what others are acquitted of."""
        memory = self.memory
        reason = Exclusion.VANTAGE_LOST if doubtful is memory.doubtful_vantages else Exclusion.PERSONA_FROZEN
        for name in list(doubtful):
            if name not in guilty:
                memory.guilty_since.pop(name, None)
                if not levels.get(name):
                    memory.beside.pop(name, None)
                    del doubtful[name]
            elif now - memory.guilty_since.setdefault(name, now) >= INSTRUMENT.settled_seconds:
                checks, doubtful[name] = doubtful[name], []
                if reason is Exclusion.PERSONA_FROZEN:
                    memory.put_out.add(name)
                    checks = sorted({*checks, *drained(memory.runs, name)})
                self._exclude_all(checks, reason)

    def _settle_here(self, telling: Telling, now: float) -> None:
        """Exclude what accounts met that are frozen at one component; each check is excluded once."""
        for persona, checks in settled_checks(telling, now):
            self._exclude_all(checks, Exclusion.PERSONA_FROZEN)
            if doubtful := self.memory.doubtful_personas.get(persona):
                doubtful[:] = [check for check in doubtful if check not in checks]

    def _exclude_all(self, checks: Iterable[tuple[str, datetime]], reason: Exclusion) -> None:
        self.excluded += [ExcludedCheck(probe=probe, at=at, reason=reason) for probe, at in checks]

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


def _remembered(known: ProbeMemory | None, probe: WatchedProbe) -> ProbeMemory:
    """What is known of a probe; nothing, where it is new or was set up anew."""
    return known if known and known.setup == probe.setup else ProbeMemory(setup=probe.setup)


def _note(checks: list[tuple[str, datetime]], check: Check) -> None:
    """Keep a check, and forget those that are too old, many at a time."""
    checks.append((check.probe, check.at))
    if checks[0][1] < check.at - _MOST_LOOK_BACK:
        since = check.at - _LOOK_BACK
        checks[:] = [known for known in checks if known[1] >= since]


def _standing_out(levels: dict[str, float], names: tuple[str, ...], *, by: float) -> set[str]:
    """The one that stands out from all the others ``by`` so many nats, if any does."""
    ranked = sorted(names, key=lambda name: levels.get(name, 0.0), reverse=True)
    if len(ranked) < 2 or levels.get(ranked[0], 0.0) < by:
        return set()
    apart = levels[ranked[0]] - levels.get(ranked[1], 0.0)
    return {ranked[0]} if apart >= by else set()


def _moved(level: float, *, up: bool, pass_nats: float = INSTRUMENT.pass_nats) -> float:
    """A capped sum (CUSUM) after one more check."""
    if up:
        return min(INSTRUMENT.cap_nats, level + INSTRUMENT.fail_nats)
    return max(0.0, level - pass_nats)
