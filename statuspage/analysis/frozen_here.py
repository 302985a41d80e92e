"""Accounts that one component alone refuses, always, while it accepts their equals."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

import msgspec

from statuspage.analysis.company import Company
from statuspage.analysis.kinds import ACCEPTED, OF_ACCOUNT, SLOW, Viewpoint
from statuspage.analysis.model import INSTRUMENT

Checks: TypeAlias = list[tuple[str, datetime]]

_SUCCESSES = frozenset({ACCEPTED, SLOW})


class Run(msgspec.Struct):
    """Refusals of one persona by one component, without one acceptance between them.

    ``level`` (nats) says how surely the account is frozen, if its equals are well; ``equals`` is how others
    of its tier and above fared there meanwhile. ``frozen_since`` (epoch seconds) is 0 until it is found
    frozen; from then on it is, until it is accepted. ``checks`` (probe and time) are not excluded yet.
    """

    tier: int
    level: float = 0.0
    equals: Company = msgspec.field(default_factory=Company)
    frozen_since: float = 0.0
    checks: Checks = []

    @property
    def suspect(self) -> bool:
        """Whether the account may be to blame for what is seen; what is left out explains nothing."""
        return not self.frozen_since and self._stands_out(
            INSTRUMENT.plausible_nats, INSTRUMENT.answers_beside
        )

    @property
    def certain(self) -> bool:
        return self._stands_out(INSTRUMENT.certain_nats, INSTRUMENT.telling_answers)

    def _stands_out(self, nats: float, answers: int) -> bool:
        return self.level >= nats and self.equals.answers >= answers and self.equals.well


Runs: TypeAlias = dict[str, dict[str, Run]]
# Component, persona and run.
Telling: TypeAlias = list[tuple[str, str, Run]]


def note_run(runs: Runs, view: Viewpoint, kind: int) -> Run | None:
    """Take in a check of a component; the run that it goes on with. Runs go by component and persona."""
    slug, persona = view.component or "", view.persona
    here = runs.get(slug)
    if here:
        _note_equals(here, view, kind)
    if kind in OF_ACCOUNT:
        run = runs.setdefault(slug, {}).setdefault(persona, Run(tier=view.tier))
        run.level = min(INSTRUMENT.cap_nats, run.level + INSTRUMENT.refusal_nats[kind])
        return run
    if here and kind in _SUCCESSES and here.pop(persona, None) is not None and not here:
        del runs[slug]
    return None


def _note_equals(here: Mapping[str, Run], view: Viewpoint, kind: int) -> None:
    if kind not in _SUCCESSES and kind not in OF_ACCOUNT:
        return
    for persona, run in here.items():
        if persona != view.persona and view.tier >= run.tier:
            run.equals.note(bad=kind in OF_ACCOUNT)
            run.equals.fade()


def telling_runs(runs: Runs) -> Telling:
    """Those of so many refusals that they may be no chance."""
    return [
        (slug, persona, run)
        for slug, here in runs.items()
        for persona, run in here.items()
        if run.level >= INSTRUMENT.plausible_nats
    ]


def suspects(telling: Telling) -> dict[str, frozenset[str]]:
    """By component, the personas that may be frozen there."""
    found: dict[str, frozenset[str]] = {}
    for slug, persona, run in telling:
        if run.suspect:
            found[slug] = found.get(slug, frozenset()) | {persona}
    return found


def newly_frozen(telling: Telling, now: float) -> list[tuple[str, str]]:
    """Component and persona of those that are now found frozen."""
    found = [told for told in telling if not told[2].frozen_since and told[2].certain]
    for _, _, run in found:
        run.frozen_since = now
    return [(slug, persona) for slug, persona, _ in found]


def settled_checks(telling: Telling, now: float) -> list[tuple[str, Checks]]:
    """Persona and checks, each given once, of what was found frozen long enough ago."""
    return [
        (persona, _taken(run))
        for _, persona, run in telling
        if run.checks and run.frozen_since and now - run.frozen_since >= INSTRUMENT.settled_seconds
    ]


def drained(runs: Runs, persona: str) -> Checks:
    """All checks of a persona's runs that were not given before."""
    return [check for here in runs.values() if persona in here for check in _taken(here[persona])]


def _taken(run: Run) -> Checks:
    checks, run.checks = run.checks, []
    return checks


def watched_runs(runs: Runs, watched: Iterable[tuple[str | None, str]]) -> Runs:
    """Without those of components and personas that are not ``watched`` any more."""
    known = set(watched)
    kept = {
        slug: {persona: run for persona, run in here.items() if (slug, persona) in known}
        for slug, here in runs.items()
    }
    return {slug: here for slug, here in kept.items() if here}
