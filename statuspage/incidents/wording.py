"""What is said of an incident, in both languages and plain words: titles and the updates of its timeline."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from probes.vocabulary.causes import Cause, Impact
from statuspage.analysis.values import Certainty, Evidence
from statuspage.incidents.language import NOTHING, Bilingual, length, moment, names_of
from statuspage.incidents.transitions import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An incident as it is to be told at ``at``. ``affected`` are the names of what fails now."""

    at: datetime
    zone: tzinfo
    cause: Cause
    impact: Impact
    certainty: Certainty
    started_at: datetime
    resolved_at: datetime | None
    components: Sequence[Bilingual]
    affected: Sequence[Bilingual]
    evidence: Evidence
    previous_cause: Cause | None = None

    @property
    def names(self) -> Bilingual:
        return names_of(self.components)

    @property
    def since(self) -> Bilingual:
        return moment(self.started_at, zone=self.zone, seen_from=self.at)

    @property
    def lasted(self) -> Bilingual:
        return length((self.resolved_at or self.at) - self.started_at)


def cause_name(cause: Cause) -> Bilingual:
    """The short name of a cause."""
    return _CAUSE_NAMES[cause]


def title(
    *, cause: Cause, impact: Impact, certainty: Certainty, components: Sequence[Bilingual]
) -> Bilingual:
    """One sentence that is true during the incident and after it."""
    names = names_of(components)
    if certainty is Certainty.SUSPECTED:
        word = _SUSPICIONS[cause]
    elif cause is Cause.OUTAGE and impact is Impact.MINOR:
        word = Bilingual(zh="部分付款失败或变慢", en="some payments fail or are slow")
    else:
        word = _TITLES[cause]
    return Bilingual(zh=f"{names.zh}：{word.zh}", en=f"{names.en[:1].upper()}{names.en[1:]}: {word.en}")


def update(event: Event, story: Story) -> Bilingual:
    """What the timeline says when ``event`` happens to ``story``."""
    return _UPDATES[event](story)


def advice(cause: Cause) -> Bilingual:
    """What a reader should do now."""
    return _ADVICE[cause]


def facts(evidence: Evidence) -> Bilingual:
    """What was measured and heard, in one or two sentences; empty where there is nothing to tell."""
    return _measured(evidence) + _heard(evidence)


def _measured(evidence: Evidence) -> Bilingual:
    checks = sum(probe.checks for probe in evidence.probes)
    if not checks:
        return NOTHING
    refused = checks - sum(probe.accepted for probe in evidence.probes)
    vantages = len({probe.vantage for probe in evidence.probes})
    personas = len({probe.persona for probe in evidence.probes})
    return Bilingual(
        zh=f"{vantages} 个探测点、{personas} 类账户的 {checks} 次检查中，{refused} 次未受理。",
        en=(
            f"{refused} of {checks} checks were not accepted "
            f"({vantages} {_plural(vantages, 'vantage')}, {personas} {_plural(personas, 'kind')} of payer)."
        ),
    )


def _heard(evidence: Evidence) -> Bilingual:
    loud = [report for report in evidence.reports if report.symptom.complains]
    count, expected = sum(report.count for report in loud), sum(report.usual for report in loud)
    if count <= expected:
        return NOTHING
    usual = f"{expected:.0f}"
    return Bilingual(
        zh=f"{count} 条用户反馈（平时约 {usual} 条）。",
        en=f"{count} user {_plural(count, 'report')} (usually about {usual}).",
    )


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def _suspected(story: Story) -> Bilingual:
    lead = Bilingual(
        zh=(
            f"{story.since.zh}起，{story.names.zh}出现异常迹象，{_LIKELY[story.cause].zh}；"
            "尚未证实，正在继续核实。"
        ),
        en=(
            f"Since {story.since.en} there are signs of trouble with {story.names.en}. "
            f"{_LIKELY[story.cause].en}; this is not yet certain, and we keep checking."
        ),
    )
    return lead + facts(story.evidence)


def _opened(story: Story) -> Bilingual:
    what = _WHAT[story.cause]
    lead = Bilingual(
        zh=f"{story.since.zh}起，{story.names.zh}{what.zh}。",
        en=f"Since {story.since.en}: {what.en.format(names=story.names.en)}.",
    )
    return lead + facts(story.evidence) + advice(story.cause)


