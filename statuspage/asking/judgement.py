"""Weighs what a reader tapped against what is going on: the likeliest explanation, with its probability.

A small naive Bayes. The prior is who asks: so many people a day whose own affair it is, and, while something
is the matter, the many more whom it sends here. The likelihood is how often those people tap what was tapped.
Both are tables below, by which the answer can be checked by hand.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.choices import SYMPTOM_OF, Asked, Explanation, Happened, Told
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.symptoms import Symptom
from statuspage.asking.situation import OpenTrouble, Planned, Situation

# Of a hundred people who ask on a day like any other, how many ask because of what. A person whose payment
# fails while everybody else's works has, as a rule, an affair of his own: limits, an old app, a terminal.
QUIET: Mapping[Explanation, float] = {
    Explanation.OUTAGE: 0.14,
    Explanation.MAINTENANCE: 0.04,
    Explanation.RISK_CONTROL: 0.10,
    Explanation.POLICY_CHANGE: 0.04,
    Explanation.ONLY_YOU: 0.56,
    Explanation.THEFT: 0.05,
    Explanation.UNKNOWN: 0.07,
}
# What remains of it where our own payments pass: an outage would be seen by them, a wave of refusals or a
# withdrawal that spares our payers less surely, and not at all what is the reader's own.
SEEN_WELL: Mapping[Explanation, float] = {
    Explanation.OUTAGE: 0.15,
    Explanation.MAINTENANCE: 0.7,
    Explanation.RISK_CONTROL: 0.4,
    Explanation.POLICY_CHANGE: 0.8,
}
# And where nobody knows how things stand, that it is only the reader is less sure, and more may be behind it.
UNSEEN: Mapping[Explanation, float] = {Explanation.ONLY_YOU: 0.5, Explanation.UNKNOWN: 2.0}
# How many people an incident sends here for one who comes on a quiet day.
SENT_BY: Mapping[Impact, float] = {
    Impact.NONE: 3.0,
    Impact.MINOR: 8.0,
    Impact.MAJOR: 25.0,
    Impact.CRITICAL: 60.0,
}
SENT_BY_WORK = 20.0
SAME_GROUP, ELSEWHERE_AFFECTED, WAS_AFFECTED = 0.05, 0.01, 0.5
# Posts may come from one viral article: they raise a cause at most this many times over its quiet share.
LOUDEST = 20.0
# So many voices more than usual are chance; and so many at most count of those who filled in our own form,
# where anybody can say anything: they lend others weight and decide nothing by themselves.
FEW = 3.0

# How often people tap what, by what is behind it. Rows sum to 1.
HAPPENED: Mapping[Explanation, Mapping[Happened, float]] = {
    explanation: dict(zip(Happened, row, strict=True))
    for explanation, row in {
        # failed, refused, limited, withdrawn, stolen
        Explanation.OUTAGE: (0.80, 0.12, 0.03, 0.02, 0.03),
        Explanation.MAINTENANCE: (0.67, 0.22, 0.03, 0.07, 0.01),
        Explanation.RISK_CONTROL: (0.16, 0.455, 0.33, 0.05, 0.005),
        Explanation.POLICY_CHANGE: (0.085, 0.22, 0.10, 0.59, 0.005),
        Explanation.ONLY_YOU: (0.40, 0.35, 0.22, 0.02, 0.01),
        Explanation.THEFT: (0.03, 0.05, 0.03, 0.02, 0.87),
        Explanation.UNKNOWN: (0.36, 0.26, 0.16, 0.20, 0.02),
    }.items()
}
SAID: Mapping[Explanation, Mapping[Told, float]] = {
    explanation: dict(zip(Told, row, strict=True))
    for explanation, row in {
        # nothing, busy, risk, limit, work, stopped, funds, account, other
        Explanation.OUTAGE: (0.38, 0.38, 0.02, 0.02, 0.03, 0.01, 0.02, 0.02, 0.12),
        Explanation.MAINTENANCE: (0.10, 0.20, 0.01, 0.01, 0.55, 0.04, 0.01, 0.02, 0.06),
        Explanation.RISK_CONTROL: (0.06, 0.20, 0.36, 0.18, 0.01, 0.05, 0.02, 0.05, 0.07),
        Explanation.POLICY_CHANGE: (0.03, 0.08, 0.06, 0.06, 0.02, 0.62, 0.01, 0.04, 0.08),
        Explanation.ONLY_YOU: (0.15, 0.09, 0.14, 0.165, 0.005, 0.015, 0.20, 0.125, 0.11),
        Explanation.THEFT: (0.18, 0.03, 0.08, 0.05, 0.01, 0.02, 0.15, 0.33, 0.15),
        Explanation.UNKNOWN: (1 / 9,) * 9,
    }.items()
}
# The two taps tell partly the same: together they weigh less than two strangers' words would.
OVERLAP = 0.8
# An explanation is named only where it is likelier than all others together; else we say that we cannot tell.
# Where nobody knows how things stand the answers are all there is to go by, and it must be twice as likely.
NAMED_FROM, NAMED_BLIND_FROM = 1 / 2, 2 / 3
# Fear of theft is answered on a slight chance already: to lock a payment in vain costs little.
GUARDED_FROM = 0.04

_CAUSES = frozenset(cause.value for cause in Cause)
_SPEAKS_FOR = {
    **{Symptom.of(cause): Explanation(cause.value) for cause in Cause},
    Symptom.ACCOUNT_SECURITY: Explanation.THEFT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is likeliest behind a question. ``chances`` has every explanation, likeliest first, and sums to 1.

    ``likeliest`` is ``unknown`` where none is likelier than all others together. ``trouble`` and ``planned``
    are what goes on and explains it; ``same`` is how many people said the same in the past hour, ``usual``
    how many usually do.
    """

    asked: Asked
    likeliest: Explanation
    probability: float
    chances: tuple[tuple[Explanation, float], ...]
    guard: bool  # advice against theft is due, whatever is likeliest
    kind: ComponentKind  # of what was asked about
    blind: bool
    # Something goes on with what was asked about, whether or not it explains the question.
    disturbed: bool
    trouble: OpenTrouble | None
    planned: Planned | None
    same: int
    usual: float | None

    @property
    def shown(self) -> tuple[tuple[Explanation, float], ...]:
        """The explanations that are worth a line: what is named, and what has five per cent and more."""
        return tuple(pair for pair in self.chances if pair[1] >= 0.05 or pair[0] is self.likeliest)


