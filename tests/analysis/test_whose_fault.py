"""Whose fault it is: what is ours is never an outage and never "operational", what is theirs is found."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.observations import WatchedCatalog
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.detector import Detector
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.values import Conditions, DetectorInput, ExcludedCheck, Observed, Verdict
from tests.scenarios.answers import Answer
from tests.scenarios.effects import unreachable
from tests.scenarios.play import read
from tests.scenarios.world import START, Call, Shape, World

# Seconds after the start: when the trouble begins, and when the world ends.
BEGIN, END = 1800.0, 3000.0
COMPONENTS = ("fenfu-online", "fenfu-qr")
NOT_FOUND = Answer(status=404, message="default backend - 404", latency=20.0)
WRONG_METHOD = Answer(status=405, message="<html>405</html>", latency=20.0)
WRONG_REQUEST = Answer(status=400, code="PARAM_ERROR", message="参数错误", latency=20.0)
BAD_REQUEST = Answer(status=400, latency=20.0)
UNSIGNED = Answer(status=401, code="SIGN_ERROR", message="签名错误", latency=20.0)
TOO_OFTEN = Answer(status=429, code="FREQUENCY_LIMITED", message="频率超限", latency=20.0)
BUSY = Answer(status=503, message="Service Unavailable", latency=20.0)
EMPTY = Answer(status=200, latency=20.0)
PAGE = Answer(status=200, message="<html><body>welcome</body></html>", latency=20.0)
ODD = Answer(status=200, code="E7781", message="", latency=20.0)
REFUSED = Answer(status=403, code="ACCOUNT_ERROR", message="账户异常，交易受限", latency=20.0)

Choice = Callable[[Call], bool]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the detector told of a world, in all."""

    verdicts: list[Verdict]
    conditions: Conditions
    excluded: list[ExcludedCheck]

    @property
    def last(self) -> list[Verdict]:
        return list({verdict.key: verdict for verdict in self.verdicts}.values())

    def reasons(self) -> set[Exclusion]:
        return {check.reason for check in self.excluded}


def answered(answer: Answer, chosen: Choice = lambda call: True) -> Callable[[Call], Answer | None]:
    """From BEGIN on, the ``chosen`` checks of components get ``answer``."""
    return lambda call: answer if call.at >= BEGIN and call.component and chosen(call) else None


def by_chance(share: float, seed: str = "chance") -> Choice:
    dice = random.Random(seed)
    return lambda call: dice.random() < share


def made(*meddlers: Callable[[Call], Answer | None], **shape: Any) -> World:
    fixed: dict[str, Any] = {
        "components": 2,
        "hours": END / 3600.0,
        "blips_per_day": 0.0,
        "technical": 0.0,
        "throttled": 0.0,
        "missed": 0.0,
        "risk": dict.fromkeys(RiskTier, 0.0),
        **shape,
    }
    world = World(random.Random("whose fault"), Shape(**fixed))
    world.meddlers += meddlers
    return world


def told(world: World, *, until: float = END) -> Told:
    catalog, seen = seen_in(world)
    return watched(Detector(catalog, DetectorSettings()), seen, until)


def seen_in(world: World) -> tuple[WatchedCatalog, list[DetectorInput]]:
    """What the detector takes in; our keys are at fault where the code book says so or not."""
    catalog, seen, _ = read(world.lines())
    return catalog, [_unauthenticated(item) for item in seen]


def _unauthenticated(item: DetectorInput) -> DetectorInput:
    if isinstance(item, Observed) and item.check.http_status == UNSIGNED.status:
        return msgspec.structs.replace(item, outcome=Outcome.UNAUTHENTICATED)
    return item


def watched(detector: Detector, seen: list[DetectorInput], until: float) -> Told:
    at = moment(until)
    step = detector.advance([item for item in seen if item.at <= at], at)
    return Told(verdicts=list(step.verdicts), conditions=step.conditions, excluded=list(step.excluded))