def _confirmed(story: Story) -> Bilingual:
    return Bilingual(zh="已证实。", en="This is now certain.") + _opened(story)


def _leaned(story: Story) -> Bilingual:
    return Bilingual(
        zh=f"现有证据更像是{cause_name(story.cause).zh}，仍未证实。",
        en=f"The evidence now points to {cause_name(story.cause).en}; still not certain.",
    ) + facts(story.evidence)


def _cause_changed(story: Story) -> Bilingual:
    before, now = story.previous_cause, cause_name(story.cause)
    if before is None:
        lead = Bilingual(zh=f"原因判断为{now.zh}。", en=f"We now hold this to be {now.en}.")
    elif before is Cause.MAINTENANCE and story.cause is Cause.OUTAGE:
        lead = Bilingual(
            zh="维护时间已过，服务仍未恢复，现按系统故障处理。",
            en="The maintenance should be over but payments still fail: this is now an outage.",
        )
    else:
        was = cause_name(before)
        lead = Bilingual(
            zh=f"更正：原因不是{was.zh}，而是{now.zh}。",
            en=f"Correction: this is not {was.en} but {now.en}.",
        )
    return lead + facts(story.evidence) + advice(story.cause)


def _worsened(story: Story) -> Bilingual:
    return Bilingual(zh="影响扩大。", en="It has become worse.") + facts(story.evidence)


def _spread(story: Story) -> Bilingual:
    names = names_of(story.affected)
    return Bilingual(
        zh=f"受影响范围扩大，目前包括：{names.zh}。", en=f"More is affected; now: {names.en}."
    ) + facts(story.evidence)


def _eased(story: Story) -> Bilingual:
    names = names_of(story.affected)
    return Bilingual(
        zh=f"部分服务已恢复，目前仍受影响：{names.zh}。",
        en=f"Part of it has recovered; still affected: {names.en}.",
    )


def _recovering(_story: Story) -> Bilingual:
    return Bilingual(
        zh="检查结果已恢复正常，正在观察是否稳定。",
        en="Checks are back to normal; we are watching whether it lasts.",
    )


def _relapsed(story: Story) -> Bilingual:
    names = names_of(story.affected)
    return Bilingual(zh=f"问题再次出现：{names.zh}。", en=f"The trouble is back: {names.en}.") + advice(
        story.cause
    )


def _resolved(story: Story) -> Bilingual:
    over = _OVER[story.cause]
    return Bilingual(
        zh=f"{over.zh}{story.since.zh}开始，历时 {story.lasted.zh}。",
        en=f"{over.en} It began at {story.since.en} and lasted {story.lasted.en}.",
    )


def _dismissed(_story: Story) -> Bilingual:
    return Bilingual(
        zh="异常迹象未得到证实，现已消失，不再怀疑存在问题。",
        en="The signs of trouble were not borne out and have gone; we no longer suspect anything.",
    )


def _reopened(story: Story) -> Bilingual:
    return (
        Bilingual(zh="问题再次出现。", en="The trouble is back.")
        + facts(story.evidence)
        + advice(story.cause)
    )


_UPDATES: Mapping[Event, Callable[[Story], Bilingual]] = {
    Event.SUSPECTED: _suspected,
    Event.OPENED: _opened,
    Event.CONFIRMED: _confirmed,
    Event.LEANED: _leaned,
    Event.CAUSE_CHANGED: _cause_changed,
    Event.WORSENED: _worsened,
    Event.SPREAD: _spread,
    Event.EASED: _eased,
    Event.RECOVERING: _recovering,
    Event.RELAPSED: _relapsed,
    Event.RESOLVED: _resolved,
    Event.DISMISSED: _dismissed,
    Event.REOPENED: _reopened,
}

