"""How incidents, maintenances, components, checks and accounts are labelled.

In the admin they are the choices of models; the page has the same, capitalised, but where it says more.
"""

from collections.abc import Mapping

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.origins import Origin
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.states import ComponentState, IncidentStatus, MaintenanceStatus
from probes.vocabulary.symptoms import Product, Symptom
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.values import Certainty
from statuspage.wording.numbers import chance
from statuspage.wording.sentence import Sentence

CAUSES: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence("{outage}", "{outage}"),
    Cause.MAINTENANCE: Sentence("{maintenance}", "{maintenance}"),
    Cause.RISK_CONTROL: Sentence("{risk_control}", "{risk_control}"),
    Cause.POLICY_CHANGE: Sentence("{policy_change}", "{policy_change}"),
}
COMPONENT_STATES: Mapping[ComponentState, Sentence] = {
    ComponentState.OPERATIONAL: Sentence("正常", "operational"),
    ComponentState.DEGRADED: Sentence("性能下降", "degraded performance"),
    ComponentState.PARTIAL: Sentence("部分故障", "partial {outage}"),
    ComponentState.MAJOR: Sentence("严重故障", "major {outage}"),
    ComponentState.MAINTENANCE: Sentence("{maintenance}中", "under {maintenance}"),
    ComponentState.UNKNOWN: Sentence("未知", "unknown"),
}
_ON_THE_PAGE: Mapping[ComponentState, Sentence] = {
    **COMPONENT_STATES,
    ComponentState.DEGRADED: Sentence("部分异常", "partly degraded"),
    ComponentState.UNKNOWN: Sentence("情况不明", "unknown"),
}
INCIDENT_STATUSES: Mapping[IncidentStatus, Sentence] = {
    IncidentStatus.INVESTIGATING: Sentence("调查中", "investigating"),
    IncidentStatus.IDENTIFIED: Sentence("已查明", "identified"),
    IncidentStatus.MONITORING: Sentence("观察中", "monitoring"),
    IncidentStatus.RESOLVED: Sentence("已解决", "resolved"),
    IncidentStatus.POSTMORTEM: Sentence("复盘", "post-mortem"),
}
MAINTENANCE_STATUSES: Mapping[MaintenanceStatus, Sentence] = {
    MaintenanceStatus.SCHEDULED: Sentence("已计划", "scheduled"),
    MaintenanceStatus.IN_PROGRESS: Sentence("进行中", "in progress"),
    MaintenanceStatus.VERIFYING: Sentence("验证中", "verifying"),
    MaintenanceStatus.COMPLETED: Sentence("已完成", "completed"),
    MaintenanceStatus.CANCELLED: Sentence("已取消", "cancelled"),
}
CERTAINTIES: Mapping[Certainty, Sentence] = {
    Certainty.SUSPECTED: Sentence("疑似", "suspected"),
    Certainty.CONFIRMED: Sentence("已证实", "confirmed"),
}
_LIKELY = Sentence("{certainty}（可能性 {share}）", "{certainty} ({share} likely)")
IMPACTS: Mapping[Impact, Sentence] = {
    Impact.NONE: Sentence("无", "none"),
    Impact.MINOR: Sentence("轻微", "minor"),
    Impact.MAJOR: Sentence("严重", "major"),
    Impact.CRITICAL: Sentence("极严重", "critical"),
}
_IMPACTS_ON_THE_PAGE: Mapping[Impact, Sentence] = {
    Impact.NONE: Sentence("无影响", "no impact"),
    Impact.MINOR: Sentence("影响轻微", "minor impact"),
    Impact.MAJOR: Sentence("影响严重", "major impact"),
    Impact.CRITICAL: Sentence("影响极严重", "critical impact"),
}
ORIGINS: Mapping[Origin, Sentence] = {
    Origin.KUMA: Sentence("Uptime Kuma", "Uptime Kuma"),
    Origin.GATUS: Sentence("Gatus", "Gatus"),
    Origin.UPPTIME: Sentence("Upptime", "Upptime"),
    Origin.CSTATE: Sentence("cstate", "cstate"),
    Origin.STATUSPAGE: Sentence("Statuspage", "Statuspage"),
}
TIERS: Mapping[RiskTier, Sentence] = {
    RiskTier.LOW: Sentence("普通", "ordinary"),
    RiskTier.ELEVATED: Sentence("中风险", "medium risk"),
    RiskTier.HIGH: Sentence("高风险", "high risk"),
}
_NAMED_PAYER = Sentence("{name}（{tier}）", "{name}, {tier}")
_PAYERS: Mapping[RiskTier, Sentence] = {
    RiskTier.LOW: Sentence("普通账户", "ordinary accounts"),
    RiskTier.ELEVATED: Sentence("中风险账户", "medium-risk accounts"),
    RiskTier.HIGH: Sentence("高风险账户", "high-risk accounts"),
}
OUTCOMES: Mapping[Outcome, Sentence] = {
    Outcome.ACCEPTED: Sentence("成功", "went through"),
    Outcome.TIMEOUT: Sentence("超时没有回应", "no answer in time"),
    Outcome.CONNECT: Sentence("无法连接", "no connection"),
    Outcome.DNS: Sentence("找不到服务器", "server name not found"),
    Outcome.TLS: Sentence("证书或加密错误", "certificate or encryption error"),
    Outcome.PROTOCOL: Sentence("回应损坏", "garbled answer"),
    Outcome.SERVER_ERROR: Sentence("服务器错误", "server error"),
    Outcome.BAD_ANSWER: Sentence("回应为空或有误", "empty or wrong answer"),
    Outcome.SLOW: Sentence("过慢", "too slow"),
    Outcome.DECLINED_RISK: Sentence("被拒：风险", "declined: risk"),
    Outcome.DECLINED_LIMIT: Sentence("被拒：限额", "declined: limit"),
    Outcome.DECLINED_POLICY: Sentence("被拒：政策", "declined: policy"),
    Outcome.DECLINED_FUNDS: Sentence("被拒：余额不足", "declined: not enough money"),
    Outcome.DECLINED_ACCOUNT: Sentence("被拒：账户", "declined: account"),
    Outcome.DECLINED_UNKNOWN: Sentence("被拒，未说明原因", "declined without a reason"),
    Outcome.MAINTENANCE: Sentence("回应说在{maintenance}", "“under {maintenance}”"),
    Outcome.THROTTLED: Sentence("我们请求过频", "we asked too often"),
    Outcome.UNAUTHENTICATED: Sentence("我们的密钥或时钟不被认可", "our keys or clock not accepted"),
    Outcome.MISCONFIGURED: Sentence("我们自己的差错", "our own mistake"),
    Outcome.MISSED: Sentence("未检测", "not asked"),
}
# Evidence of an outage may be made of such refusals, and then the mistake is not ours.
_OUTCOMES_ON_THE_PAGE: Mapping[Outcome, Sentence] = {
    **OUTCOMES,
    Outcome.MISCONFIGURED: Sentence("被当作无效请求拒绝", "rejected as an invalid request"),
}
EXCLUSIONS: Mapping[Exclusion, Sentence] = {
    Exclusion.VANTAGE_LOST: Sentence("检测地点断网", "the place we asked from was offline"),
    Exclusion.PERSONA_FROZEN: Sentence("测试账户被冻结", "the test account was frozen"),
    Exclusion.MISCONFIGURED: Sentence("我们的请求有误", "our request was wrong"),
    Exclusion.UNAUTHENTICATED: OUTCOMES[Outcome.UNAUTHENTICATED],
    Exclusion.THROTTLED: OUTCOMES[Outcome.THROTTLED],
    Exclusion.STARVED: Sentence("我们的机器过忙", "our own machine was too busy"),
}
SYMPTOMS: Mapping[Symptom, Sentence] = {
    Symptom.PAYMENT_FAILURE: Sentence("付款失败", "payments fail"),
    Symptom.RISK_DECLINE: Sentence("被{risk_control}拒绝", "declined by {risk_control}"),
    Symptom.MAINTENANCE: Sentence("{maintenance}", "{maintenance}"),
    Symptom.POLICY_CLOSURE: Sentence("停止服务", "service no longer offered"),
    Symptom.ACCOUNT_SECURITY: Sentence("担心被盗刷", "worried about theft"),
    Symptom.WORKING: Sentence("可以用", "it works for me"),
    Symptom.IRRELEVANT: Sentence("其他", "something else"),
}
PRODUCTS: Mapping[Product, Sentence] = {
    Product.FENFU: Sentence("分付", "Fenfu"),
    Product.WECHAT_PAY: Sentence("微信支付", "WeChat Pay"),
    Product.OTHER: Sentence("其他", "another"),
    Product.NONE: Sentence("无", "none"),
}
COMPONENT_KINDS: Mapping[ComponentKind, Sentence] = {
    ComponentKind.PAY: Sentence("付款", "paying"),
    ComponentKind.REPAY: Sentence("还款", "repaying"),
    ComponentKind.TRANSFER: Sentence("转账", "transferring"),
    ComponentKind.ACQUIRE: Sentence("商户收款", "taking payments"),
    ComponentKind.LIMIT: Sentence("额度", "credit limit"),
    ComponentKind.OTHER: Sentence("其他", "something else"),
}
_PRODUCTS_ON_THE_PAGE: Mapping[Product, Sentence] = {
    **PRODUCTS,
    Product.OTHER: Sentence("别的产品", "another product"),
    Product.NONE: Sentence("未点名产品", "no product named"),
}