def judge(asked: Asked, situation: Situation) -> Judgement:
    """The likeliest explanation of what was asked, given what is going on; the same for the same."""
    prior = askers(asked, situation)
    weights = {
        explanation: prior[explanation] * likelihood(asked, explanation) for explanation in Explanation
    }
    total = sum(weights.values())
    by_name = {explanation: weight / total for explanation, weight in weights.items()}
    chances = tuple(sorted(by_name.items(), key=lambda pair: -pair[1]))
    top, probability = chances[0]
    place = situation.place(asked.component)
    blind = place is None or place.blind
    needed = NAMED_BLIND_FROM if blind else NAMED_FROM
    likeliest = top if probability > needed else Explanation.UNKNOWN
    planned = _planned(asked, situation)
    same, usual = situation.say_the_same(asked.component, SYMPTOM_OF[asked.happened])
    return Judgement(
        asked=asked,
        likeliest=likeliest,
        probability=by_name[likeliest],
        chances=chances,
        guard=asked.happened is Happened.STOLEN or by_name[Explanation.THEFT] >= GUARDED_FROM,
        kind=place.kind if place else ComponentKind.PAY,
        blind=blind,
        disturbed=planned is not None
        or any(asked.component in trouble.components for trouble in situation.troubles),
        trouble=_trouble(asked, situation, likeliest),
        planned=planned if likeliest is Explanation.MAINTENANCE else None,
        same=same,
        usual=usual,
    )


def likelihood(asked: Asked, explanation: Explanation) -> float:
    """How often somebody with this behind it taps these two answers (0 to 1)."""
    said = asked.sure * SAID[explanation][asked.said] + (1 - asked.sure) / len(Told)
    return math.pow(HAPPENED[explanation][asked.happened] * said, OVERLAP)


def askers(asked: Asked, situation: Situation) -> dict[Explanation, float]:
    """How many people ask because of what, for one asker of a quiet day."""
    place = situation.place(asked.component)
    sight = UNSEEN if place is None or place.blind else SEEN_WELL
    counts = {explanation: QUIET[explanation] * sight.get(explanation, 1.0) for explanation in Explanation}
    for symptom, explanation in _SPEAKS_FOR.items():
        heard, usual = situation.say_the_same(asked.component, symptom)
        filed = situation.filed_here(asked.component, symptom)
        louder = (heard - filed + min(filed, FEW)) / ((usual or 0.0) + FEW) - 1
        counts[explanation] *= 1 + min(LOUDEST, max(0.0, louder))
    for trouble in situation.troubles:
        sent = SENT_BY[trouble.impact] * _nearness(asked, situation, trouble)
        counts[Explanation(trouble.cause.value)] += sent * trouble.confidence
        for name, probability in trouble.alternatives:
            if name in _CAUSES:
                counts[Explanation(name)] += sent * probability
    if _planned(asked, situation) is not None:
        counts[Explanation.MAINTENANCE] += SENT_BY_WORK
    return counts


def _nearness(asked: Asked, situation: Situation, trouble: OpenTrouble) -> float:
    """How much of an incident's askers pay with what this one pays with (0 to 1)."""
    if asked.component in trouble.affected:
        return 1.0
    if asked.component in trouble.components:
        return WAS_AFFECTED if trouble.affected else 1.0
    asked_place = situation.place(asked.component)
    if asked_place is None or not asked_place.group:
        return ELSEWHERE_AFFECTED
    groups = {place.group for place in situation.places if place.slug in trouble.components}
    return SAME_GROUP if asked_place.group in groups else ELSEWHERE_AFFECTED


def _trouble(asked: Asked, situation: Situation, likeliest: Explanation) -> OpenTrouble | None:
    """The incident that the answer rests on: the nearest of the likeliest cause."""
    fitting = [
        trouble
        for trouble in situation.troubles
        if trouble.cause.value == likeliest.value
        and _nearness(asked, situation, trouble) > ELSEWHERE_AFFECTED
    ]
    return max(
        fitting, key=lambda trouble: (_nearness(asked, situation, trouble), trouble.started_at), default=None
    )


def _planned(asked: Asked, situation: Situation) -> Planned | None:
    return next((work for work in situation.planned if asked.component in work.components), None)