_CAUSE_NAMES: Mapping[Cause, Bilingual] = {
    Cause.OUTAGE: Bilingual(zh="系统故障", en="an outage"),
    Cause.MAINTENANCE: Bilingual(zh="系统维护", en="maintenance"),
    Cause.RISK_CONTROL: Bilingual(zh="风控拒付", en="risk control"),
    Cause.POLICY_CHANGE: Bilingual(zh="政策变化", en="a policy change"),
}
_TITLES: Mapping[Cause, Bilingual] = {
    Cause.OUTAGE: Bilingual(zh="系统故障", en="system outage"),
    Cause.MAINTENANCE: Bilingual(zh="系统维护", en="maintenance"),
    Cause.RISK_CONTROL: Bilingual(zh="一批付款被风控拒绝", en="a wave of refusals by risk control"),
    Cause.POLICY_CHANGE: Bilingual(zh="对部分用户停止服务", en="service withdrawn from some users"),
}
_SUSPICIONS: Mapping[Cause, Bilingual] = {
    Cause.OUTAGE: Bilingual(zh="疑似系统故障", en="suspected outage"),
    Cause.MAINTENANCE: Bilingual(zh="疑似正在维护", en="suspected maintenance"),
    Cause.RISK_CONTROL: Bilingual(zh="疑似风控拒付增多", en="suspected wave of refusals by risk control"),
    Cause.POLICY_CHANGE: Bilingual(zh="疑似停止部分服务", en="suspected withdrawal of service"),
}
_LIKELY: Mapping[Cause, Bilingual] = {
    Cause.OUTAGE: Bilingual(zh="可能是系统故障", en="It may be an outage"),
    Cause.MAINTENANCE: Bilingual(zh="可能正在维护", en="It may be maintenance"),
    Cause.RISK_CONTROL: Bilingual(zh="可能是风控拒付增多", en="Risk control may be refusing more payments"),
    Cause.POLICY_CHANGE: Bilingual(zh="可能是政策调整、停止部分服务", en="Service may be being withdrawn"),
}
_WHAT: Mapping[Cause, Bilingual] = {
    Cause.OUTAGE: Bilingual(
        zh="的付款请求失败或过慢，是系统一侧的故障",
        en="requests to {names} fail or are too slow; the fault is the system's",
    ),
    Cause.MAINTENANCE: Bilingual(
        zh="正在维护，暂时不能付款", en="maintenance of {names}; no payments for now"
    ),
    Cause.RISK_CONTROL: Bilingual(
        zh="的系统正常，但一批较高风险等级的账户被风控拒绝",
        en="the system of {names} is up, but risk control refuses payments of many higher-risk accounts",
    ),
    Cause.POLICY_CHANGE: Bilingual(
        zh="对一部分用户给出了明确的停止服务答复",
        en="some users of {names} are told that the service is withdrawn",
    ),
}
_OVER: Mapping[Cause, Bilingual] = {
    Cause.OUTAGE: Bilingual(zh="已恢复正常。", en="Payments work again."),
    Cause.MAINTENANCE: Bilingual(
        zh="维护已结束，服务已恢复。", en="The maintenance is over and payments work again."
    ),
    Cause.RISK_CONTROL: Bilingual(
        zh="被拒绝的比例已回到平时水平。", en="Refusals are back to their usual level."
    ),
    Cause.POLICY_CHANGE: Bilingual(zh="服务已重新提供。", en="The service is offered again."),
}
_ADVICE: Mapping[Cause, Bilingual] = {
    Cause.OUTAGE: Bilingual(
        zh="请先别重复付款，查一下账单是否已经扣款；可改用其他方式付款。",
        en="Do not pay twice: first check whether the payment went through. Use another way to pay.",
    ),
    Cause.MAINTENANCE: Bilingual(
        zh="请等维护结束后再试，期间可改用其他方式付款。",
        en="Wait until it is over, or use another way to pay.",
    ),
    Cause.RISK_CONTROL: Bilingual(
        zh="很多人同时被拒，未必是你的问题。请检查还款、限额、设备和近期交易，保留截图，通过官方客服申诉。",
        en=(
            "Many are refused at once; it need not be your fault. Check repayments, limits, your device and "
            "recent purchases, keep screenshots, and appeal through official support."
        ),
    ),
    Cause.POLICY_CHANGE: Bilingual(
        zh="请查看官方公告涉及的对象和日期，按时结清欠款，并改用其他方式付款。",
        en="Read the official notice for whom and from when, settle what you owe, and pay another way.",
    ),
}
