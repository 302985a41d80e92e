"""Whose fault it is: what is ours is never an outage and never "operational", what is theirs is found."""

from datetime import timedelta

import msgspec
import pytest

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.observations import WatchedCatalog
from statuspage.analysis.detector import Detector
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.values import Observed
from tests.analysis.answered_otherwise import (
    BAD_REQUEST,
    BEGIN,
    BUSY,
    COMPONENTS,
    END,
    NOT_FOUND,
    TOO_OFTEN,
    UNSIGNED,
    WRONG_METHOD,
    WRONG_REQUEST,
    Choice,
    answered,
    by_chance,
    made,
    moment,
    one_probe,
    seen_in,
    told,
    watched,
)
from tests.scenarios.answers import Answer
from tests.scenarios.world import Call

# refused from one moment on


@pytest.mark.parametrize("answer", [NOT_FOUND, WRONG_METHOD, WRONG_REQUEST, BAD_REQUEST])
def test_outage_is_confirmed_within_a_minute_when_all_that_worked_is_refused_at_once(answer: Answer) -> None:
    found = told(made(answered(answer)))

    (incident,) = found.last
    assert (incident.cause, incident.components, incident.impact) == (
        Cause.OUTAGE,
        COMPONENTS,
        Impact.CRITICAL,
    )
    assert incident.confirmed_at is not None
    assert incident.confirmed_at - moment(BEGIN) <= timedelta(seconds=60)
    assert abs(incident.started_at - moment(BEGIN)) <= timedelta(seconds=30)
    assert (found.conditions.misconfigured_probes, found.conditions.blind_components) == ((), ())
    assert found.excluded == []


def test_outage_is_of_the_one_component_that_is_refused_when_the_others_are_not() -> None:
    (incident,) = told(made(answered(NOT_FOUND, lambda call: call.component == "fenfu-qr"))).last

    assert (incident.cause, incident.components) == (Cause.OUTAGE, ("fenfu-qr",))
    assert incident.confirmed_at is not None


def test_outage_is_found_when_every_other_check_is_refused_by_chance() -> None:
    incidents = told(made(answered(NOT_FOUND, by_chance(0.5)))).last

    assert {incident.cause for incident in incidents} == {Cause.OUTAGE}
    assert all(incident.confirmed_at is not None for incident in incidents)


@pytest.mark.parametrize("shape", [{"vantages": 1, "personas": 2}, {"vantages": 1, "personas": 1}])
def test_outage_is_found_when_all_is_refused_and_few_probes_look(shape: dict[str, int]) -> None:
    incidents = told(made(answered(NOT_FOUND), **shape)).last

    assert [incident.cause for incident in incidents] == [Cause.OUTAGE]


def test_outage_is_over_when_nobody_is_refused_any_more() -> None:
    world = made(answered(NOT_FOUND, lambda call: call.at < BEGIN + 600))

    (incident,) = told(world).last

    assert incident.resolved_at is not None
    assert incident.resolved_at - moment(BEGIN + 600) < timedelta(seconds=120)


def one_persona(call: Call) -> bool:
    return call.component == "fenfu-qr" and call.persona == "ordinary"


def two_personas(call: Call) -> bool:
    return call.component == "fenfu-qr" and call.persona in ("ordinary", "reseller")


@pytest.mark.parametrize(
    ("chosen", "probes"),
    [
        (one_probe, ("fenfu-qr.ordinary.east",)),
        (one_persona, ("fenfu-qr.ordinary.east", "fenfu-qr.ordinary.south")),
        (
            two_personas,
            (
                "fenfu-qr.ordinary.east",
                "fenfu-qr.ordinary.south",
                "fenfu-qr.reseller.east",
                "fenfu-qr.reseller.south",
            ),
        ),
    ],
)
def test_refused_probes_are_ours_when_other_payers_are_served(
    chosen: Choice, probes: tuple[str, ...]
) -> None:
    found = told(made(answered(NOT_FOUND, chosen)))

    assert found.verdicts == []
    assert found.conditions.misconfigured_probes == probes
    assert found.conditions.blind_components == ()
    assert {check.probe for check in found.excluded} == set(probes)
    assert found.reasons() == {Exclusion.MISCONFIGURED}


def test_refused_checks_are_excluded_in_time_when_no_other_check_comes() -> None:
    catalog, seen = seen_in(made(answered(NOT_FOUND, one_probe)))
    detector = Detector(catalog, DetectorSettings())
    watched(detector, seen, BEGIN + 60)
    refused = [
        item.at
        for item in seen
        if isinstance(item, Observed) and item.check.http_status == 404 and item.at <= moment(BEGIN + 60)
    ]

    after = watched(detector, [], BEGIN + 600)

    assert [check.at for check in after.excluded] == refused != []
    assert after.reasons() == {Exclusion.MISCONFIGURED}


