"""What is left out of judgement, and what is not: cut-off vantages, frozen accounts, empty successes."""

import random
from datetime import timedelta

import msgspec
import pytest

from probes.vocabulary.causes import Cause
from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.detector import Detector
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.values import ExcludedCheck, Observed
from tests.analysis.answered_otherwise import (
    BEGIN,
    BUSY,
    COMPONENTS,
    EMPTY,
    END,
    NOT_FOUND,
    ODD,
    PAGE,
    REFUSED,
    TOO_OFTEN,
    UNSIGNED,
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
from tests.scenarios.effects import unreachable
from tests.scenarios.world import Call

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
