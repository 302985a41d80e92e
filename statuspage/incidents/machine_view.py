"""What the machine concludes of an incident, kept beside what is told, whoever leads it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter

import msgspec

from probes.vocabulary.causes import Cause, Impact
from statuspage.analysis.values import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineView:
    """Its newest verdict, if there was any, and since when no detector follows it any more, if so."""

    verdict: Verdict | None = None
    lost_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldNow:
    """What the public is told of an incident, as far as a machine could say the same."""

    cause: Cause
    impact: Impact
    components: frozenset[str]
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """How the machine's view differs from what a person tells; empty where it does not."""

    at: datetime
    over_since: datetime | None = None  # it sees that it ended; it is told as going on
    goes_on: bool = False  # it sees it go on; it is told as over
    lost_at: datetime | None = None  # it follows it no longer
    cause: Cause | None = None
    impact: Impact | None = None
    components: tuple[str, ...] = ()

    @property
    def matters(self) -> bool:
        """Whether there is anything that whoever leads should look at."""
        return bool(
            self.over_since or self.goes_on or self.lost_at or self.cause or self.impact or self.components
        )


def view_from_json(stored: object) -> MachineView:
    """The view that was stored; an empty one where there is none."""
    return msgspec.convert(stored or {}, MachineView)


def view_to_json(view: MachineView) -> dict[str, object]:
    """As it is stored."""
    stored: dict[str, object] = msgspec.to_builtins(view)
    return stored


def joined(verdict: Verdict, others: Sequence[Verdict]) -> Verdict:
    """One verdict of an incident and those that were merged into it.

    It lasts from the first start to the last end, is as bad as the worst and of all their components; its
    cause, how sure that is and the evidence are its own.
    """
    if not others:
        return verdict
    every = [verdict, *others]
    ends = [each.resolved_at for each in every]
    return replace(
        verdict,
        at=max(each.at for each in every),
        components=_all(each.components for each in every),
        affected=_all(each.affected for each in every if each.resolved_at is None),
        impact=max((each.impact for each in every), key=attrgetter("rank")),
        started_at=min(each.started_at for each in every),
        resolved_at=None if None in ends else max(end for end in ends if end is not None),
    )


def without(verdict: Verdict, slugs: Iterable[str]) -> Verdict:
    """The verdict without components that have an incident of their own; one is left in any case."""
    gone = frozenset(slugs)
    kept = tuple(slug for slug in verdict.components if slug not in gone)
    if not gone or not kept:
        return verdict
    return replace(
        verdict, components=kept, affected=tuple(slug for slug in verdict.affected if slug not in gone)
    )


def disagreement(
    told: ToldNow, *, verdict: Verdict | None, lost_at: datetime | None = None
) -> Disagreement | None:
    """How the machine sees otherwise what a person tells; None where it has no view.

    ``lost_at`` is since when no detector follows it any more.
    """
    if verdict is None:
        return None
    over = verdict.resolved_at is not None
    if told.over or over or lost_at is not None:
        return Disagreement(
            at=verdict.at,
            over_since=None if told.over else verdict.resolved_at,
            goes_on=told.over and not over and lost_at is None,
            lost_at=None if told.over or over else lost_at,
        )
    return Disagreement(
        at=verdict.at,
        cause=None if verdict.cause is told.cause else verdict.cause,
        impact=None if verdict.impact is told.impact else verdict.impact,
        components=tuple(slug for slug in verdict.affected if slug not in told.components),
    )


def _all(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(slug for group in groups for slug in group))
