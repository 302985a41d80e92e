"""What an operator is told of a tried check: whose trouble it is, and what to do."""

import pytest

from probes.instrument.codebook import default_code_book
from probes.vocabulary.outcomes import Family, Outcome
from statuspage.wording import labels, trials

OURS = sorted({each for each in Outcome if each.family is Family.OURS} - {Outcome.MISCONFIGURED})
EXACTLY = [
    (200, "UNKNOWN_SERIAL"),
    (200, "BAD_APIV3_KEY"),
    (200, "UNKNOWN_SCHEME"),
    (200, "CLOCK_SKEW"),
    (200, "SIGNTEST"),
    (404, "NO_CERTIFICATES"),
    (401, "SIGN_ERROR"),
    (None, "BAD_CREDENTIALS"),
]


@pytest.mark.parametrize(("status", "code"), EXACTLY)
def test_operator_is_told_exactly_what_to_do_when_it_may_be_ours(status: int | None, code: str) -> None:
    outcome = default_code_book().read(error=None, http_status=status, code=code, message="")

    advice = trials.to_do(outcome, code)

    assert outcome.family is Family.OURS
    assert advice != trials.to_do(outcome, "")
    assert advice.zh
    assert advice.en


@pytest.mark.parametrize("outcome", OURS)
def test_what_is_ours_is_never_an_outage(outcome: Outcome) -> None:
    said = trials.whose(outcome)

    assert said.en.startswith("ours: ")
    assert "never an outage" in said.en
    assert said.zh.startswith("我们：")


def test_a_refused_request_may_be_theirs_since_the_detector_may_hold_it_so() -> None:
    said = trials.whose(Outcome.MISCONFIGURED)

    assert "never an outage" not in said.en
    assert "theirs, and an outage" in said.en
    assert "绝不" not in said.zh
    assert "是对方" in said.zh
    assert "other probes" in trials.to_do(Outcome.MISCONFIGURED, "").en


def test_evidence_of_an_outage_calls_a_refused_request_no_mistake_of_ours() -> None:
    said = labels.outcome(Outcome.MISCONFIGURED)

    assert "our" not in said.en
    assert "我们" not in said.zh
