"""What an incident is called: one line, by its cause and by what people do with what it concerns.

It is true while it lasts and after it: a suspicion that nothing bore out is called what it was.
"""

from collections.abc import Collection, Mapping, Sequence

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.kinds import ComponentKind
from statuspage.analysis.values import Certainty
from statuspage.wording import names
from statuspage.wording.kinds import attempts
from statuspage.wording.sentence import Sentence

_TITLE = Sentence("{names}：{what}", "{names}: {what}")
_CONFIRMED: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence("{outage}", "system {outage}"),
    Cause.MAINTENANCE: Sentence("系统{maintenance}", "{maintenance}"),
    Cause.RISK_CONTROL: Sentence(
        "部分{attempts}被{risk_control}拒绝", "some {attempts} declined by {risk_control}"
    ),
    Cause.POLICY_CHANGE: Sentence("对部分用户停止服务", "no longer offered to some users"),
}
_SMALL_OUTAGE = Sentence("部分{attempts}失败或变慢", "some {attempts} failing or slow")
_CUT_LIMITS = Sentence("部分用户的额度被{risk_control}限制", "credit limits cut for some by {risk_control}")
_PLANNED = Sentence("计划{maintenance}", "scheduled {maintenance}")
_SUSPECTED: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence("疑似{outage}", "possible {outage}"),
    Cause.MAINTENANCE: Sentence("疑似正在{maintenance}", "possible {maintenance}"),
    Cause.RISK_CONTROL: Sentence(
        "疑似有{attempts}被{risk_control}拒绝", "{attempts} possibly declined by {risk_control}"
    ),
    Cause.POLICY_CHANGE: Sentence("疑似停止部分服务", "possibly no longer offered to some users"),
}
_TOLD: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence("有用户反馈{attempts}失败", "users report failing {attempts}"),
    Cause.MAINTENANCE: Sentence("有用户反馈正在{maintenance}", "users report {maintenance}"),
    Cause.RISK_CONTROL: Sentence("有用户反馈{attempts}被拒", "users report declined {attempts}"),
    Cause.POLICY_CHANGE: Sentence("有用户反馈服务被停止", "users report that the service was withdrawn"),
}
_WAS_TOLD: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence(
        "曾有用户反馈{attempts}失败，未能证实", "users reported failing {attempts}, not confirmed"
    ),
    Cause.MAINTENANCE: Sentence(
        "曾有用户反馈正在{maintenance}，未能证实", "users reported {maintenance}, not confirmed"
    ),
    Cause.RISK_CONTROL: Sentence(
        "曾有用户反馈{attempts}被拒，未能证实", "users reported declined {attempts}, not confirmed"
    ),
    Cause.POLICY_CHANGE: Sentence(
        "曾有用户反馈服务被停止，未能证实", "users reported that the service was withdrawn, not confirmed"
    ),
}
_WAS_SUSPECTED = Sentence("曾有异常迹象，未能证实", "signs of trouble, not confirmed")


def title(
    *,
    cause: Cause,
    impact: Impact,
    certainty: Certainty,
    components: Sequence[Bilingual],
    kinds: Collection[ComponentKind],
    told_only: bool = False,
    over: bool = False,
) -> Bilingual:
    """``told_only`` is what users alone speak of; ``over`` matters to what was never confirmed."""
    if certainty is Certainty.CONFIRMED:
        what = _confirmed(cause, impact, kinds)
    elif told_only:
        what = (_WAS_TOLD if over else _TOLD)[cause].say(attempts=attempts(spoken_of(kinds)))
    elif over:
        what = _WAS_SUSPECTED.say()
    else:
        what = _SUSPECTED[cause].say(attempts=attempts(kinds))
    return _titled(components, what)


def planned_title(components: Sequence[Bilingual]) -> Bilingual:
    """What planned work is called that was announced without a title."""
    return _titled(components, _PLANNED.say())


def spoken_of(kinds: Collection[ComponentKind]) -> Collection[ComponentKind]:
    """What users speak of who name a product and not what they do with it: paying, where one can."""
    return {ComponentKind.PAY} if ComponentKind.PAY in kinds else kinds


def _confirmed(cause: Cause, impact: Impact, kinds: Collection[ComponentKind]) -> Bilingual:
    sentence = _CONFIRMED[cause]
    if cause is Cause.OUTAGE and impact is Impact.MINOR:
        sentence = _SMALL_OUTAGE
    elif cause is Cause.RISK_CONTROL and set(kinds) == {ComponentKind.LIMIT}:
        sentence = _CUT_LIMITS
    return sentence.say(attempts=attempts(kinds))


def _titled(components: Sequence[Bilingual], what: Bilingual) -> Bilingual:
    return _TITLE.say(names=names.spoken(components).capitalised(), what=what)
