"""What an operator is told to do about what a check found."""

import pytest

from probes.instrument.codebook import default_code_book
from probes.vocabulary.outcomes import Family
from statuspage.wording import trials

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
