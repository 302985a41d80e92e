"""What causes are called: alone, within a sentence, and as one guess among others."""

from collections.abc import Mapping

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from statuspage.wording.sentence import Sentence

# Beside an icon, over a list or as a badge; and what else an incident's explanation may be.
_ALONE: Mapping[str, Sentence] = {
    Cause.OUTAGE: Sentence("{outage}", "System {outage}"),
    Cause.MAINTENANCE: Sentence("{maintenance}", "{Maintenance}"),
    Cause.RISK_CONTROL: Sentence("{risk_control}", "{Risk_control}"),
    Cause.POLICY_CHANGE: Sentence("{policy_change}", "{Policy_change}"),
    "normal": Sentence("并无异常", "Nothing unusual"),
    "vantage_lost": Sentence("我们自己的网络", "Our own network"),
    "unknown": Sentence("未知", "Unknown"),
}
_WITHIN: Mapping[Cause, Sentence] = {
    Cause.OUTAGE: Sentence("{outage}", "an {outage}"),
    Cause.MAINTENANCE: Sentence("系统{maintenance}", "{maintenance}"),
    Cause.RISK_CONTROL: Sentence("{risk_control}拒付", "{risk_control}"),
    Cause.POLICY_CHANGE: Sentence("{policy_change}", "a {policy_change}"),
}


def heading(explanation: str) -> Bilingual:
    """The name of a cause, of ``normal`` and of the other things that an explanation can be."""
    known = _ALONE.get(explanation)
    return Bilingual(explanation, explanation) if known is None else known.say()


def within(cause: Cause) -> Bilingual:
    """The name of a cause as a sentence speaks of it."""
    return _WITHIN[cause].say()
