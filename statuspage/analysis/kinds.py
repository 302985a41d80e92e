"""The few kinds of answer that the hypotheses speak of, and which check is of which kind."""

import msgspec

from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.observations import Check
from probes.vocabulary.outcomes import Family, Outcome
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.values import Observed

KINDS = 10
ACCEPTED, SLOW, SPOKEN, BARE, SILENT, RISK, POLICY, MAINTENANCE, AMBIGUOUS, PAYER = range(KINDS)
# These say nothing of the service by themselves: what was not asked, and where we may be at fault ourselves.
IGNORED, WRONG_REQUEST, UNAUTHENTICATED, THROTTLED = -1, -2, -3, -4

TROUBLED = frozenset({SLOW, SPOKEN, BARE, SILENT})
REFUSED = frozenset({RISK, POLICY, AMBIGUOUS, PAYER})
# What a frozen account meets.
OF_ACCOUNT = frozenset({RISK, AMBIGUOUS, PAYER})
# What a vantage with trouble of its own makes of good answers.
SELF_MADE = frozenset({SILENT, SLOW})
EXCLUSION_OF = {
    WRONG_REQUEST: Exclusion.MISCONFIGURED,
    UNAUTHENTICATED: Exclusion.UNAUTHENTICATED,
    THROTTLED: Exclusion.THROTTLED,
}

TIERS = (RiskTier.LOW, RiskTier.ELEVATED, RiskTier.HIGH)
TIER_INDEX = {tier: index for index, tier in enumerate(TIERS)}

_SAMPLE_CHARACTERS = 120
# Codes that whoever read an answer gave it, not who answered.
_OF_READER = frozenset(
    {
        "EMPTY_BODY",
        "MALFORMED_BODY",
        "TRUNCATED_BODY",
        "BODY_TOO_LARGE",
        "MISSING_FIELD",
        "FOREIGN_BODY",
        "CHANGED_PAGE",
        "UNEXPECTED_STATUS",
        "UNEXPECTED_TEXT",
    }
)

_BY_FAMILY = {
    Family.ACCEPTED: ACCEPTED,
    Family.RISK: RISK,
    Family.POLICY: POLICY,
    Family.MAINTENANCE: MAINTENANCE,
    Family.AMBIGUOUS: AMBIGUOUS,
    Family.PAYER: PAYER,
    Family.OURS: IGNORED,
}
_BY_OUTCOME = {
    outcome: SILENT if outcome.family is Family.TECHNICAL else _BY_FAMILY[outcome.family]
    for outcome in Outcome
}
_BY_OUTCOME[Outcome.SLOW] = SLOW
_BY_OUTCOME[Outcome.MISCONFIGURED] = WRONG_REQUEST
_BY_OUTCOME[Outcome.UNAUTHENTICATED] = UNAUTHENTICATED
_BY_OUTCOME[Outcome.THROTTLED] = THROTTLED
_ACCEPTED = Outcome.ACCEPTED


def kind_of(observed: Observed, slow_ms: float) -> int:
    """The kind of one check; ``slow_ms`` is the latency beyond which an accepted answer crawled."""
    outcome, check = observed.outcome, observed.check
    # Almost every check; to look an enum's member up takes its hash, which Python works out.
    kind = ACCEPTED if outcome is _ACCEPTED else _BY_OUTCOME[outcome]
    if kind == ACCEPTED:
        return SLOW if check.latency_ms is not None and check.latency_ms > slow_ms else ACCEPTED
    return technical_kind(check) if kind == SILENT else kind


def technical_kind(check: Check) -> int:
    """The kind of a technical failure.

    It is *spoken* where the endpoint itself said so with a code or in Chinese (as a masked refusal does),
    *bare* where some HTTP server did or the answer was not one, *silent* where nothing came back.
    """
    if check.http_status is None:
        return SILENT
    message = check.message
    spoken = check.code not in _OF_READER and (check.code or not (message.isascii() or "<" in message))
    return SPOKEN if spoken else BARE


def is_success(check: Check) -> bool:
    """Whether an answer claims success by its status."""
    return check.http_status is not None and check.http_status // 100 == 2


class Viewpoint(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """From where and as whom a probe looks at a component; a control looks at none."""

    component: str | None
    persona: str
    vantage: str
    tier: int


class Seen(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A component's check as the hypotheses see it; ``at`` in epoch seconds."""

    view: Viewpoint
    kind: int
    at: float
    observed: Observed

    def sample(self) -> str:
        """The raw answer, such as "403 RULE_LIMIT 当前交易存在风险", as evidence."""
        check = self.observed.check
        message = check.message[:_SAMPLE_CHARACTERS]
        parts = [check.error or "", str(check.http_status or ""), check.code, message]
        return " ".join(part for part in parts if part)
