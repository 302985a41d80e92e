"""The likeliest explanation of three taps, in every combination and situation."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.vocabulary.causes import Cause
from probes.vocabulary.choices import ELSEWHERE, Asked, Explanation, Happened, Told
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.asking import answers
from statuspage.asking import judgement as tables
from statuspage.asking.judgement import judge
from statuspage.asking.situation import Complaints, Situation
from statuspage.asking.table import ASKED_ABOUT, NOON, AnswerRow, rows, situations
from statuspage.wording.advice import THEFT

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def asked(happened: Happened, said: Told, *, component: str = ASKED_ABOUT, sure: float = 1.0) -> Asked:
    return Asked(component=component, happened=happened, said=said, sure=sure)


def named(row: AnswerRow) -> str:
    taps = row.judgement.asked
    return f"{row.situation}: {taps.happened}, {taps.said}"


def test_tables_are_distributions() -> None:
    for explanation in Explanation:
        assert sum(tables.HAPPENED[explanation].values()) == pytest.approx(1)
        assert sum(tables.SAID[explanation].values()) == pytest.approx(1)
    assert sum(tables.QUIET.values()) == pytest.approx(1)


def test_every_combination_has_an_outcome_in_both_languages() -> None:
    for row in rows():
        judgement = row.judgement
        texts = [
            answers.headline(judgement),
            *answers.facts(judgement, now=NOON),
            *answers.advice(judgement),
            *answers.guard(judgement),
        ]

        assert sum(chance for _, chance in judgement.chances) == pytest.approx(1)
        assert 0 < judgement.probability < 1
        assert len(answers.advice(judgement)) >= 2
        for text in texts:
            assert CHINESE.search(text.zh)
            assert not CHINESE.search(text.en)
            assert text.zh[-1] in "。？"
            assert text.en[-1] in ".?"


@pytest.mark.parametrize(
    "row", [row for row in rows() if row.judgement.asked.happened is Happened.STOLEN], ids=named
)
def test_advice_against_theft_is_given_whenever_theft_is_feared(row: AnswerRow) -> None:
    advised = (*answers.advice(row.judgement), *answers.guard(row.judgement))

    assert THEFT[0].say() in advised


@pytest.mark.parametrize(
    ("situation", "happened", "said", "expected"),
    [
        pytest.param("outage", Happened.FAILED, Told.NOTHING, Explanation.OUTAGE, id="spinning in an outage"),
        pytest.param("outage", Happened.FAILED, Told.BUSY, Explanation.OUTAGE, id="busy in an outage"),
        pytest.param(
            "announced work", Happened.FAILED, Told.WORK, Explanation.MAINTENANCE, id="announced work"
        ),
        pytest.param(
            "maintenance", Happened.FAILED, Told.BUSY, Explanation.MAINTENANCE, id="busy in maintenance"
        ),
        pytest.param(
            "risk_control", Happened.REFUSED, Told.RISK, Explanation.RISK_CONTROL, id="refused in a wave"
        ),
        pytest.param(
            "risk_control", Happened.REFUSED, Told.BUSY, Explanation.RISK_CONTROL, id="masked refusal"
        ),
        pytest.param(
            "policy_change", Happened.WITHDRAWN, Told.STOPPED, Explanation.POLICY_CHANGE, id="withdrawn"
        ),
        pytest.param("calm", Happened.REFUSED, Told.RISK, Explanation.ONLY_YOU, id="refused alone"),
        pytest.param("calm", Happened.FAILED, Told.FUNDS, Explanation.ONLY_YOU, id="no money"),
        pytest.param(
            "calm", Happened.WITHDRAWN, Told.STOPPED, Explanation.POLICY_CHANGE, id="withdrawn alone"
        ),
        pytest.param("calm", Happened.STOLEN, Told.ACCOUNT, Explanation.THEFT, id="robbed"),
        pytest.param(
            "calm", Happened.FAILED, Told.WORK, Explanation.MAINTENANCE, id="owned up to, not measured"
        ),
        pytest.param("blind", Happened.FAILED, Told.NOTHING, Explanation.UNKNOWN, id="spinning while blind"),
        pytest.param("blind", Happened.REFUSED, Told.RISK, Explanation.UNKNOWN, id="refused while blind"),
    ],
)
def test_judge_names_the_cause_when(
    situation: str, happened: Happened, said: Told, expected: Explanation
) -> None:
    judgement = judge(asked(happened, said), situations()[situation])

    assert judgement.likeliest is expected


@pytest.mark.parametrize("cause", list(Cause))
def test_judge_shows_the_incident_when_it_explains_the_question(cause: Cause) -> None:
    taps = {
        Cause.OUTAGE: (Happened.FAILED, Told.BUSY),
        Cause.MAINTENANCE: (Happened.FAILED, Told.WORK),
        Cause.RISK_CONTROL: (Happened.REFUSED, Told.RISK),
        Cause.POLICY_CHANGE: (Happened.WITHDRAWN, Told.STOPPED),
    }

    judgement = judge(asked(*taps[cause]), situations()[cause.value])

    assert judgement.trouble is not None
    assert judgement.trouble.cause is cause


def test_judge_never_says_that_others_pay_when_it_cannot_see() -> None:
    blind = situations()["blind"]

    sentences = {
        answers.headline(judge(asked(happened, said), blind)).zh for happened in Happened for said in Told
    }

    assert not any("别人的付款是正常的" in sentence for sentence in sentences)


def test_judge_is_less_sure_when_the_message_was_read_and_not_picked() -> None:
    calm = situations()["calm"]

    picked = judge(asked(Happened.REFUSED, Told.FUNDS), calm)
    read = judge(asked(Happened.REFUSED, Told.FUNDS, sure=0.5), calm)

    assert read.probability < picked.probability


def test_judge_leans_to_an_outage_when_many_say_the_same() -> None:
    calm = situations()["calm"]
    loud = replace(
        calm,
        voices=(Complaints(symptom=Symptom.PAYMENT_FAILURE, product=Product.FENFU, count=200, usual=6.0),),
    )

    before = dict(judge(asked(Happened.FAILED, Told.BUSY), calm).chances)[Explanation.OUTAGE]
    after = judge(asked(Happened.FAILED, Told.BUSY), loud)

    assert dict(after.chances)[Explanation.OUTAGE] > 3 * before
    assert (after.same, after.usual) == (200, 6.0)


def test_judge_is_not_swayed_when_many_fill_in_the_form_alone() -> None:
    calm = situations()["calm"]
    taps = asked(Happened.FAILED, Told.BUSY)
    forged = Complaints(symptom=Symptom.PAYMENT_FAILURE, product=Product.FENFU, count=50, filed=50, usual=0.0)
    heard = replace(forged, count=50, filed=0)
    borne_out = replace(forged, count=56, filed=50)
    alone = replace(heard, count=6)

    by_forgers, by_people, by_both, by_few = (
        dict(judge(taps, replace(calm, voices=(voices,))).chances)[Explanation.OUTAGE]
        for voices in (forged, heard, borne_out, alone)
    )

    assert by_forgers == dict(judge(taps, calm).chances)[Explanation.OUTAGE]
    assert by_few < by_both < by_people


def test_judge_answers_when_nothing_is_known_at_all() -> None:
    nothing = Situation(at=situations()["calm"].at)

    judgement = judge(asked(Happened.FAILED, Told.OTHER, component=ELSEWHERE), nothing)

    assert judgement.blind
    assert answers.facts(judgement, now=NOON)


@given(
    happened=st.sampled_from(Happened),
    said=st.sampled_from(Told),
    situation=st.sampled_from(list(situations().values())),
    sure=st.floats(0.4, 1.0),
    cause=st.sampled_from(Cause),
)
def test_judge_believes_a_cause_more_when_its_incident_is_open(
    happened: Happened, said: Told, situation: Situation, sure: float, cause: Cause
) -> None:
    question = asked(happened, said, sure=sure)
    trouble = situations()[cause.value].troubles[0]

    without = dict(judge(question, situation).chances)[Explanation(cause.value)]
    with_it = judge(question, replace(situation, troubles=(*situation.troubles, trouble)))

    assert dict(with_it.chances)[Explanation(cause.value)] >= without
