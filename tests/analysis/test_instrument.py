"""Trouble of the instrument itself: told to the admin, never to the public."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from probes.vocabulary.causes import Cause
from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.detector import Detector
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.values import Conclusions, Conditions
from tests.scenarios.answers import Answer
from tests.scenarios.effects import unreachable
from tests.scenarios.play import read
from tests.scenarios.world import ELEVATED, HIGH, LOW, START, Call, Shape, World

WHERE = "wxpay-card"
RISK = Answer(status=403, code="RULE_LIMIT", message="当前交易存在风险，已被限制")


def _conditions(world: World) -> tuple[int, Conditions]:
    catalog, seen, end = read(world.lines())
    step = Detector(catalog, DetectorSettings()).advance(seen, end.at)
    return len(step.verdicts), step.conditions


def _world(**shape: Any) -> World:
    return World(random.Random("instrument"), Shape(hours=1.0, blips_per_day=0.0, **shape))


def test_vantage_is_told_lost_when_its_controls_fail_too() -> None:
    world = _world()
    world.meddlers.append(unreachable("east", 2400, 3600, controls=True))

    verdicts, conditions = _conditions(world)

    assert (verdicts, conditions.lost_vantages) == (0, ("east",))


def test_vantage_is_told_lost_when_only_its_way_to_the_provider_is_cut() -> None:
    world = _world()
    world.meddlers.append(unreachable("south", 2400, 3600, controls=False))

    verdicts, conditions = _conditions(world)

    assert (verdicts, conditions.lost_vantages) == (0, ("south",))


def test_persona_is_told_frozen_when_it_alone_is_refused_everywhere() -> None:
    world = _world()
    refusal = Answer(status=403, code="ACCOUNT_ERROR", message="账户异常，交易受限")
    world.meddlers.append(lambda call: refusal if call.persona == "new-device" and call.at > 1800 else None)

    verdicts, conditions = _conditions(world)

    assert (verdicts, conditions.frozen_personas) == (0, ("new-device",))


def test_probe_is_told_misconfigured_when_it_was_refused_since_its_first_check() -> None:
    world = _world()
    refusal = Answer(status=401, code="SIGN_ERROR", message="签名错误")
    wrong = ("fenfu-qr", "ordinary", "east")
    world.meddlers.append(lambda c: refusal if (c.component, c.persona, c.vantage) == wrong else None)

    verdicts, conditions = _conditions(world)

    assert (verdicts, conditions.misconfigured_probes) == (0, ("fenfu-qr.ordinary.east",))


def test_components_are_told_blind_when_no_checks_come() -> None:
    world = _world(components=3)
    world.silences.append((2400, 3600))

    verdicts, conditions = _conditions(world)

    assert (verdicts, conditions.blind_components) == (0, ("fenfu-online", "fenfu-qr", "fenfu-repay"))


def test_vantages_are_told_lost_when_their_controls_crawl_before_all_else_does() -> None:
    world = _world()
    choked = Answer(status=200, code="SUCCESS", latency=2500.0)
    world.meddlers.append(lambda call: choked if call.at > (2520 if call.component else 2400) else None)

    verdicts, conditions = _conditions(world)

    assert (verdicts, conditions.lost_vantages) == (0, ("east", "south"))


def test_vantage_is_not_told_lost_when_its_controls_become_slower_within_reason() -> None:
    world = _world()
    slower = Answer(status=200, code="SUCCESS", latency=350.0)
    world.meddlers.append(lambda call: slower if call.at > 2400 and call.component is None else None)

    verdicts, conditions = _conditions(world)

    assert (verdicts, conditions.lost_vantages) == (0, ())


def test_account_stays_frozen_and_out_of_judgement_when_a_wave_rolls_over_the_others() -> None:
    world = _world()
    refusal = Answer(status=403, code="ACCOUNT_FROZEN", message="账户已冻结")
    wave = Answer(status=403, code="RULE_LIMIT", message="当前交易存在风险，已被限制")
    world.meddlers += [
        lambda call: refusal if call.persona == "new-device" and call.at > 1200 else None,
        lambda call: (
            wave if call.tier is not LOW and call.component == "fenfu-qr" and call.at > 2400 else None
        ),
    ]

    verdicts, conditions = _conditions(world)

    assert verdicts
    assert conditions.frozen_personas == ("new-device",)


# frozen at one component alone


def _frozen_here(call: Call) -> Answer | None:
    mine = call.component == WHERE and call.persona == "heavy-spender" and call.at > 1200
    return RISK if mine else None


def _told(world: World) -> Conclusions:
    catalog, seen, end = read(world.lines())
    return Detector(catalog, DetectorSettings()).advance(seen, end.at)


def _here(*meddlers: Callable[[Call], Answer | None], **shape: Any) -> Conclusions:
    world = _world(components=7, technical=0.0, throttled=0.0, risk=dict.fromkeys(RiskTier, 0.0), **shape)
    world.meddlers += meddlers
    return _told(world)


@pytest.mark.parametrize("payers", [(), ("ordinary", "heavy-spender", "new-device")])
@pytest.mark.parametrize("interval", [15.0, 60.0])
def test_account_is_told_frozen_when_one_component_alone_refuses_it(
    interval: float, payers: tuple[str, ...]
) -> None:
    told = _here(_frozen_here, interval=interval, payers=payers)

    assert [verdict for verdict in told.verdicts if verdict.confirmed_at] == []
    assert told.conditions.frozen_personas == (f"heavy-spender ({WHERE})",)


def test_refusals_are_excluded_once_each_when_one_component_alone_refuses_an_account() -> None:
    told = _here(_frozen_here)

    assert {check.reason for check in told.excluded} == {Exclusion.PERSONA_FROZEN}
    assert {check.probe.rpartition(".")[0] for check in told.excluded} == {f"{WHERE}.heavy-spender"}
    assert len(set(told.excluded)) == len(told.excluded)
    assert min(check.at for check in told.excluded) < START + timedelta(seconds=1270)


def test_account_is_told_frozen_at_none_when_its_component_accepts_it_again() -> None:
    told = _here(lambda call: _frozen_here(call) if call.at < 2400 else None)

    assert told.conditions.frozen_personas == ()


@pytest.mark.parametrize("component", [WHERE, "fenfu-qr"])
def test_wave_is_found_when_an_account_was_frozen_at_one_component_before(component: str) -> None:
    def wave(call: Call) -> Answer | None:
        hit = call.component == component and call.tier is not LOW and call.at > 2400
        return RISK if hit else None

    told = _here(_frozen_here, wave)

    (found,) = {verdict.key: verdict for verdict in told.verdicts if verdict.confirmed_at}.values()
    assert (found.cause, found.components) == (Cause.RISK_CONTROL, (component,))
    assert f"heavy-spender ({WHERE})" in told.conditions.frozen_personas


def test_wave_is_found_when_it_begins_with_the_only_account_of_the_highest_tier() -> None:
    def wave(call: Call) -> Answer | None:
        tiers = {HIGH} if call.at < 2700 else {HIGH, ELEVATED}
        return RISK if call.component == WHERE and call.at > 2400 and call.tier in tiers else None

    told = _here(wave)

    causes = {verdict.cause for verdict in told.verdicts if verdict.confirmed_at}
    assert causes == {Cause.RISK_CONTROL}
    assert told.conditions.frozen_personas == ()
    assert told.excluded == ()
