"""Trouble of the instrument itself: told to the admin, never to the public."""

import random
from typing import Any

from statuspage.analysis.detector import Detector
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.values import Conditions
from tests.scenarios.answers import Answer
from tests.scenarios.effects import unreachable
from tests.scenarios.play import read
from tests.scenarios.world import LOW, Shape, World


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
