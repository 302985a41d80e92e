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