def test_refusals_are_of_the_vantage_when_it_alone_is_refused() -> None:
    found = told(made(answered(NOT_FOUND, lambda call: call.vantage == "east")))

    assert found.verdicts == []
    assert found.conditions.lost_vantages == ("east",)
    assert Exclusion.VANTAGE_LOST in found.reasons()


@pytest.mark.parametrize("answer", [NOT_FOUND, WRONG_REQUEST, UNSIGNED])
def test_probes_are_ours_for_ever_when_they_were_refused_since_their_first_check(answer: Answer) -> None:
    found = told(made(lambda call: answer if call.component else None))

    assert found.verdicts == []
    assert len(found.conditions.misconfigured_probes) == 16
    assert found.conditions.blind_components == COMPONENTS


def test_refusals_are_ours_when_the_probes_were_set_up_anew() -> None:
    catalog, seen = seen_in(made(answered(NOT_FOUND)))
    before = Detector(catalog, DetectorSettings())
    watched(before, seen, BEGIN)

    after = Detector(set_up_anew(catalog), DetectorSettings(), before.dump())
    found = watched(after, [item for item in seen if item.at > moment(BEGIN)], END)

    assert found.verdicts == []
    assert len(found.conditions.misconfigured_probes) == 16
    assert found.conditions.blind_components == COMPONENTS


def set_up_anew(catalog: WatchedCatalog) -> WatchedCatalog:
    probes = tuple(msgspec.structs.replace(probe, setup="anew") for probe in catalog.probes)
    return msgspec.structs.replace(catalog, probes=probes)


# our keys, our pace


@pytest.mark.parametrize("answer", [UNSIGNED, TOO_OFTEN])
def test_components_are_unknown_within_two_minutes_when_every_answer_may_be_our_own_fault(
    answer: Answer,
) -> None:
    found = told(made(answered(answer)), until=BEGIN + 120)

    assert found.verdicts == []
    assert found.conditions.blind_components == COMPONENTS


def test_probes_are_misconfigured_within_two_minutes_when_our_keys_are_refused() -> None:
    found = told(made(answered(UNSIGNED)), until=BEGIN + 130)

    assert len(found.conditions.misconfigured_probes) >= 14
    assert found.reasons() == {Exclusion.UNAUTHENTICATED}


def test_no_probe_is_misconfigured_when_we_only_ask_too_often() -> None:
    found = told(made(answered(TOO_OFTEN)))

    assert found.conditions.misconfigured_probes == ()
    assert found.reasons() == {Exclusion.THROTTLED}


def test_components_are_seen_again_with_the_first_answer_when_our_keys_are_renewed() -> None:
    world = made(answered(UNSIGNED, lambda call: call.at < BEGIN + 600))

    assert told(world, until=BEGIN + 640).conditions.blind_components == ()
    assert told(world, until=BEGIN + 900).conditions.misconfigured_probes == ()


def test_component_is_seen_when_one_probe_of_eight_is_not_refused() -> None:
    def left(call: Call) -> bool:
        return (call.persona, call.vantage) != ("ordinary", "east")

    found = told(made(answered(UNSIGNED, left)))

    assert found.conditions.blind_components == ()
    assert len(found.conditions.misconfigured_probes) == 14


def test_component_is_seen_and_well_when_our_keys_are_refused_by_chance() -> None:
    found = told(made(answered(UNSIGNED, by_chance(0.5))))

    assert found.verdicts == []
    assert found.conditions.blind_components == ()


def test_single_probe_sees_when_one_answer_in_between_came_too_often() -> None:
    def once(call: Call) -> bool:
        return call.at < BEGIN + 60

    world = made(answered(TOO_OFTEN, once), vantages=1, personas=1)

    for seconds in range(0, 240, 20):
        assert told(world, until=BEGIN + seconds).conditions.blind_components == ()


def test_outage_is_told_whole_when_half_of_all_checks_come_too_often() -> None:
    busy = answered(BUSY)
    (incident,) = told(made(answered(TOO_OFTEN, by_chance(0.5)), busy)).last

    assert (incident.cause, incident.impact) == (Cause.OUTAGE, Impact.CRITICAL)
    assert all(probe.accepted == 0 for probe in incident.evidence.probes if probe.checks > 20)
