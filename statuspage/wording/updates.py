"""What the timeline of an incident says: what happened, what shows it, and what to do."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.states import UpdateKind
from statuspage.analysis.values import Evidence
from statuspage.wording import causes, names
from statuspage.wording.advice import short_advice
from statuspage.wording.decisions import CAUSE_CORRECTED
from statuspage.wording.evidence import facts, people
from statuspage.wording.kinds import attempts
from statuspage.wording.numbers import usually
from statuspage.wording.sentence import Counted, Sentence
from statuspage.wording.times import duration
from statuspage.wording.titles import spoken_of

_SUSPECTED = Sentence(
    "{names}出现异常迹象，{likely}；尚未证实，正在核实。",
    "There are signs of trouble with {names}. {likely}. This is not confirmed yet; we are checking.",
)
_TOLD = Sentence(
    "有用户反馈{names}出现问题，{likely}；我们的测试暂未遇到，正在核实。",
    "Users report trouble with {names}. {likely}. Our own tests have not run into it so far; we are "
    "checking.",
)
_TOLD_UNTESTED = Sentence(
    "有用户反馈{names}出现问题，{likely}；尚未证实，正在核实。",
    "Users report trouble with {names}. {likely}. This is not confirmed yet; we are checking.",
)
_LIKELY: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence("可能是{outage}", "It may be an {outage}"),
    Cause.MAINTENANCE: Sentence("可能正在{maintenance}", "It may be {maintenance}"),
    Cause.RISK_CONTROL: Sentence(
        "可能有{attempts}被{risk_control}拒绝", "Some {attempts} may be declined by {risk_control}"
    ),
    Cause.POLICY_CHANGE: Sentence(
        "可能是{policy_change}、停止部分服务", "It may be a {policy_change} that ends service for some users"
    ),
}
_OPENED: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence(
        "{names}的{attempts}失败或过慢，问题在系统一侧。",
        "{names}: {attempts} fail or are too slow. The fault is in the system.",
    ),
    Cause.MAINTENANCE: Sentence(
        "{names}正在{maintenance}，暂时不能使用。",
        "{names}: {maintenance} is under way, and it cannot be used for now.",
    ),
    Cause.RISK_CONTROL: Sentence(
        "{names}的系统正常，但部分{attempts}被{risk_control}拒绝，多为风险评级较高的账户。",
        "{names}: the system is up, but some {attempts} are declined by {risk_control}, mostly from accounts "
        "rated as higher risk.",
    ),
    Cause.POLICY_CHANGE: Sentence(
        "{names}已明确答复一部分用户：不再为其提供服务。",
        "{names}: some users are now told that the service is no longer offered to them.",
    ),
}
_CONFIRMED = Sentence("已证实。", "Confirmed.")
_CAUSE_FOUND = Sentence("原因判断为{cause}。", "We now put this down to {cause}.")
_OVERRUN = Sentence(
    "{maintenance}时间已过，服务仍未恢复，现按{outage}处理。",
    "The {maintenance} should be over, but the service still fails. We now treat this as an {outage}.",
)
# What happened, where the cause makes no other sentence of it.
_LEADS: Mapping[UpdateKind, Sentence] = {
    UpdateKind.LEANED: Sentence(
        "现有证据更像是{cause}，仍未证实。", "The evidence now points to {cause}. It is still not confirmed."
    ),
    UpdateKind.WORSENED: Sentence("影响扩大。", "It has got worse."),
    UpdateKind.SPREAD: Sentence("受影响的增多，目前包括：{names}。", "More services are affected: {names}."),
    UpdateKind.EASED: Sentence(
        "部分服务已恢复，仍受影响的有：{names}。", "Part of it has recovered. Still affected: {names}."
    ),
    UpdateKind.RECOVERING: Sentence(
        "我们的测试已恢复正常，正在观察是否稳定。", "Our tests pass again. We are watching whether it lasts."
    ),
    UpdateKind.RELAPSED: Sentence("问题再次出现：{names}。", "The problem is back: {names}."),
    UpdateKind.REOPENED: Sentence("问题再次出现。", "The problem is back."),
}
_OVER: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence("已恢复正常。", "Service is back to normal."),
    Cause.MAINTENANCE: Sentence(
        "{maintenance}已结束，服务已恢复。", "The {maintenance} is over and service is back."
    ),
    Cause.RISK_CONTROL: Sentence(
        "被拒的{attempts}已回到平时水平。", "Declined {attempts} are back to their usual level."
    ),
    Cause.POLICY_CHANGE: Sentence("服务已重新提供。", "The service is offered again."),
}
_LASTED = Sentence("历时 {lasted}。", "It lasted {lasted}.")
# A suspicion that nothing bore out: who told of it did not imagine it.
_SIGNS_GONE = Sentence(
    "异常迹象已消失，我们未能证实原因。", "The signs of trouble are gone. We could not confirm a cause."
)
_QUIET_AGAIN = Counted(
    "共有 {n} 人反馈（平时{usual}），我们的测试没有遇到；{now}。",
    "{n} person reported this (usually {usual}). Our own tests did not run into it, and {now}.",
    "{n} people reported this (usually {usual}). Our own tests did not run into it, and {now}.",
)
_QUIET_UNTESTED = Counted(
    "共有 {n} 人反馈（平时{usual}），我们未能证实；{now}。",
    "{n} person reported this (usually {usual}). We could not confirm it, and {now}.",
    "{n} people reported this (usually {usual}). We could not confirm it, and {now}.",
)
_QUIET = Sentence(
    "有人反馈，但我们的测试没有遇到；{now}。",
    "People reported this. Our own tests did not run into it, and {now}.",
)
_GONE_QUIET = Sentence("现在反馈已经平息", "it has gone quiet")
_QUIET_ELSEWHERE = Sentence(
    "{names}上的帖子现在读不到，其他地方的反馈已经平息",
    "it has gone quiet but for {names}, where we cannot read posts right now",
)
_STILL_FAILING = Sentence(
    "没测到不等于没发生：如果你仍遇到，请在状态页告诉我们。",
    "That does not mean that it did not happen: if it still happens to you, please tell us on the status "
    "page.",
)
RESOLVED_BY_HAND = Sentence(
    "问题已解决，服务恢复正常。", "This is resolved. Everything works normally again."
)
END_UNSEEN = Sentence(
    "我们没有看到它结束，不知道是否已经恢复。",
    "We did not see it end and cannot say whether it is over.",
)
JUDGED_ANEW = Sentence(
    "监测程序重新开始判断，此前的结论到此为止。",
    "The monitor starts afresh; what it concluded before ends here.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An incident as it is to be told at ``at``.

    ``affected`` are the names of what fails now, ``kinds`` what that is for; ``unread`` are the places where
    users write and that cannot be read at ``at``.
    """

    at: datetime
    cause: Cause
    started_at: datetime
    resolved_at: datetime | None
    components: Sequence[Bilingual]
    affected: Sequence[Bilingual]
    kinds: Collection[ComponentKind]
    evidence: Evidence
    previous_cause: Cause | None = None
    unread: Sequence[Bilingual] = ()


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
    """What a timeline says: what happened and, where that is new, what shows it and what to do.

    It names no time of day: the timeline stands beside it with its own, in the zone of whoever reads it.
    """
    told = _lead(kind, story)
    if kind not in _WITHOUT_FACTS:
        told += facts(story.evidence, story.cause, story.kinds)
    if kind in _WITH_ADVICE:
        told += short_advice(story.cause, story.kinds)
    return told


