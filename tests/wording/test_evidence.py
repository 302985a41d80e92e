"""The sentence on how much fails: by cause, by what people do with it, never rounded into all or none."""

from collections.abc import Collection

import pytest

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.symptoms import Symptom
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.values import Evidence, ProbeEvidence, ReportEvidence
from statuspage.wording.evidence import complaints, extent
from statuspage.wording.numbers import usually

PAY, REPAY, LIMIT = ComponentKind.PAY, ComponentKind.REPAY, ComponentKind.LIMIT


def met(
    accepted: int,
    checks: int = 100,
    *,
    tier: RiskTier = RiskTier.LOW,
    outcome: Outcome = Outcome.TIMEOUT,
) -> ProbeEvidence:
    return ProbeEvidence(
        component="fenfu-qr",
        persona=tier.value,
        tier=tier,
        vantage="east",
        checks=checks,
        accepted=accepted,
        outcomes=((outcome, checks - accepted),),
        sample="",
        usual_failure_ratio=0.0,
        weight=1.0,
    )


def seen(*probes: ProbeEvidence, told_only: bool = False) -> Evidence:
    return Evidence(window_seconds=600.0, probes=probes, told_only=told_only)


@pytest.mark.parametrize(
    ("accepted", "zh", "en"),
    [
        (0, "所有测试付款都失败", "all test payments fail"),
        (1, "几乎所有测试付款都失败", "almost all test payments fail"),
        (6, "每 10 笔测试付款约 9 笔失败", "about 9 in 10 test payments fail"),
        (34, "每 10 笔测试付款约 7 笔失败", "about 7 in 10 test payments fail"),
        (95, "每 10 笔测试付款约 1 笔失败", "about 1 in 10 test payments fail"),
        (96, "少数测试付款失败", "a few test payments fail"),
    ],
)
def test_extent_is_told_in_tenths_when_payments_fail(accepted: int, zh: str, en: str) -> None:
    assert extent(seen(met(accepted)), Cause.OUTAGE, {PAY}) == Bilingual(zh, en)


@pytest.mark.parametrize(
    ("kinds", "zh", "en"),
    [
        ({REPAY}, "每 10 笔测试还款约 4 笔失败", "about 4 in 10 test repayments fail"),
        ({LIMIT}, "每 10 次测试约 4 次失败", "about 4 in 10 tests fail"),
        ({PAY, LIMIT}, "每 10 次测试约 4 次失败", "about 4 in 10 tests fail"),
    ],
    ids=["repaying", "a limit", "several"],
)
def test_extent_speaks_of_what_people_do_when_it_is_told(
    kinds: Collection[ComponentKind], zh: str, en: str
) -> None:
    assert extent(seen(met(60)), Cause.OUTAGE, kinds) == Bilingual(zh, en)


@pytest.mark.parametrize("late", [Outcome.SLOW, Outcome.ACCEPTED])
def test_extent_says_slow_when_most_answers_came_too_late(late: Outcome) -> None:
    told = extent(seen(met(20, outcome=late)), Cause.OUTAGE, {PAY})

    assert told == Bilingual("每 10 笔测试付款约 8 笔非常慢", "about 8 in 10 test payments are very slow")


@pytest.mark.parametrize(
    ("low", "high", "zh"),
    [
        (97, 20, "普通账户基本不受影响"),
        (30, 10, "普通账户也受影响"),
        (80, 10, ""),
        (97, 97, ""),
    ],
    ids=["spared", "not spared", "between the two", "hardly anybody is declined"],
)
def test_extent_says_of_ordinary_accounts_what_is_known_when_risk_checks_decline(
    low: int, high: int, zh: str
) -> None:
    told = extent(seen(met(low), met(high, tier=RiskTier.HIGH)), Cause.RISK_CONTROL, {PAY})

    assert told.zh.partition("，")[2] == zh


def test_extent_is_of_the_past_when_it_is_over() -> None:
    assert extent(seen(met(0)), Cause.OUTAGE, {PAY}, over=True).en == "all test payments failed"


@pytest.mark.parametrize(
    ("evidence", "cause"),
    [
        (seen(met(0)), Cause.MAINTENANCE),
        (seen(met(100)), Cause.OUTAGE),
        (seen(), Cause.OUTAGE),
        (seen(met(99), told_only=True), Cause.OUTAGE),
    ],
    ids=["maintenance", "nothing fails", "nothing was asked", "users alone tell of it"],
)
def test_no_extent_is_told_when(evidence: Evidence, cause: Cause) -> None:
    assert extent(evidence, cause, {PAY}) == NOTHING


@pytest.mark.parametrize(
    ("people", "zh", "en"),
    [(0.2, "几乎没有", "almost none"), (0.6, "约 1 人", "about 1"), (6.2, "约 6 人", "about 6")],
)
def test_usual_number_is_of_whole_people_when_it_is_told(people: float, zh: str, en: str) -> None:
    assert usually(people) == Bilingual(zh, en)


@pytest.mark.parametrize(
    ("count", "told"),
    [(28, "28 people reported it (usually almost none)"), (1, "1 person reported it (usually almost none)")],
)
def test_people_are_counted_against_the_usual_when_they_are_more(count: int, told: str) -> None:
    report = ReportEvidence(
        symptom=Symptom.PAYMENT_FAILURE, count=count, usual=0.2, authors=count, quotes=(), weight=1.0
    )

    assert complaints(Evidence(window_seconds=60.0, reports=(report,))).en == told
