"""Situations of strange answers: successes that are none, unknown codes, answers that are our own doing."""

import math
import random

from tests.scenarios.answers import Answer, Wordings
from tests.scenarios.effects import answering, frozen, plain, refusing, unreachable
from tests.scenarios.making import HOUR, MINUTE, Maker, add_event, drawn_start, new_world
from tests.scenarios.world import Call, World

# Answered with success, and no order in it.
HOLLOW: Wordings = (
    (None, 200, "", ""),
    (None, 200, "", "<!DOCTYPE html><html><head><title>系统错误</title></head></html>"),
    (None, 200, "", "<html><body>Bad gateway, please retry</body></html>"),
)
# Codes that no code book has, said by the endpoint itself, by something in front of it, and with a 200.
ODD_SPOKEN: Wordings = (
    (None, 500, "E9F31", "网关内部异常"),
    (None, 500, "GW-7781", "backend node unavailable"),
    (None, 503, "UPSTREAM_EXHAUSTED", ""),
    (None, 501, "CHANNEL_DISPATCH_ERR", "渠道分发异常"),
)
ODD_BARE: Wordings = (
    (None, 520, "", "Web server returned an unknown error"),
    (None, 530, "", ""),
    (None, 504, "", "stream timeout"),
    (None, 598, "", "<html><h1>network read timeout</h1></html>"),
)
ODD_SUCCESS: Wordings = (
    (None, 200, "E_40017", "操作未完成"),
    (None, 200, "RC9X", ""),
    (None, 200, "BIZ_UNAVAILABLE_3", "业务处理中断"),
)
ODD_CLIENT: Wordings = (
    (None, 422, "UNPROCESSABLE_STATE", "unexpected state"),
    (None, 418, "E418", ""),
    (None, 409, "SHARD_MOVED", "shard moved"),
)
NOT_FOUND: Wordings = (
    (None, 404, "", "404 page not found"),
    (None, 404, "", "<html><center><h1>404 Not Found</h1></center><hr><center>nginx</center></html>"),
    (None, 404, "", "default backend - 404"),
)
BAD_REQUEST: Wordings = (
    (None, 400, "", "<html><center><h1>400 Bad Request</h1></center></html>"),
    (None, 405, "", "Method Not Allowed"),
    (None, 400, "PARAM_ERROR", "参数错误"),
)
KEY_EXPIRED: Wordings = ((None, 401, "SIGN_ERROR", "签名错误"), (None, 401, "SIGN_ERROR", "商户证书已过期"))
THROTTLED: Wordings = (
    (None, 429, "FREQUENCY_LIMITED", "频率超限"),
    (None, 429, "", "Too Many Requests"),
    (None, 429, "RATELIMIT_EXCEEDED", "请求过于频繁"),
)
_LIMITS: Wordings = (
    (None, 403, "QUOTA_EXCEED", "超出当日支付限额"),
    (None, 403, "TRADE_LIMIT", "当月累计金额超过限额"),
)
_FUNDS: Wordings = ((None, 403, "NOT_ENOUGH", "余额不足"), (None, 403, "NOTENOUGH", "用户账户余额不足"))
# Risk control that hides behind a success.
_MASKED_SUCCESS: Wordings = (
    (None, 200, "PAY_LATER", "请稍后再试"),
    (None, 200, "RC_07", "操作失败"),
    (None, 200, "9901", "暂时无法完成支付"),
)


def answered(
    ways: Wordings,
    depth: tuple[float, float],
    minutes: tuple[float, float] = (20, 60),
    *,
    everywhere: bool = False,
) -> Maker:
    """An outage that speaks in one of ``ways``."""

    def make(dice: random.Random) -> World:
        world = new_world(dice)
        own, share = (dice.choice(ways),), dice.uniform(*depth)
        components = tuple(world.components) if everywhere or dice.random() < 0.2 else world.some()
        add_event(
            world,
            "outage",
            lambda _: answering(own, share),
            minutes=minutes,
            components=components,
            kind="said",
        )
        return world

    return make


def ours(ways: Wordings, depth: tuple[float, float]) -> Maker:
    """Answers that are our own doing, everywhere at once: no incident."""

    def make(dice: random.Random) -> World:
        world = new_world(dice)
        own, share, length = (dice.choice(ways),), dice.uniform(*depth), dice.uniform(15, 60) * MINUTE
        start = drawn_start(world, length)

        def meddle(call: Call) -> Answer | None:
            hit = call.component and start <= call.at < start + length and dice.random() < share
            return world.answers.of(own) if hit else None

        world.meddlers.append(meddle)
        return world

    return make


