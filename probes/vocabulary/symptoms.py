"""What users' posts complain of, and of which product."""

from collections.abc import Mapping
from enum import StrEnum

from probes.vocabulary.causes import Cause


class Symptom(StrEnum):
    """What a user's post complains of."""

    PAYMENT_FAILURE = "payment_failure"
    RISK_DECLINE = "risk_decline"
    MAINTENANCE = "maintenance"
    POLICY_CLOSURE = "policy_closure"
    ACCOUNT_SECURITY = "account_security"
    WORKING = "working"
    IRRELEVANT = "irrelevant"

    @property
    def complains(self) -> bool:
        """Whether it says that something is wrong."""
        return self not in _CALM

    @property
    def cause(self) -> Cause | None:
        """The cause of incidents that it speaks for, if it speaks for one."""
        return _CAUSES.get(self)

    @classmethod
    def of(cls, cause: Cause) -> "Symptom":
        """What people complain of where ``cause`` holds; the inverse of :attr:`cause`."""
        return _SYMPTOMS[cause]


_CALM = frozenset({Symptom.WORKING, Symptom.IRRELEVANT})
_CAUSES: Mapping[Symptom, Cause] = {
    Symptom.PAYMENT_FAILURE: Cause.OUTAGE,
    Symptom.RISK_DECLINE: Cause.RISK_CONTROL,
    Symptom.MAINTENANCE: Cause.MAINTENANCE,
    Symptom.POLICY_CLOSURE: Cause.POLICY_CHANGE,
}
_SYMPTOMS = {cause: symptom for symptom, cause in _CAUSES.items()}
COMPLAINTS = tuple(symptom for symptom in Symptom if symptom.complains)


class Product(StrEnum):
    """What a user's post is about."""

    FENFU = "fenfu"
    WECHAT_PAY = "wechat_pay"
    OTHER = "other"
    NONE = "none"
