"""What one probe's answers say of the probe itself."""

from datetime import UTC, datetime

import pytest

from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.observations import Check
from statuspage.analysis.kinds import ACCEPTED, PAYER, SILENT, THROTTLED, UNAUTHENTICATED, WRONG_REQUEST
from statuspage.analysis.model import FORMS, INSTRUMENT
from statuspage.analysis.probe_memory import ProbeMemory, UsualForm

AT = 1_000_000.0


def proven() -> ProbeMemory:
    return ProbeMemory(worked=True, accepted=INSTRUMENT.proven_checks)


def take(probe: ProbeMemory, *kinds: int) -> list[Exclusion | None]:
    """One answer each minute."""
    return [probe.take(kind, AT + 60.0 * minute) for minute, kind in enumerate(kinds)]


def answer(code: str = "", message: str = "") -> Check:
    return Check(at=datetime(2026, 4, 6, tzinfo=UTC), probe="a", http_status=200, code=code, message=message)


def test_probe_is_excluded_by_its_reason_when_an_answer_is_our_fault() -> None:
    assert take(proven(), UNAUTHENTICATED, THROTTLED) == [Exclusion.UNAUTHENTICATED, Exclusion.THROTTLED]


def test_wrong_request_is_an_open_question_until_the_probe_is_known_to_be_misconfigured() -> None:
    found = take(proven(), *[WRONG_REQUEST] * (INSTRUMENT.misconfigured_checks + 1))

    assert found == [None] * INSTRUMENT.misconfigured_checks + [Exclusion.MISCONFIGURED]


@pytest.mark.parametrize("kind", [WRONG_REQUEST, PAYER])
def test_refusals_are_ours_when_the_probe_never_worked(kind: int) -> None:
    assert take(ProbeMemory(), kind, kind) == [Exclusion.MISCONFIGURED] * 2


def test_refusals_of_the_payer_say_something_when_the_probe_worked() -> None:
    assert take(ProbeMemory(), SILENT, PAYER) == [None, None]


def test_probe_needs_care_with_the_second_refusal_in_a_row_and_none_when_it_works() -> None:
    probe = proven()

    take(probe, UNAUTHENTICATED)
    once = probe.needs_care(AT + 30.0)
    take(probe, UNAUTHENTICATED)
    twice = probe.needs_care(AT + 60.0)
    take(probe, ACCEPTED)

    assert (once, twice, probe.needs_care(AT + 120.0)) == (False, True, False)


def test_probe_needs_care_when_it_is_refused_half_of_the_time() -> None:
    probe = proven()

    take(probe, *[UNAUTHENTICATED, ACCEPTED] * 6)

    assert probe.needs_care(AT + 720.0)


def form_after(*checks: Check, calm: bool = True) -> UsualForm:
    form = UsualForm()
    for check in checks:
        form.odd(check, calm=calm)
    return form


USUAL = [answer("SUCCESS")] * FORMS.least_answers


@pytest.mark.parametrize(
    ("usual", "then", "odd"),
    [
        (answer("SUCCESS"), answer(), True),
        (answer("SUCCESS"), answer("OK"), False),
        (answer("SUCCESS"), answer("SUCCESS", "<html>"), True),
        (answer(), answer(message="<html>"), True),
        (answer(message="<html>"), answer(message="<html>"), False),
        (answer(), answer("SUCCESS"), False),
    ],
)
def test_success_is_odd_when_it_lacks_what_good_ones_have(usual: Check, then: Check, odd: bool) -> None:
    assert form_after(*[usual] * FORMS.least_answers).odd(then, calm=True) is odd


def test_success_is_not_odd_when_too_few_were_seen() -> None:
    assert not form_after(*USUAL[:-1]).odd(answer(), calm=True)


def test_success_is_not_odd_when_every_tenth_is_of_that_form() -> None:
    mixed = [*[answer("SUCCESS")] * 9, answer()] * 10

    assert not form_after(*mixed).odd(answer(), calm=True)


def test_form_stays_as_it_was_when_all_others_come_in_trouble() -> None:
    form = form_after(*USUAL)

    assert all(form.odd(answer(), calm=False) for _ in range(500))


def test_code_without_a_meaning_is_known_when_it_came_in_calm_times() -> None:
    probe = proven()

    found = [probe.unknown_code(answer("05"), calm=calm) for calm in (False, True, True, True, True)]

    assert found == [True, True, True, True, False]
