"""What the code book makes of answers, known and never seen before."""

import csv
from pathlib import Path

import pytest

from probes.instrument.codebook import AnswerRule, default_code_book
from probes.vocabulary.outcomes import Outcome

with (Path(__file__).parent / "answers.csv").open(encoding="utf-8", newline="") as file:
    ANSWERS = list(csv.DictReader(file))


@pytest.mark.parametrize(
    "answer", ANSWERS, ids=[f"{a['status']} {a['code']} {a['message'][:30]} {a['outcome']}" for a in ANSWERS]
)
def test_code_book_reads_an_answer_when_it_has_codes_or_words(answer: dict[str, str]) -> None:
    book = default_code_book()

    outcome = book.read(
        error=None, http_status=int(answer["status"]), code=answer["code"], message=answer["message"]
    )

    assert outcome == answer["outcome"]


@pytest.mark.parametrize("error", ["timeout", "connect", "dns", "tls", "protocol"])
def test_code_book_takes_the_error_as_outcome_when_there_was_no_answer(error: str) -> None:
    book = default_code_book()

    outcome = book.read(error=error, http_status=None, code="", message="")

    assert outcome == error


def test_code_book_names_no_rule_when_an_answer_is_not_mapped() -> None:
    book = default_code_book()

    outcome, rule = book.explain(error=None, http_status=403, code="QWERTY_17", message="zzz")

    assert outcome is Outcome.DECLINED_UNKNOWN
    assert rule is None
    assert not book.is_mapped(error=None, http_status=403, code="QWERTY_17", message="zzz")


def test_code_book_prefers_the_rule_of_an_admin_when_a_shipped_one_fits_too() -> None:
    taught = AnswerRule(status=403, code="RULE_LIMIT", pattern="夜間", outcome=Outcome.DECLINED_POLICY)
    book = default_code_book().with_rules([taught])

    at_night = book.read(error=None, http_status=403, code="RULELIMIT", message="夜间交易风险")
    by_day = book.read(error=None, http_status=403, code="RULELIMIT", message="交易风险")

    assert at_night is Outcome.DECLINED_POLICY
    assert by_day is Outcome.DECLINED_RISK


def test_code_rule_says_what_is_wrong_when_its_pattern_is_broken() -> None:
    with pytest.raises(ValueError, match="no regular expression"):
        AnswerRule(pattern="(", outcome=Outcome.THROTTLED)


def test_code_book_reads_a_code_alike_when_several_dialects_have_it() -> None:
    meanings: dict[str, dict[str, set[Outcome]]] = {}
    for rule in default_code_book().rules:
        if rule.dialect and rule.code:
            meanings.setdefault(rule.code.lower(), {}).setdefault(rule.dialect, set()).add(rule.outcome)

    shared = {code: by for code, by in meanings.items() if len(by) > 1}

    assert {code: by for code, by in shared.items() if len(set.union(*by.values())) > 1} == {}


@pytest.mark.parametrize(
    ("code", "message", "outcome"),
    [
        ("10003", "order success pay inprocess", Outcome.ACCEPTED),
        ("isv.invalid-signature", "验签出错", Outcome.UNAUTHENTICATED),
        ("isv.invalid-parameter", "参数无效", Outcome.MISCONFIGURED),
        ("isv.never-seen-before", "", Outcome.MISCONFIGURED),
        ("isp.never-seen-before", "", Outcome.SERVER_ERROR),
        ("isv.insufficient-isv-permissions", "ISV权限不足", Outcome.DECLINED_POLICY),
        ("40006", "Insufficient Permissions", Outcome.DECLINED_UNKNOWN),
        ("40004", "Business Failed", Outcome.DECLINED_UNKNOWN),
        ("ACQ.SYSTEM_ERROR", "接口返回错误", Outcome.SERVER_ERROR),
        ("isp.unknow-error", "系统维护中，预计02:00恢复", Outcome.MAINTENANCE),
        ("ACQ.PAYMENT_FAIL", "该笔交易存在风险，已被拦截", Outcome.DECLINED_RISK),
        ("ACQ.PAYMENT_FAIL", "支付失败", Outcome.DECLINED_UNKNOWN),
        ("ACQ.NEVER_SEEN", "买家余额不足", Outcome.DECLINED_FUNDS),
        ("A0", "", Outcome.UNAUTHENTICATED),
        ("97", "", Outcome.MISCONFIGURED),
        ("98", "", Outcome.SERVER_ERROR),
        ("90", "", Outcome.MAINTENANCE),
        ("25", "", Outcome.BAD_ANSWER),
        ("64", "", Outcome.MISCONFIGURED),
        ("05", "", Outcome.DECLINED_UNKNOWN),
        ("39_NEW", "", Outcome.DECLINED_UNKNOWN),
    ],
)
def test_code_book_reads_an_error_inside_a_success_by_its_own_words(
    code: str, message: str, outcome: Outcome
) -> None:
    read = default_code_book().read(error=None, http_status=200, code=code, message=message)

    assert read is outcome
