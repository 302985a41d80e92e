"""What is said of an incident in plain words: its title and the updates of its timeline."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.states import UpdateKind
from statuspage.analysis.values import Certainty, Evidence
from statuspage.wording import causes, names
from statuspage.wording.advice import short_advice
from statuspage.wording.evidence import facts
from statuspage.wording.sentence import Sentence
from statuspage.wording.times import duration, moment

_TITLE = Sentence("{names}：{what}", "{names}: {what}")
_TITLES: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence("{outage}", "system {outage}"),
    Cause.MAINTENANCE: Sentence("系统{maintenance}", "{maintenance}"),
    Cause.RISK_CONTROL: Sentence("一批付款被{risk_control}拒绝", "a wave of refusals by {risk_control}"),
    Cause.POLICY_CHANGE: Sentence("对部分用户停止服务", "service withdrawn from some users"),
}
_MINOR_OUTAGE = Sentence("部分付款失败或变慢", "some payments fail or are slow")
_PLANNED = Sentence("计划{maintenance}", "scheduled {maintenance}")
_SUSPICIONS: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence("疑似{outage}", "suspected {outage}"),
    Cause.MAINTENANCE: Sentence("疑似正在{maintenance}", "suspected {maintenance}"),
    Cause.RISK_CONTROL: Sentence(
        "疑似{risk_control}拒付增多", "suspected wave of refusals by {risk_control}"
    ),
    Cause.POLICY_CHANGE: Sentence("疑似停止部分服务", "suspected withdrawal of service"),
}
_SUSPECTED = Sentence(
    "{since}起，{names}出现异常迹象，{likely}；尚未证实，正在继续核实。",
    "Since {since} there are signs of trouble with {names}. {likely}; this is not yet certain, and we keep "
    "checking.",
)
_LIKELY: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence("可能是{outage}", "It may be an {outage}"),
    Cause.MAINTENANCE: Sentence("可能正在{maintenance}", "It may be {maintenance}"),
    Cause.RISK_CONTROL: Sentence(
        "可能是{risk_control}拒付增多", "{Risk_control} may be refusing more payments"
    ),
    Cause.POLICY_CHANGE: Sentence("可能是{policy_change}、停止部分服务", "Service may be being withdrawn"),
}
_OPENED: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence(
        "{since}起，{names}的请求失败或过慢，是系统一侧的故障。",
        "Since {since}: requests to {names} fail or are too slow; the fault is the system's.",
    ),
    Cause.MAINTENANCE: Sentence(
        "{since}起，{names}正在{maintenance}，暂时不能使用。",
        "Since {since}: {maintenance} of {names}; it cannot be used for now.",
    ),
    Cause.RISK_CONTROL: Sentence(
        "{since}起，{names}的系统正常，但一批较高风险等级的账户被{risk_control}拒绝。",
        "Since {since}: the system of {names} is up, but {risk_control} refuses payments of many higher-risk "
        "accounts.",
    ),
    Cause.POLICY_CHANGE: Sentence(
        "{since}起，{names}对一部分用户给出了明确的停止服务答复。",
        "Since {since}: some users of {names} are told that the service is withdrawn.",
    ),
}
_CONFIRMED = Sentence("已证实。", "This is now certain.")
_CAUSE_FOUND = Sentence("原因判断为{cause}。", "We now hold this to be {cause}.")
_OVERRUN = Sentence(
    "{maintenance}时间已过，服务仍未恢复，现按{outage}处理。",
    "The {maintenance} should be over but it still fails: this is now an {outage}.",
)
_CORRECTION = Sentence(
    "更正：原因不是{before}，而是{cause}。", "Correction: this is not {before} but {cause}."
)
# What happened, where the cause makes no other sentence of it.
_LEADS: Mapping[UpdateKind, Sentence] = {
    UpdateKind.LEANED: Sentence(
        "现有证据更像是{cause}，仍未证实。", "The evidence now points to {cause}; still not certain."
    ),
    UpdateKind.WORSENED: Sentence("影响扩大。", "It has become worse."),
    UpdateKind.SPREAD: Sentence("受影响范围扩大，目前包括：{names}。", "More is affected; now: {names}."),
    UpdateKind.EASED: Sentence(
        "部分服务已恢复，目前仍受影响：{names}。", "Part of it has recovered; still affected: {names}."
    ),
    UpdateKind.RECOVERING: Sentence(
        "检查结果已恢复正常，正在观察是否稳定。",
        "Checks are back to normal; we are watching whether it lasts.",
    ),
    UpdateKind.RELAPSED: Sentence("问题再次出现：{names}。", "The trouble is back: {names}."),
    UpdateKind.DISMISSED: Sentence(
        "异常迹象未得到证实，现已消失，不再怀疑存在问题。",
        "The signs of trouble were not borne out and have gone; we no longer suspect anything.",
    ),
    UpdateKind.REOPENED: Sentence("问题再次出现。", "The trouble is back."),
}
_OVER: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence("已恢复正常。", "It works again."),
    Cause.MAINTENANCE: Sentence(
        "{maintenance}已结束，服务已恢复。", "The {maintenance} is over and the service works again."
    ),
    Cause.RISK_CONTROL: Sentence("被拒绝的比例已回到平时水平。", "Refusals are back to their usual level."),
    Cause.POLICY_CHANGE: Sentence("服务已重新提供。", "The service is offered again."),
}
_LASTED = Sentence("{since}开始，历时 {lasted}。", "It began at {since} and lasted {lasted}.")
RESOLVED_BY_HAND = Sentence("问题已解决，服务恢复正常。", "This is resolved; all works normally again.")
JUDGED_ANEW = Sentence(
    "监测程序重新开始判断，此前的结论到此为止。",
    "The monitor starts to judge anew; what it concluded before ends here.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An incident as it is to be told at ``at``.

    ``affected`` are the names of what fails now, ``kinds`` what that is for.
    """

    at: datetime
    zone: tzinfo
    cause: Cause
    started_at: datetime
    resolved_at: datetime | None
    components: Sequence[Bilingual]
    affected: Sequence[Bilingual]
    kinds: Collection[ComponentKind]
    evidence: Evidence
    previous_cause: Cause | None = None

    @property
    def since(self) -> Bilingual:
        return moment(self.started_at, zone=self.zone, seen_from=self.at)


