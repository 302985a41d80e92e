"""What else somebody can use while something fails: the components of the same kind that work now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.states import ComponentState
from statuspage.wording.advice import Beside

# What a risk engine or a policy does to one method it mostly does to those of the same group, too.
BY_GROUP = frozenset({Cause.RISK_CONTROL, Cause.POLICY_CHANGE})


class Concerning(Protocol):
    """An incident: the slugs of all its components, and of those that fail now."""

    @property
    def components(self) -> Collection[str]: ...
    @property
    def affected(self) -> Collection[str]: ...


def concerned_by(incident: Concerning) -> Collection[str]:
    """The components that an open incident speaks of now: what fails, and all where nothing does yet."""
    return incident.affected or incident.components


def troubled_by(incidents: Iterable[Concerning], works: Iterable[Collection[str]]) -> frozenset[str]:
    """The components of which anything is open, or which are worked on by plan now (``works``)."""
    concerned = [concerned_by(incident) for incident in incidents]
    return frozenset(slug for slugs in (*concerned, *works) for slug in slugs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A component as advice weighs it: ``name`` outside its group, ``troubled`` where anything is open."""

    slug: str
    name: Bilingual
    kind: ComponentKind
    group: str = ""
    state: ComponentState = ComponentState.OPERATIONAL
    troubled: bool = False

    @property
    def works(self) -> bool:
        """Whether it may be named to somebody who needs another."""
        return self.state is ComponentState.OPERATIONAL and not self.troubled


def kinds_of(slugs: Collection[str], ways: Iterable[Way]) -> frozenset[ComponentKind]:
    """What these components are for."""
    return frozenset(way.kind for way in ways if way.slug in slugs)


def beside(
    slugs: Collection[str], ways: Iterable[Way], *, cause: Cause | None
) -> dict[ComponentKind, Beside]:
    """What there is of each kind besides the components ``slugs``, of which ``cause`` holds."""
    known = tuple(ways)
    groups = {way.group for way in known if way.slug in slugs and way.group} if cause in BY_GROUP else set()
    others = [way for way in known if way.slug not in slugs and way.group not in groups]
    return {kind: _summed([way for way in others if way.kind is kind]) for kind in ComponentKind}


def _summed(ways: list[Way]) -> Beside:
    unknown = [way for way in ways if way.state is ComponentState.UNKNOWN]
    working = [way for way in ways if way.works]
    return Beside(
        working=tuple(way.name for way in working),
        unknown=len(unknown),
        failing=len(ways) - len(unknown) - len(working),
    )