def frozen_in_wave(dice: random.Random) -> World:
    """One account is frozen before, during and after a wave."""
    world = new_world(dice, personas=5)
    wave = add_event(
        world, "risk_control", lambda _: refusing(world, plain(dice)), minutes=(40, 90), kind="frozen-beside"
    )
    since, until = wave.start - dice.uniform(0.3, 1.0) * HOUR, wave.end + dice.uniform(0.5, 1.0) * HOUR
    world.meddlers.append(frozen(dice, dice.choice(["reseller", "heavy-spender"]), since, until))
    return world


def frozen_here(dice: random.Random) -> World:
    """One account is refused by one component alone, which accepts its equals."""
    payers = dice.choice([(), ("ordinary", "heavy-spender", "new-device")])
    world = new_world(dice, payers=payers)
    start, where = drawn_start(world, 2 * HOUR), dice.choice(world.components)
    meddle = frozen(dice, dice.choice(["heavy-spender", "new-device"]), start, start + 2 * HOUR)
    world.meddlers.append(lambda call: meddle(call) if call.component == where else None)
    return world


def way_half_lost(dice: random.Random) -> World:
    """One vantage loses most of what it asks on its way to the provider; its controls are well."""
    world = new_world(dice, vantages=dice.choice([2, 2, 3]), controls=True)
    start, length, share = drawn_start(world, HOUR), dice.uniform(15, 60) * MINUTE, dice.uniform(0.5, 0.9)
    unlucky = dice.choice(world.vantages)

    def meddle(call: Call) -> Answer | None:
        lost = call.vantage == unlucky and call.component and start <= call.at < start + length
        return Answer(error="timeout", latency=10_000.0) if lost and dice.random() < share else None

    world.meddlers.append(meddle)
    return world


def month_end(dice: random.Random) -> World:
    """For some hours everybody meets limits and empty accounts more often, and answers slower: nothing."""
    world = new_world(dice, hours=10.0)
    start, length = dice.uniform(2.5, 5.0) * HOUR, dice.uniform(2, 4) * HOUR
    limits, funds = dice.uniform(0.01, 0.04), dice.uniform(0.01, 0.05)
    slower = dice.uniform(1.4, 2.2)
    world.slower = lambda at: slower if start <= at < start + length else 1.0

    def meddle(call: Call) -> Answer | None:
        if not call.component or not start <= call.at < start + length:
            return None
        drawn = dice.random()
        if drawn < limits:
            return world.answers.of(_LIMITS)
        return world.answers.of(_FUNDS) if drawn < limits + funds else None

    world.meddlers.append(meddle)
    return world


def masked_success(dice: random.Random) -> World:
    """Risk control that answers 200 with a code that nobody knows."""
    world = new_world(dice)
    ways, profile = (dice.choice(_MASKED_SUCCESS),), plain(dice)

    def effect(w: World, call: Call) -> Answer | None:
        return w.answers.of(ways) if w.dice.random() < profile[call.tier] else None

    add_event(world, "risk_control", lambda _: effect, minutes=(40, 120), kind="masked-success")
    return world


def starved(dice: random.Random) -> World:
    """Our own machine has no time: everything it asks, the controls too, is late or not asked: nothing."""
    world = new_world(dice, controls=True)
    start, length = drawn_start(world, HOUR), dice.uniform(10, 40) * MINUTE
    factor, lost = dice.uniform(5, 20), dice.uniform(0.05, 0.3)

    def meddle(call: Call) -> Answer | None:
        if not start <= call.at < start + length:
            return None
        if dice.random() < lost:
            return Answer(error="timeout", latency=10_000.0)
        usual = world.shape.latency if call.component else 12.0
        latency = usual + world.shape.latency * factor * math.exp(dice.gauss(0, 0.4))
        return world.answers.fine(min(9_900.0, latency), "SUCCESS" if call.component else "")

    world.meddlers.append(meddle)
    return world


def way_refused(dice: random.Random) -> World:
    """Something on one vantage's way answers in the provider's stead that there is nothing here."""
    world = new_world(dice, vantages=dice.choice([2, 2, 3]))
    start, length = drawn_start(world, HOUR), dice.uniform(15, 60) * MINUTE
    unlucky, (_, status, code, message) = dice.choice(world.vantages), dice.choice(NOT_FOUND)

    def meddle(call: Call) -> Answer | None:
        if call.vantage != unlucky or not call.component or not start <= call.at < start + length:
            return None
        return Answer(status=status, code=code, message=message, latency=20.0)

    world.meddlers.append(meddle)
    return world


def all_cut(dice: random.Random) -> World:
    """Every vantage loses its network at once, its controls as well."""
    world = new_world(dice, components=dice.choice([3, 5, 6]), controls=True)
    start, length = drawn_start(world, HOUR), dice.uniform(10, 60) * MINUTE
    world.meddlers += [
        unreachable(vantage, start, start + length, controls=True) for vantage in world.vantages
    ]
    return world