def state(state: ComponentState) -> Bilingual:
    """How a component stands, in one or two words."""
    return _ON_THE_PAGE[state].say().capitalised()


def status(status: IncidentStatus | MaintenanceStatus) -> Bilingual:
    """Where an incident or a maintenance stands."""
    if isinstance(status, IncidentStatus):
        return INCIDENT_STATUSES[status].say().capitalised()
    return MAINTENANCE_STATUSES[status].say().capitalised()


def sureness(certainty: Certainty, confidence: float) -> Bilingual:
    """Whether it is only suspected, and then how likely: what is confirmed needs no number beside it."""
    told = CERTAINTIES[certainty].say().capitalised()
    if certainty is Certainty.CONFIRMED:
        return told
    return _LIKELY.say(certainty=told, share=chance(confidence))


def impact(impact: Impact) -> Bilingual:
    """How bad an incident is."""
    return _IMPACTS_ON_THE_PAGE[impact].say()


def origin(origin: Origin) -> Bilingual:
    """The tool that something was brought over from."""
    return ORIGINS[origin].say()


def payers(tier: RiskTier) -> Bilingual:
    """Test payers by how a risk engine would rate them."""
    return _PAYERS[tier].say()


def named_payer(name: Bilingual, tier: RiskTier) -> Bilingual:
    """One test payer, with how a risk engine would rate it."""
    return _NAMED_PAYER.say(name=name, tier=TIERS[tier].say())


def outcome(outcome: Outcome) -> Bilingual:
    """What came of a check, in words that who pays knows."""
    return _OUTCOMES_ON_THE_PAGE[outcome].say()


def symptom(symptom: Symptom) -> Bilingual:
    """What a user's post complains of."""
    return SYMPTOMS[symptom].say()


def product(product: Product) -> Bilingual:
    """What a user's post is about."""
    return _PRODUCTS_ON_THE_PAGE[product].say()
