"""What was measured and heard, in one plain sentence each: how much of it fails, and how many complain."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.values import Evidence, ProbeEvidence
from statuspage.wording.kinds import is_money, tests
from statuspage.wording.numbers import usually
from statuspage.wording.sentence import Counted, Sentence

_ALL = Sentence("所有{tests}都{what}", "all {tests} {what}")
_NEARLY_ALL = Sentence("几乎所有{tests}都{what}", "almost all {tests} {what}")
_FEW = Sentence("少数{tests}{what}", "a few {tests} {what}")
# Chinese counts payments otherwise than other things.
_TENTHS = Sentence("每 10 次{tests}约 {n} 次{what}", "about {n} in 10 {tests} {what}")
_TENTHS_OF_MONEY = Sentence("每 10 笔{tests}约 {n} 笔{what}", "about {n} in 10 {tests} {what}")


@dataclass(frozen=True, slots=True)
class _Befallen:
    """What befalls tests, while it lasts and when it is over."""

    now: Sentence
    then: Sentence


_SLOW = _Befallen(Sentence("非常慢", "are very slow"), Sentence("非常慢", "were very slow"))
_BEFALLEN: Mapping[Cause, _Befallen] = {
    Cause.OUTAGE: _Befallen(Sentence("失败", "fail"), Sentence("失败", "failed")),
    Cause.RISK_CONTROL: _Befallen(Sentence("被拒", "are declined"), Sentence("被拒", "were declined")),
    Cause.POLICY_CHANGE: _Befallen(
        Sentence("被告知服务已停止", "are told that the service has ended"),
        Sentence("被告知服务已停止", "were told that the service had ended"),
    ),
}
_ORDINARY_SPARED = _Befallen(
    Sentence("{said}，普通账户基本不受影响", "{said}; ordinary accounts are hardly affected"),
    Sentence("{said}，普通账户基本未受影响", "{said}; ordinary accounts were hardly affected"),
)
_ORDINARY_TOO = _Befallen(
    Sentence("{said}，普通账户也受影响", "{said}; ordinary accounts are affected too"),
    Sentence("{said}，普通账户也受了影响", "{said}; ordinary accounts were affected too"),
)
# Ordinary accounts are spared where they fail by no more than the first above their usual, and are not where
# by more than the second; between the two nothing is claimed.
_SPARED, _NOT_SPARED = 0.1, 0.25
# They are told apart where who is trusted decides.
_BY_TRUST = (Cause.RISK_CONTROL, Cause.POLICY_CHANGE)
_REPORTED = Counted(
    "{n} 人反馈（平时{usual}）",
    "{n} person reported it (usually {usual})",
    "{n} people reported it (usually {usual})",
)
_OTHERS_SAY = Counted(
    "另有监控系统 {names} 报告异常",
    "another monitor, {names}, reports trouble",
    "other monitors report trouble: {names}",
)
_OTHERS_SAID = Counted(
    "另有监控系统 {names} 报告过异常",
    "another monitor, {names}, reported trouble",
    "other monitors reported trouble: {names}",
)
_ONE_BY_ONE = Sentence("{said}。", "{said}.")
# An accepted check that took too long is in the evidence as what it was answered.
_TOO_LATE = frozenset({Outcome.SLOW, Outcome.ACCEPTED})


def facts(
    evidence: Evidence, cause: Cause, kinds: Collection[ComponentKind], *, over: bool = False
) -> Bilingual:
    """What was measured and heard, a sentence each; empty where there is nothing to tell."""
    parts = (extent(evidence, cause, kinds, over=over), complaints(evidence), others_say(evidence))
    return sum((_ONE_BY_ONE.say(said=part.capitalised()) for part in parts if part), NOTHING)


def extent(
    evidence: Evidence, cause: Cause, kinds: Collection[ComponentKind], *, over: bool = False
) -> Bilingual:
    """How much of what we try fails, as a part of a sentence; nothing for maintenance and without checks."""
    checks = sum(probe.checks for probe in evidence.probes)
    bad = checks - sum(probe.accepted for probe in evidence.probes)
    if cause is Cause.MAINTENANCE or evidence.told_only or not bad:
        return NOTHING
    late = sum(n for probe in evidence.probes for outcome, n in probe.outcomes if outcome in _TOO_LATE)
    befallen = _SLOW if 2 * late > bad else _BEFALLEN[cause]
    what = befallen.then if over else befallen.now
    said = _share(bad, checks, kinds, what.say())
    if cause not in _BY_TRUST:
        return said
    ordinary = _ordinary(evidence)
    if ordinary is None:
        return said
    return (ordinary.then if over else ordinary.now).say(said=said)


def complaints(evidence: Evidence) -> Bilingual:
    """How many people complain, against the usual; empty where it is no more than that."""
    count, usual = people(evidence)
    return _REPORTED.say(n=count, usual=usually(usual)) if count > usual else NOTHING


def others_say(evidence: Evidence) -> Bilingual:
    """Which other monitors report it, or did where all of them say that it is over; empty without any."""
    going_on = sorted({signal.sender for signal in evidence.signals if signal.ended_at is None})
    named = going_on or sorted({signal.sender for signal in evidence.signals})
    if not named:
        return NOTHING
    sentence = _OTHERS_SAY if going_on else _OTHERS_SAID
    return sentence.say(n=len(named), names=Bilingual("、".join(named), ", ".join(named)))


def people(evidence: Evidence) -> tuple[int, float]:
    """How many people complained, and how many usually do in as long a time."""
    loud = [report for report in evidence.reports if report.symptom.complains]
    return sum(report.count for report in loud), sum(report.usual for report in loud)


def _share(bad: int, checks: int, kinds: Collection[ComponentKind], what: Bilingual) -> Bilingual:
    """So many of the checks, in tenths; never rounded into all or none."""
    share, tried = bad / checks, tests(kinds)
    if bad == checks:
        return _ALL.say(tests=tried, what=what)
    if share >= 0.95:
        return _NEARLY_ALL.say(tests=tried, what=what)
    if share < 0.05:
        return _FEW.say(tests=tried, what=what)
    sentence = _TENTHS_OF_MONEY if is_money(kinds) and len(set(kinds)) == 1 else _TENTHS
    return sentence.say(tests=tried, n=min(9, max(1, round(10 * share))), what=what)


def _ordinary(evidence: Evidence) -> _Befallen | None:
    """What is said of ordinary accounts: that they are spared, that they are not, or nothing."""
    others = _excess(probe for probe in evidence.probes if probe.tier is not RiskTier.LOW)
    low = _excess(probe for probe in evidence.probes if probe.tier is RiskTier.LOW)
    if low is None or others is None:
        return None
    if low <= _SPARED and others > _NOT_SPARED:
        return _ORDINARY_SPARED
    return _ORDINARY_TOO if low > _NOT_SPARED else None


def _excess(probes: Iterable[ProbeEvidence]) -> float | None:
    """The share (-1 to 1) of unaccepted checks above the usual; None without checks."""
    met = list(probes)
    checks = sum(probe.checks for probe in met)
    if not checks:
        return None
    usual = sum(probe.usual_failure_ratio * probe.checks for probe in met)
    return (checks - sum(probe.accepted for probe in met) - usual) / checks
