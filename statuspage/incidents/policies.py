"""What is told when: by cause and component, at once, after some minutes, or only by a person. Pure rules.

They concern what is told, never what is concluded: the machine's verdict stays what it is.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from probes.vocabulary.causes import Cause
from probes.vocabulary.publishing import Confirmation, Mode

# Somebody on duty has this long to stop a word that many people would act on.
CONFIRM_AFTER_MINUTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When something that the machine concluded is told; ``minutes`` count for ``Mode.AFTER`` alone."""

    mode: Mode = Mode.AT_ONCE
    minutes: int = 0

    def due(self, known_at: datetime) -> datetime | None:
        """When it is told that is known since ``known_at``; None where only a person tells it."""
        if self.mode is Mode.BY_PERSON:
            return None
        return known_at + timedelta(minutes=self.minutes if self.mode is Mode.AFTER else 0)

    @property
    def caution(self) -> tuple[bool, int]:
        """By it timings compare: what comes later, or from a person alone, is the more cautious."""
        return self.mode is Mode.BY_PERSON, self.minutes if self.mode is Mode.AFTER else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When an incident is told at all (``tell``) and when as sure (``confirm``)."""

    tell: Timing = Timing()
    confirm: Timing = Timing()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRule:
    """A policy for one cause, of one component by its slug or, where that is None, of all."""

    cause: Cause
    component: str | None
    policy: Policy


_AT_ONCE = Policy()
# What is said of somebody's risk checks or decisions is said of others: a person may look first.
_SUSPECTED_FIRST = Policy(confirm=Timing(mode=Mode.AFTER, minutes=CONFIRM_AFTER_MINUTES))
DEFAULTS: Mapping[Cause, Policy] = {
    Cause.OUTAGE: _AT_ONCE,
    Cause.MAINTENANCE: _AT_ONCE,
    Cause.RISK_CONTROL: _SUSPECTED_FIRST,
    Cause.POLICY_CHANGE: _SUSPECTED_FIRST,
}


def policy_of(cause: Cause, component: str, rules: Iterable[PolicyRule]) -> Policy:
    """The policy of one component: its own rule before that of all components before the default."""
    found = {rule.component: rule.policy for rule in rules if rule.cause is cause}
    return found.get(component) or found.get(None) or DEFAULTS[cause]


def policy_for(cause: Cause, components: Collection[str], rules: Iterable[PolicyRule]) -> Policy:
    """The policy of an incident: of those of its components, the most cautious, each moment by itself."""
    known = tuple(rules)
    policies = [policy_of(cause, slug, known) for slug in components] or [policy_of(cause, "", known)]
    caution = attrgetter("caution")
    return Policy(
        tell=max((policy.tell for policy in policies), key=caution),
        confirm=max((policy.confirm for policy in policies), key=caution),
    )


def sure_since(
    confirmed_at: datetime | None,
    *,
    timing: Timing,
    confirmation: Confirmation,
    told_since: datetime | None,
    at: datetime,
    over: bool,
) -> datetime | None:
    """Since when the public is told at ``at`` that an incident is sure; None: it is told as suspected.

    ``confirmed_at`` is since when the machine is sure, ``told_since`` since when it is told so already, which
    is not taken back. What is over (``over``) before its minutes have passed is told as it was: nobody
    stopped it.
    """
    at_once = timing.mode is Mode.AT_ONCE
    if told_since is not None:
        return confirmed_at if at_once and confirmed_at is not None else told_since
    if confirmation is Confirmation.GIVEN:
        return at
    if confirmed_at is None or confirmation is Confirmation.HELD:
        return None
    due = timing.due(confirmed_at)
    if due is None:
        return None
    if at_once or at >= due:
        return due
    return at if over else None
