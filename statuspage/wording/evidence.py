"""What was measured and heard: in full for an update, in brief under the headline."""

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.values import Evidence
from statuspage.wording import labels, names
from statuspage.wording.numbers import number, percent
from statuspage.wording.sentence import Counted, Sentence

_MEASURED = Sentence(
    "{vantages}、{personas}的 {checks} 次检查中，{refused} 次未受理。",
    "{refused} of {checks} checks were not accepted ({vantages}, {personas}).",
)
VANTAGES = Counted("{n} 个探测点", "{n} vantage", "{n} vantages")
_PERSONAS = Counted("{n} 类账户", "{n} kind of payer", "{n} kinds of payer")
_ACCEPTED = Counted(
    "{n} 个探测点的受理率：{shares}",
    "accepted from {n} vantage: {shares}",
    "accepted from {n} vantages: {shares}",
)
_COMPLAIN = Counted(
    "{n} 人反馈（平时 {usual} 人）",
    "{n} user reports it (usually {usual})",
    "{n} users report it (usually {usual})",
)
_HEARD = Sentence("{complaints}。", "{complaints}.")


def facts(evidence: Evidence) -> Bilingual:
    """What was measured and heard, in one or two sentences; empty where there is nothing to tell."""
    heard = complaints(evidence)
    return _measured(evidence) + (_HEARD.say(complaints=heard) if heard else NOTHING)


def _measured(evidence: Evidence) -> Bilingual:
    checks = sum(probe.checks for probe in evidence.probes)
    if not checks:
        return NOTHING
    return _MEASURED.say(
        vantages=VANTAGES.say(n=_vantages(evidence)),
        personas=_PERSONAS.say(n=len({probe.persona for probe in evidence.probes})),
        checks=checks,
        refused=checks - sum(probe.accepted for probe in evidence.probes),
    )


def acceptance(evidence: Evidence) -> Bilingual:
    """Who is still served, by risk tier, and from how many vantages that was seen; empty without checks."""
    shares = []
    for tier in RiskTier:
        seen = [probe for probe in evidence.probes if probe.tier is tier]
        checks = sum(probe.checks for probe in seen)
        if checks:
            share = percent(sum(probe.accepted for probe in seen) / checks)
            payers = labels.payers(tier)
            shares.append(Bilingual(f"{payers.zh} {share}", f"{payers.en} {share}"))
    return _ACCEPTED.say(n=_vantages(evidence), shares=names.listed(shares)) if shares else NOTHING


def complaints(evidence: Evidence) -> Bilingual:
    """How many users complain, against the usual; empty where it is no more than that."""
    loud = [report for report in evidence.reports if report.symptom.complains]
    count, usual = sum(report.count for report in loud), sum(report.usual for report in loud)
    return _COMPLAIN.say(n=count, usual=number(usual)) if count > usual else NOTHING


def _vantages(evidence: Evidence) -> int:
    return len({probe.vantage for probe in evidence.probes})
