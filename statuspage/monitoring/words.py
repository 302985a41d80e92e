"""What states are called where people read them, to be translated when they are shown."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.symptoms import Product, Symptom
from probes.vocabulary.tiers import RiskTier

OUTCOMES: dict[Outcome, Promise] = {
    Outcome.ACCEPTED: _("accepted"),
    Outcome.TIMEOUT: _("no answer in time"),
    Outcome.CONNECT: _("no connection"),
    Outcome.DNS: _("name not found"),
    Outcome.TLS: _("certificate or encryption fault"),
    Outcome.PROTOCOL: _("broken answer"),
    Outcome.SERVER_ERROR: _("server error"),
    Outcome.BAD_ANSWER: _("empty or wrong answer"),
    Outcome.SLOW: _("too slow"),
    Outcome.DECLINED_RISK: _("refused: risk"),
    Outcome.DECLINED_LIMIT: _("refused: limit"),
    Outcome.DECLINED_POLICY: _("refused: policy"),
    Outcome.DECLINED_FUNDS: _("refused: no funds"),
    Outcome.DECLINED_ACCOUNT: _("refused: account"),
    Outcome.DECLINED_UNKNOWN: _("refused without a reason"),
    Outcome.MAINTENANCE: _("maintenance answer"),
    Outcome.THROTTLED: _("we asked too often"),
    Outcome.MISCONFIGURED: _("our own mistake"),
    Outcome.MISSED: _("not asked"),
}
SYMPTOMS: dict[Symptom, Promise] = {
    Symptom.PAYMENT_FAILURE: _("payments fail"),
    Symptom.RISK_DECLINE: _("refused by risk control"),
    Symptom.MAINTENANCE: _("maintenance"),
    Symptom.POLICY_CLOSURE: _("service withdrawn"),
    Symptom.ACCOUNT_SECURITY: _("fear of theft"),
    Symptom.WORKING: _("it works"),
    Symptom.IRRELEVANT: _("something else"),
}
TIERS: dict[RiskTier, Promise] = {
    RiskTier.LOW: pgettext_lazy("risk tier", "low"),
    RiskTier.ELEVATED: pgettext_lazy("risk tier", "elevated"),
    RiskTier.HIGH: pgettext_lazy("risk tier", "high"),
}
PRODUCTS: dict[Product, Promise] = {
    Product.FENFU: pgettext_lazy("product", "Fenfu"),
    Product.WECHAT_PAY: pgettext_lazy("product", "WeChat Pay"),
    Product.OTHER: pgettext_lazy("product", "another"),
    Product.NONE: pgettext_lazy("product", "none"),
}