def moment(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


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


def one_probe(call: Call) -> bool:
    return (call.component, call.persona, call.vantage) == ("fenfu-qr", "ordinary", "east")


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


# cut off


def test_failed_checks_of_a_lost_vantage_are_excluded_since_its_trouble_began() -> None:
    catalog, seen = seen_in(made(unreachable("east", BEGIN, END, controls=True)))

    found = watched(Detector(catalog, DetectorSettings()), seen, END)

    failed = {
        (item.check.probe, item.at)
        for item in seen
        if isinstance(item, Observed) and item.check.error and not item.check.probe.startswith("control")
    }
    assert {(check.probe, check.at) for check in found.excluded} == failed
    assert len(found.excluded) == len(failed)
    assert found.reasons() == {Exclusion.VANTAGE_LOST}


def test_components_are_unknown_within_two_minutes_when_every_vantage_is_cut_off() -> None:
    cut = [unreachable(vantage, BEGIN, END, controls=True) for vantage in ("east", "south")]

    found = told(made(*cut), until=BEGIN + 120)

    assert found.verdicts == []
    assert found.conditions.lost_vantages == ("east", "south")
    assert found.conditions.blind_components == COMPONENTS


def test_outage_is_confirmed_when_nobody_answers_and_the_controls_do() -> None:
    silent = Answer(error="connect", latency=20.0)

    (incident,) = told(made(answered(silent))).last

    assert (incident.cause, incident.components) == (Cause.OUTAGE, COMPONENTS)
    assert incident.confirmed_at is not None
    assert incident.confirmed_at - moment(BEGIN) <= timedelta(seconds=90)


@pytest.mark.parametrize("seed", ["a", "b", "c", "d", "e", "f"])
def test_nothing_is_told_when_one_vantage_loses_half_of_its_checks_on_the_way(seed: str) -> None:
    lost, half = Answer(error="timeout", latency=10_000.0), by_chance(0.55, seed)

    found = told(made(answered(lost, lambda call: call.vantage == "south" and half(call))))

    assert found.verdicts == []


def test_outage_is_found_when_one_vantage_loses_half_of_its_checks_beside_it() -> None:
    lost, half = Answer(error="timeout", latency=10_000.0), by_chance(0.5)
    loses = answered(lost, lambda call: call.vantage == "south" and half(call))

    fails = answered(BUSY, lambda call: call.component == "fenfu-qr")

    (incident,) = told(made(loses, fails, components=6)).last

    assert (incident.cause, incident.components) == (Cause.OUTAGE, ("fenfu-qr",))


def test_outage_of_half_the_checks_is_found_when_one_vantage_alone_asks_the_component() -> None:
    lost, half = Answer(error="timeout", latency=10_000.0), by_chance(0.5, "b")
    world = made(answered(lost, lambda call: call.component == "fenfu-qr" and half(call)), components=3)
    catalog, seen = seen_in(world)
    unasked = {p.slug for p in catalog.probes if (p.component, p.vantage) == ("fenfu-qr", "east")}
    catalog = msgspec.structs.replace(
        catalog, probes=tuple(probe for probe in catalog.probes if probe.slug not in unasked)
    )
    seen = [item for item in seen if not (isinstance(item, Observed) and item.check.probe in unasked)]

    (incident,) = watched(Detector(catalog, DetectorSettings()), seen, END).last

    assert incident.components == ("fenfu-qr",)
    assert incident.confirmed_at is not None
    assert incident.confirmed_at - moment(BEGIN) <= timedelta(seconds=180)


@pytest.mark.parametrize("seed", ["a", "b", "c", "d", "e", "f"])
def test_nothing_is_told_when_all_we_ask_is_late_and_the_controls_come_last(seed: str) -> None:
    late = Answer(status=200, code="SUCCESS", latency=2500.0)
    lost, sometimes = Answer(error="timeout", latency=10_000.0), by_chance(0.2, seed)

    def starve(call: Call) -> Answer | None:
        if call.at < (BEGIN if call.component else BEGIN + 30):
            return None
        return lost if sometimes(call) else late

    assert told(made(starve)).verdicts == []


def test_crawl_of_everything_is_confirmed_when_the_controls_are_quick() -> None:
    (incident,) = told(made(answered(Answer(status=200, code="SUCCESS", latency=2500.0)))).last

    assert (incident.cause, incident.components) == (Cause.OUTAGE, COMPONENTS)
    assert incident.confirmed_at is not None
    assert incident.confirmed_at - moment(BEGIN) <= timedelta(seconds=90)


def test_failed_checks_are_the_components_when_an_outage_shows_from_every_vantage() -> None:
    found = told(made(answered(BUSY)))

    assert found.excluded == []


def test_refused_checks_of_a_frozen_account_are_excluded() -> None:
    found = told(made(answered(REFUSED, lambda call: call.persona == "new-device")))

    assert found.conditions.frozen_personas == ("new-device",)
    assert {check.probe.split(".")[1] for check in found.excluded} == {"new-device"}
    assert found.reasons() == {Exclusion.PERSONA_FROZEN}


def test_wave_is_told_by_the_others_when_an_account_was_frozen_before_it() -> None:
    def frozen(call: Call) -> bool:
        return call.persona == "reseller"

    hit = by_chance(0.8)

    def wave(call: Call) -> bool:
        return call.at > END and call.component == "fenfu-qr" and call.tier is RiskTier.ELEVATED and hit(call)

    catalog, seen = seen_in(made(answered(REFUSED, frozen), answered(REFUSED, wave), hours=1.5, components=3))

    found = watched(Detector(catalog, DetectorSettings()), seen, 5400)

    assert [(wave.cause, wave.components) for wave in found.last] == [(Cause.RISK_CONTROL, ("fenfu-qr",))]
    assert found.last[0].confirmed_at is not None
    assert {check.probe.split(".")[1] for check in found.excluded} == {"reseller"}


def test_no_account_is_left_out_when_a_wave_befalls_all_components() -> None:
    hit = by_chance(0.6)

    def wave(call: Call) -> bool:
        return call.persona == "reseller" or (call.tier is RiskTier.ELEVATED and hit(call))

    found = told(made(answered(REFUSED, wave), components=3))

    assert {incident.cause for incident in found.last} == {Cause.RISK_CONTROL}
    assert found.excluded == []


# accepted in form only


@pytest.mark.parametrize("answer", [EMPTY, PAGE, ODD])
def test_outage_is_found_when_successes_lack_what_good_ones_have(answer: Answer) -> None:
    incidents = told(made(answered(answer))).last

    assert [incident.cause for incident in incidents] == [Cause.OUTAGE]
    assert incidents[0].confirmed_at is not None
    assert incidents[0].confirmed_at - moment(BEGIN) <= timedelta(seconds=60)


def test_outage_of_empty_successes_is_found_when_the_detector_was_restarted_before_it() -> None:
    catalog, seen = seen_in(made(answered(EMPTY)))
    before = Detector(catalog, DetectorSettings())
    watched(before, seen, BEGIN)

    after = Detector(catalog, DetectorSettings(), before.dump())
    found = watched(after, [item for item in seen if item.at > moment(BEGIN)], END)

    assert [incident.cause for incident in found.last] == [Cause.OUTAGE]


def test_nothing_is_told_when_successes_without_a_code_are_usual() -> None:
    dice = random.Random("usual")
    world = made(lambda call: EMPTY if call.component and dice.random() < 0.2 else None, hours=2.0)

    assert told(world, until=7200).verdicts == []


def test_nothing_is_told_when_no_success_ever_has_a_code() -> None:
    assert told(made(lambda call: EMPTY if call.component else None)).verdicts == []


# all together


def test_each_check_is_excluded_once_and_the_same_however_the_calls_are_cut() -> None:
    meddlers = (
        answered(UNSIGNED, one_probe),
        answered(NOT_FOUND, lambda c: c.persona == "reseller" and c.component == "fenfu-online"),
        unreachable("south", BEGIN + 300, BEGIN + 600, controls=True),
        answered(TOO_OFTEN, by_chance(0.05)),
    )
    catalog, seen = seen_in(made(*meddlers))
    whole = watched(Detector(catalog, DetectorSettings()), seen, END).excluded

    parts: list[ExcludedCheck] = []
    state: bytes | None = None
    done = 0.0
    for until in (BEGIN, BEGIN + 77, BEGIN + 130, BEGIN + 420, BEGIN + 500, END):
        detector = Detector(catalog, DetectorSettings(), state)
        new = [item for item in seen if moment(done) < item.at]
        parts += watched(detector, new, until).excluded
        state, done = detector.dump(), until

    assert parts == whole
    assert len({(check.probe, check.at) for check in whole}) == len(whole)
    assert {check.reason for check in whole} == {
        Exclusion.UNAUTHENTICATED,
        Exclusion.MISCONFIGURED,
        Exclusion.VANTAGE_LOST,
        Exclusion.THROTTLED,
    }
