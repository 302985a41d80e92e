"""What can be tapped in the two forms, and what it can mean: the states, and the question made of them."""

from dataclasses import dataclass
from enum import StrEnum

from probes.vocabulary.symptoms import Symptom


class Happened(StrEnum):
    """The second tap: what happened to the reader."""

    FAILED = "failed"
    REFUSED = "refused"
    LIMITED = "limited"
    WITHDRAWN = "withdrawn"
    STOLEN = "stolen"


class Told(StrEnum):
    """The third tap: what the app said."""

    NOTHING = "nothing"
    BUSY = "busy"
    RISK = "risk"
    LIMIT = "limit"
    WORK = "work"
    STOPPED = "stopped"
    FUNDS = "funds"
    ACCOUNT = "account"
    OTHER = "other"


class Explanation(StrEnum):
    """What can be behind it. ``unknown`` is something that neither we nor the answers can see."""

    OUTAGE = "outage"
    MAINTENANCE = "maintenance"
    RISK_CONTROL = "risk_control"
    POLICY_CHANGE = "policy_change"
    ONLY_YOU = "only_you"
    THEFT = "theft"
    UNKNOWN = "unknown"


# The first tap of somebody who paid with something that is not on the page.
ELSEWHERE = "other"

SYMPTOM_OF = {
    Happened.FAILED: Symptom.PAYMENT_FAILURE,
    Happened.REFUSED: Symptom.RISK_DECLINE,
    Happened.LIMITED: Symptom.RISK_DECLINE,
    Happened.WITHDRAWN: Symptom.POLICY_CLOSURE,
    Happened.STOLEN: Symptom.ACCOUNT_SECURITY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Three taps.

    ``component`` is a slug or :data:`ELSEWHERE`; ``sure`` is 1.0 for what was picked, else how certain (0 to
    1) the reading of a pasted message is.
    """

    component: str
    happened: Happened
    said: Told
    sure: float = 1.0