def _lead(kind: UpdateKind, story: Story) -> Bilingual:
    match kind:
        case UpdateKind.SUSPECTED:
            return _suspected(story)
        case UpdateKind.OPENED:
            return _opened(story)
        case UpdateKind.CONFIRMED:
            return _CONFIRMED.say() + _opened(story)
        case UpdateKind.CAUSE_CHANGED:
            return _cause_changed(story)
        case UpdateKind.RESOLVED:
            lasted = duration((story.resolved_at or story.at) - story.started_at)
            return _OVER[story.cause].say(attempts=attempts(story.kinds)) + _LASTED.say(lasted=lasted)
        case UpdateKind.DISMISSED:
            return _dismissed(story.evidence, story.unread)
        case _:
            return _LEADS[kind].say(names=names.spoken(story.affected), cause=causes.within(story.cause))


def _suspected(story: Story) -> Bilingual:
    told_only = story.evidence.told_only
    kinds = spoken_of(story.kinds) if told_only else story.kinds
    likely = _LIKELY[story.cause].say(attempts=attempts(kinds))
    sentence = _SUSPECTED
    if told_only:
        sentence = _TOLD if _was_tested(story.evidence) else _TOLD_UNTESTED
    return sentence.say(names=names.spoken(story.components), likely=likely)


def _was_tested(evidence: Evidence) -> bool:
    """Whether we tried it ourselves meanwhile: else nothing may be said of what our tests met."""
    return any(probe.checks for probe in evidence.probes)


def _opened(story: Story) -> Bilingual:
    told = names.spoken(story.components).capitalised()
    return _OPENED[story.cause].say(names=told, attempts=attempts(story.kinds))


def _cause_changed(story: Story) -> Bilingual:
    before, now = story.previous_cause, causes.within(story.cause)
    if before is None:
        return _CAUSE_FOUND.say(cause=now)
    if before is Cause.MAINTENANCE and story.cause is Cause.OUTAGE:
        return _OVERRUN.say()
    return CAUSE_CORRECTED.say(before=causes.within(before), cause=now)


def _dismissed(evidence: Evidence, unread: Sequence[Bilingual]) -> Bilingual:
    if not evidence.told_only:
        return _SIGNS_GONE.say()
    count, usual = people(evidence)
    now = _QUIET_ELSEWHERE.say(names=names.listed(unread)) if unread else _GONE_QUIET.say()
    if not _was_tested(evidence):
        return _QUIET_UNTESTED.say(n=count, usual=usually(usual), now=now)
    if count <= usual:
        return _QUIET.say(now=now) + _STILL_FAILING.say()
    return _QUIET_AGAIN.say(n=count, usual=usually(usual), now=now) + _STILL_FAILING.say()
