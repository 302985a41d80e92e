"""What can come of a check, and what kind of trouble each outcome speaks of."""

from enum import StrEnum


class Family(StrEnum):
    """The kind of trouble that an outcome speaks of."""

    ACCEPTED = "accepted"
    TECHNICAL = "technical"
    RISK = "risk"
    POLICY = "policy"
    MAINTENANCE = "maintenance"
    PAYER = "payer"  # the payer's own: no money, a closed account
    AMBIGUOUS = "ambiguous"  # a refusal without a reason: lowers confidence, picks no side
    OURS = "ours"  # our own fault or limit: never an incident

    @property
    def counts(self) -> bool:
        """Whether such a check says anything about the service, so that it belongs into a ratio."""
        return self not in (Family.OURS, Family.PAYER)


class Outcome(StrEnum):
    """What came of one check."""

    ACCEPTED = "accepted"
    TIMEOUT = "timeout"
    CONNECT = "connect"
    DNS = "dns"
    TLS = "tls"
    PROTOCOL = "protocol"
    SERVER_ERROR = "server_error"
    BAD_ANSWER = "bad_answer"
    SLOW = "slow"
    DECLINED_RISK = "declined_risk"
    DECLINED_LIMIT = "declined_limit"
    DECLINED_POLICY = "declined_policy"
    DECLINED_FUNDS = "declined_funds"
    DECLINED_ACCOUNT = "declined_account"
    DECLINED_UNKNOWN = "declined_unknown"
    MAINTENANCE = "maintenance"
    THROTTLED = "throttled"
    # Our keys, signature, certificate or clock are refused, or cannot tell us whether an answer is theirs.
    UNAUTHENTICATED = "unauthenticated"
    # Any other "your request is wrong" or "not here".
    MISCONFIGURED = "misconfigured"
    MISSED = "missed"

    @property
    def family(self) -> Family:
        return FAMILY_OF[self]


FAMILY_OF: dict[Outcome, Family] = {
    Outcome.ACCEPTED: Family.ACCEPTED,
    Outcome.TIMEOUT: Family.TECHNICAL,
    Outcome.CONNECT: Family.TECHNICAL,
    Outcome.DNS: Family.TECHNICAL,
    Outcome.TLS: Family.TECHNICAL,
    Outcome.PROTOCOL: Family.TECHNICAL,
    Outcome.SERVER_ERROR: Family.TECHNICAL,
    Outcome.BAD_ANSWER: Family.TECHNICAL,
    Outcome.SLOW: Family.TECHNICAL,
    Outcome.DECLINED_RISK: Family.RISK,
    Outcome.DECLINED_LIMIT: Family.RISK,
    Outcome.DECLINED_POLICY: Family.POLICY,
    Outcome.DECLINED_FUNDS: Family.PAYER,
    Outcome.DECLINED_ACCOUNT: Family.PAYER,
    Outcome.DECLINED_UNKNOWN: Family.AMBIGUOUS,
    Outcome.MAINTENANCE: Family.MAINTENANCE,
    Outcome.THROTTLED: Family.OURS,
    Outcome.UNAUTHENTICATED: Family.OURS,
    Outcome.MISCONFIGURED: Family.OURS,
    Outcome.MISSED: Family.OURS,
}
