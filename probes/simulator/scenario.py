"""A scenario: what goes wrong in the pretended world, when, for whom and how badly."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from math import ceil, inf

import msgspec

from probes.vocabulary.causes import Cause
from probes.vocabulary.tiers import RiskTier


class ScenarioKind(StrEnum):
    """What can happen."""

    OUTAGE = "outage"
    RISK_WAVE = "risk-wave"
    POLICY = "policy"
    MAINTENANCE = "maintenance"
    VANTAGE_LOST = "vantage-lost"
    FROZEN_PERSONA = "frozen-persona"
    KEY_EXPIRED = "key-expired"
    FESTIVAL = "festival"
    CHATTER = "chatter"
    HEARD_ONLY = "heard-only"
    COPY_PASTE = "copy-paste"


_CAUSES: dict[ScenarioKind, Cause] = {
    ScenarioKind.OUTAGE: Cause.OUTAGE,
    ScenarioKind.RISK_WAVE: Cause.RISK_CONTROL,
    ScenarioKind.POLICY: Cause.POLICY_CHANGE,
    ScenarioKind.MAINTENANCE: Cause.MAINTENANCE,
}

# The first is the default. An empty tuple: this kind has no flavours.
FLAVOURS: dict[ScenarioKind, tuple[str, ...]] = {
    ScenarioKind.OUTAGE: (
        "mixed", "timeout", "connect", "tls", "protocol", "server-error", "bad-gateway", "unavailable",
        "busy", "bank", "empty", "no-route", "crawl",
    ),
    ScenarioKind.RISK_WAVE: ("explicit", "gentle", "masked", "everyone"),
    ScenarioKind.POLICY: (),
    ScenarioKind.MAINTENANCE: ("told", "bare", "mixed"),
    ScenarioKind.VANTAGE_LOST: ("everything", "provider"),
    ScenarioKind.FROZEN_PERSONA: (),
    ScenarioKind.KEY_EXPIRED: (),
    ScenarioKind.FESTIVAL: (),
    ScenarioKind.CHATTER: ("banter", "article", "adverts"),
    ScenarioKind.HEARD_ONLY: (),
    ScenarioKind.COPY_PASTE: (),
}  # fmt: skip


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that goes wrong, once or again and again.

    Times are seconds: ``starts_s`` since 1970, the others are lengths. ``lasts_s`` may be infinite;
    ``every_s`` repeats it without end. Empty ``components``, ``personas`` and ``vantages`` mean all of them.
    ``intensity`` (0 to 1) is the share of calls that it touches; ``ramp_s`` lets it grow to that. ``on_s``
    and ``off_s`` let it come and go. A maintenance window with ``announced_s`` is told that long before, with
    ``withdrawn_s`` called off that long before its start (and does not happen), and with ``overruns_s`` lasts
    that much longer than was said (less: it is over earlier). ``heard_cause`` is what the posts of a
    ``heard-only`` wave speak of, ``posts`` how many people post compared with the usual crowd. ``must`` is
    false for what is too small to demand that it be found.
    """

    id: str
    kind: ScenarioKind
    starts_s: float
    lasts_s: float = inf
    every_s: float | None = None
    components: tuple[str, ...] = ()
    tiers: tuple[RiskTier, ...] = ()
    personas: tuple[str, ...] = ()
    vantages: tuple[str, ...] = ()
    intensity: float = 1.0
    flavour: str = ""
    ramp_s: float = 0.0
    on_s: float = 0.0
    off_s: float = 0.0
    announced_s: float | None = None
    withdrawn_s: float | None = None
    overruns_s: float = 0.0
    heard_cause: Cause | None = None
    posts: float = 1.0
    must: bool = True

    @property
    def cause(self) -> Cause | None:
        """The cause of the incident that it makes; None for what makes none, such as a lost vantage."""
        return self.heard_cause if self.kind is ScenarioKind.HEARD_ONLY else _CAUSES.get(self.kind)

    @property
    def manner(self) -> str:
        """Its flavour, where it has one, or the first of its kind."""
        return self.flavour or next(iter(FLAVOURS[self.kind]), "")

    @property
    def happens(self) -> bool:
        """False for a window that was called off."""
        return self.withdrawn_s is None


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """One time that a scenario happens: from ``starts_s`` to before ``ends_s`` (infinite: forever)."""

    scenario: Scenario
    number: int
    starts_s: float
    ends_s: float

    @property
    def id(self) -> str:
        return self.scenario.id if self.scenario.every_s is None else f"{self.scenario.id}-{self.number + 1}"

    @property
    def window_ends_s(self) -> float:
        """When a maintenance window was announced to end."""
        return self.starts_s + self.scenario.lasts_s

    def is_on(self, second: float) -> bool:
        """Whether it lasts at this moment."""
        return self.starts_s <= second < self.ends_s

    def depth(self, second: float) -> float:
        """How much of the full intensity has been reached at this moment, 0 to 1."""
        scenario = self.scenario
        if scenario.on_s > 0 and (second - self.starts_s) % (scenario.on_s + scenario.off_s) >= scenario.on_s:
            return 0.0
        if scenario.ramp_s <= 0:
            return 1.0
        return min(1.0, (second - self.starts_s) / scenario.ramp_s)


def occurrences(
    scenario: Scenario, since_s: float, until_s: float, cuts: Mapping[tuple[str, int], float]
) -> Iterator[Occurrence]:
    """The times that ``scenario`` is on somewhere in [since, until); ``cuts`` ended some of them early."""
    length = scenario.lasts_s + scenario.overruns_s
    every = scenario.every_s
    number = 0
    if every is not None and length < inf:
        number = max(0, ceil((since_s - scenario.starts_s - length) / every))
    while True:
        starts = scenario.starts_s + (every or 0.0) * number
        if starts >= until_s:
            return
        ends = min(starts + length, cuts.get((scenario.id, number), inf))
        if ends > since_s and ends > starts:
            yield Occurrence(scenario=scenario, number=number, starts_s=starts, ends_s=ends)
        if every is None:
            return
        number += 1


def moment(second: float) -> datetime:
    """Seconds since 1970 as an aware datetime."""
    return datetime.fromtimestamp(second, UTC)
