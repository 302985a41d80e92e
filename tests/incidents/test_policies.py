"""What is told when: rules of cause and component, and since when something is told as sure."""

from datetime import datetime

import pytest

from probes.vocabulary.causes import Cause
from probes.vocabulary.publishing import Confirmation, Mode
from statuspage.incidents.policies import (
    DEFAULTS,
    Policy,
    PolicyRule,
    Timing,
    policy_for,
    policy_of,
    sure_since,
)
from tests.incidents.building import at

LATER = Timing(mode=Mode.AFTER, minutes=5)
BY_PERSON = Timing(mode=Mode.BY_PERSON)


def rule(component: str | None = None, *, tell: Timing = LATER, cause: Cause = Cause.OUTAGE) -> PolicyRule:
    return PolicyRule(cause=cause, component=component, policy=Policy(tell=tell))


@pytest.mark.parametrize("cause", Cause)
def test_policy_suspects_at_once_and_waits_with_blame_when_nobody_made_a_rule(cause: Cause) -> None:
    policy = policy_of(cause, "fenfu-qr", ())

    blames_others = cause in (Cause.RISK_CONTROL, Cause.POLICY_CHANGE)
    assert policy.tell == Timing()
    assert policy.confirm == (Timing(mode=Mode.AFTER, minutes=2) if blames_others else Timing())


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        pytest.param((rule(),), LATER, id="that of all components"),
        pytest.param((rule(), rule("fenfu-qr", tell=BY_PERSON)), BY_PERSON, id="its own before that of all"),
        pytest.param((rule("fenfu-online"),), Timing(), id="the default, where the rule is another's"),
        pytest.param((rule(cause=Cause.MAINTENANCE),), Timing(), id="the default, of another cause"),
    ],
)
def test_policy_of_a_component_is_the_nearest_rule(rules: tuple[PolicyRule, ...], wanted: Timing) -> None:
    assert policy_of(Cause.OUTAGE, "fenfu-qr", rules).tell == wanted


def test_policy_of_an_incident_is_the_most_cautious_of_its_components() -> None:
    rules = (rule("fenfu-qr"), rule("fenfu-online", tell=BY_PERSON))

    assert policy_for(Cause.OUTAGE, ("fenfu-qr", "other"), rules).tell == LATER
    assert policy_for(Cause.OUTAGE, ("fenfu-qr", "fenfu-online"), rules).tell == BY_PERSON
    assert policy_for(Cause.OUTAGE, (), rules) == DEFAULTS[Cause.OUTAGE]


@pytest.mark.parametrize(
    ("timing", "confirmation", "seconds", "over", "wanted"),
    [
        pytest.param(Timing(), Confirmation.BY_POLICY, 61, False, at(60), id="at once"),
        pytest.param(LATER, Confirmation.BY_POLICY, 359, False, None, id="not before its minutes passed"),
        pytest.param(LATER, Confirmation.BY_POLICY, 360, False, at(360), id="when its minutes have passed"),
        pytest.param(LATER, Confirmation.BY_POLICY, 400, False, at(360), id="as of when they had passed"),
        pytest.param(LATER, Confirmation.BY_POLICY, 120, True, at(120), id="when it is over before"),
        pytest.param(LATER, Confirmation.HELD, 999, False, None, id="never where a person holds it back"),
        pytest.param(LATER, Confirmation.GIVEN, 70, False, at(70), id="now where a person says so"),
        pytest.param(BY_PERSON, Confirmation.BY_POLICY, 9999, False, None, id="not without a person"),
        pytest.param(BY_PERSON, Confirmation.BY_POLICY, 9999, True, None, id="not even when it is over"),
    ],
)
def test_incident_is_told_as_sure(
    timing: Timing, confirmation: Confirmation, seconds: float, over: bool, wanted: datetime | None
) -> None:
    since = sure_since(
        at(60), timing=timing, confirmation=confirmation, told_since=None, at=at(seconds), over=over
    )

    assert since == wanted


def test_what_was_told_as_sure_is_not_taken_back_when_a_policy_is_more_cautious() -> None:
    since = sure_since(
        at(60),
        timing=BY_PERSON,
        confirmation=Confirmation.BY_POLICY,
        told_since=at(60),
        at=at(90),
        over=False,
    )

    assert since == at(60)
