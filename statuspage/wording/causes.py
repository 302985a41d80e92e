"""What causes are called: alone, within a sentence, and beside what else can be behind a failed payment."""

from collections.abc import Mapping

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.choices import Explanation
from statuspage.wording.sentence import Sentence

# Beside an icon, over a list or as a badge; and what else an incident's explanation may be.
_ALONE: Mapping[str, Sentence] = {
    Cause.OUTAGE: Sentence("{outage}", "System {outage}"),
    Cause.MAINTENANCE: Sentence("{maintenance}", "{Maintenance}"),
    Cause.RISK_CONTROL: Sentence("{risk_control}", "{Risk_control}"),
    Cause.POLICY_CHANGE: Sentence("{policy_change}", "{Policy_change}"),
    "normal": Sentence("并无异常", "Nothing wrong"),
    "vantage_lost": Sentence("我们自己的网络", "Our own network"),
    "unknown": Sentence("情况不明", "Unknown"),
}
_WITHIN: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence("{outage}", "an {outage}"),
    Cause.MAINTENANCE: Sentence("系统{maintenance}", "{maintenance}"),
    Cause.RISK_CONTROL: Sentence("被{risk_control}拒绝", "{risk_control}"),
    Cause.POLICY_CHANGE: Sentence("{policy_change}", "a {policy_change}"),
}
EXPLANATIONS: Mapping[Explanation, Sentence] = {
    Explanation.OUTAGE: _ALONE[Cause.OUTAGE],
    Explanation.MAINTENANCE: Sentence("系统{maintenance}", "{Maintenance}"),
    Explanation.RISK_CONTROL: Sentence(
        "{risk_control}收紧，很多人同时被拒", "{Risk_control}: many people declined at once"
    ),
    Explanation.POLICY_CHANGE: Sentence("{policy_change}，停止服务", "{Policy_change}: no longer offered"),
    Explanation.ONLY_YOU: Sentence("只是你这边的情况", "Something on your side"),
    Explanation.THEFT: Sentence("可能被盗用", "Possible theft"),
    Explanation.UNKNOWN: Sentence("别的原因", "Something else"),
}
GUESSES: Mapping[Explanation, Sentence] = {
    Explanation.OUTAGE: Sentence("{outage}", "a system {outage}"),
    Explanation.MAINTENANCE: _WITHIN[Cause.MAINTENANCE],
    Explanation.RISK_CONTROL: Sentence(
        "{risk_control}收紧、很多人被拒", "{risk_control} declining many people at once"
    ),
    Explanation.POLICY_CHANGE: _WITHIN[Cause.POLICY_CHANGE],
    Explanation.ONLY_YOU: Sentence("你这边的情况", "something on your side"),
    Explanation.THEFT: Sentence("被盗用", "theft"),
}


def heading(explanation: str) -> Bilingual:
    """The name of a cause, of ``normal`` and of the other things that an explanation can be."""
    known = _ALONE.get(explanation)
    return Bilingual(explanation, explanation) if known is None else known.say()


def within(cause: Cause) -> Bilingual:
    """The name of a cause as a sentence speaks of it."""
    return _WITHIN[cause].say()
