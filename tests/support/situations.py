"""Whole situations as rows: all is well, we are blind, or one of the four causes is going on."""

from datetime import timedelta

from probes.vocabulary.causes import Cause
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.states import ComponentState
from probes.vocabulary.tiers import RiskTier
from statuspage.monitoring.models import Progress
from tests.support.public_rows import (
    World,
    make_announcement,
    make_incident,
    make_maintenance,
    make_past_day,
    set_state,
)

CALM = ("calm", "blind")
SITUATIONS = (*CALM, *Cause)
STATE_OF = {
    Cause.OUTAGE: ComponentState.MAJOR,
    Cause.MAINTENANCE: ComponentState.MAINTENANCE,
    Cause.RISK_CONTROL: ComponentState.DEGRADED,
    Cause.POLICY_CHANGE: ComponentState.DEGRADED,
}
OUTCOME_OF = {
    Cause.OUTAGE: Outcome.TIMEOUT,
    Cause.MAINTENANCE: Outcome.MAINTENANCE,
    Cause.RISK_CONTROL: Outcome.DECLINED_RISK,
    Cause.POLICY_CHANGE: Outcome.DECLINED_POLICY,
}


def bring_about(world: World, situation: str) -> None:
    """Rows in which ``situation`` (one of SITUATIONS) is going on, with some history."""
    make_announcement(world)
    make_maintenance(world)
    make_incident(world, cause=Cause.POLICY_CHANGE, ago=timedelta(days=3), lasted=timedelta(hours=2))
    if situation in CALM:
        make_past_day(world)
        if situation == "blind":
            Progress.objects.update(concluded_until=world.now - timedelta(hours=1))
        return
    cause = Cause(situation)
    make_past_day(world, bad={RiskTier.HIGH: OUTCOME_OF[cause], RiskTier.ELEVATED: OUTCOME_OF[cause]})
    make_incident(world, cause=cause)
    set_state(world, "fenfu-qr", STATE_OF[cause])
