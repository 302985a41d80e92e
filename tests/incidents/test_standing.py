"""How components stand."""

import pytest

from probes.vocabulary.causes import Cause, Extent, Impact
from probes.vocabulary.states import ComponentState
from statuspage.analysis.values import Certainty
from statuspage.incidents.standing import Trouble, worst_state

OK, DEGRADED, PARTIAL, MAJOR, WORK, DARK = (
    ComponentState.OPERATIONAL,
    ComponentState.DEGRADED,
    ComponentState.PARTIAL,
    ComponentState.MAJOR,
    ComponentState.MAINTENANCE,
    ComponentState.UNKNOWN,
)


def trouble(
    cause: Cause = Cause.OUTAGE,
    impact: Impact = Impact.MAJOR,
    certainty: Certainty = Certainty.CONFIRMED,
    extent: Extent | None = None,
    told_only: bool = False,
) -> Trouble:
    return Trouble(cause=cause, impact=impact, certainty=certainty, extent=extent, told_only=told_only)


@pytest.mark.parametrize(
    ("troubles", "work", "blind", "state"),
    [
        pytest.param([], False, False, OK, id="nothing is open"),
        pytest.param([trouble(impact=Impact.MINOR)], False, False, DEGRADED, id="a minor outage"),
        pytest.param([trouble()], False, False, MAJOR, id="a major outage"),
        pytest.param([trouble(extent=Extent.ALL)], False, False, MAJOR, id="all of it fails"),
        pytest.param(
            [trouble(impact=Impact.CRITICAL, extent=Extent.SOME)],
            False,
            False,
            PARTIAL,
            id="some of it fails",
        ),
        pytest.param([trouble(extent=Extent.SLOW)], False, False, DEGRADED, id="it is slow"),
        pytest.param(
            [trouble(Cause.RISK_CONTROL, extent=Extent.ALL)], False, False, DEGRADED, id="all are refused"
        ),
        pytest.param([trouble(impact=Impact.CRITICAL)], False, False, MAJOR, id="a critical outage"),
        pytest.param(
            [trouble(impact=Impact.CRITICAL, certainty=Certainty.SUSPECTED)],
            False,
            False,
            DEGRADED,
            id="a suspicion",
        ),
        pytest.param([trouble(Cause.RISK_CONTROL)], False, False, DEGRADED, id="a wave of refusals"),
        pytest.param([trouble(Cause.POLICY_CHANGE, Impact.CRITICAL)], False, False, PARTIAL, id="withdrawal"),
        pytest.param([trouble(Cause.MAINTENANCE)], False, False, WORK, id="unannounced maintenance"),
        pytest.param([], True, False, WORK, id="announced maintenance"),
        pytest.param([trouble()], True, False, MAJOR, id="maintenance masks no outage"),
        pytest.param([], False, True, DARK, id="nothing is seen"),
        pytest.param(
            [trouble(certainty=Certainty.SUSPECTED, told_only=True)],
            False,
            True,
            DARK,
            id="users tell, unseen",
        ),
        pytest.param([trouble()], False, True, MAJOR, id="unseen while an outage is open"),
    ],
)
def test_worst_state_a_component_is_the_worst_that_is_known(
    troubles: list[Trouble], work: bool, blind: bool, state: ComponentState
) -> None:
    assert worst_state(troubles=troubles, under_maintenance=work, blind=blind) is state