def title(
    *, cause: Cause, impact: Impact, certainty: Certainty, components: Sequence[Bilingual]
) -> Bilingual:
    """One sentence that is true during the incident and after it."""
    if certainty is Certainty.SUSPECTED:
        what = _SUSPICIONS[cause]
    elif cause is Cause.OUTAGE and impact is Impact.MINOR:
        what = _MINOR_OUTAGE
    else:
        what = _TITLES[cause]
    return _titled(components, what)


def planned_title(components: Sequence[Bilingual]) -> Bilingual:
    """What planned work is called that was announced without a title."""
    return _titled(components, _PLANNED)


def _titled(components: Sequence[Bilingual], what: Sentence) -> Bilingual:
    return _TITLE.say(names=names.spoken(components).capitalised(), what=what.say())


# There is nothing to prove, or it was proven before.
_WITHOUT_FACTS = frozenset(
    {
        UpdateKind.EASED,
        UpdateKind.RECOVERING,
        UpdateKind.RELAPSED,
        UpdateKind.RESOLVED,
        UpdateKind.DISMISSED,
    }
)
_WITH_ADVICE = frozenset(
    {
        UpdateKind.OPENED,
        UpdateKind.CONFIRMED,
        UpdateKind.CAUSE_CHANGED,
        UpdateKind.RELAPSED,
        UpdateKind.REOPENED,
    }
)


def update(kind: UpdateKind, story: Story) -> Bilingual:
    """What a timeline says: what happened and, where that is new, what shows it and what to do."""
    told = _lead(kind, story)
    if kind not in _WITHOUT_FACTS:
        told += facts(story.evidence)
    if kind in _WITH_ADVICE:
        told += short_advice(story.cause, story.kinds)
    return told


def _lead(kind: UpdateKind, story: Story) -> Bilingual:
    match kind:
        case UpdateKind.SUSPECTED:
            likely = _LIKELY[story.cause].say()
            return _SUSPECTED.say(since=story.since, names=names.spoken(story.components), likely=likely)
        case UpdateKind.OPENED:
            return _opened(story)
        case UpdateKind.CONFIRMED:
            return _CONFIRMED.say() + _opened(story)
        case UpdateKind.CAUSE_CHANGED:
            return _cause_changed(story)
        case UpdateKind.RESOLVED:
            lasted = duration((story.resolved_at or story.at) - story.started_at)
            return _OVER[story.cause].say() + _LASTED.say(since=story.since, lasted=lasted)
        case _:
            return _LEADS[kind].say(names=names.spoken(story.affected), cause=causes.within(story.cause))


def _opened(story: Story) -> Bilingual:
    return _OPENED[story.cause].say(since=story.since, names=names.spoken(story.components))


def _cause_changed(story: Story) -> Bilingual:
    before, now = story.previous_cause, causes.within(story.cause)
    if before is None:
        return _CAUSE_FOUND.say(cause=now)
    if before is Cause.MAINTENANCE and story.cause is Cause.OUTAGE:
        return _OVERRUN.say()
    return _CORRECTION.say(before=causes.within(before), cause=now)
