"""What invented people post on the pretended sites between two moments, and how much of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from math import exp
from typing import TypeAlias, TypeVar

import msgspec

from probes.simulator.cast import part_of
from probes.simulator.crowd import compose
from probes.simulator.daily import load
from probes.simulator.dice import draw, key_of, poisson, unit
from probes.simulator.scenario import Occurrence, Scenario, ScenarioKind, moment
from probes.simulator.world import World
from probes.vocabulary.causes import Cause
from probes.vocabulary.symptoms import Product, Symptom

T = TypeVar("T")
SITES = (("forum", 0.4), ("microblog", 0.35), ("complaints", 0.25))
USUAL_POSTS_PER_MINUTE = 0.14  # over all sites, at mean load
_MINUTE_S, _MOMENT_S = 60, 10
_AFTERMATH_S = 900.0  # how long a trouble that is over is still talked about
_AUTHORS = 4_000


class SimulatedPost(msgspec.Struct, frozen=True, kw_only=True):
    """One post; ``symptom`` and ``product`` are the truth about it, which no reader of the site sees."""

    id: str
    at: datetime
    site: str
    author: str
    text: str
    symptom: Symptom
    product: Product


Mixture: TypeAlias = tuple[tuple[Symptom, float], ...]

_USUAL: Mixture = (
    (Symptom.IRRELEVANT, 0.70),
    (Symptom.WORKING, 0.12),
    (Symptom.PAYMENT_FAILURE, 0.06),
    (Symptom.RISK_DECLINE, 0.05),
    (Symptom.ACCOUNT_SECURITY, 0.04),
    (Symptom.POLICY_CLOSURE, 0.015),
    (Symptom.MAINTENANCE, 0.015),
)
_OF_CAUSE: dict[Cause, Mixture] = {
    Cause.OUTAGE: (
        (Symptom.PAYMENT_FAILURE, 0.88),
        (Symptom.WORKING, 0.05),
        (Symptom.RISK_DECLINE, 0.03),
        (Symptom.MAINTENANCE, 0.02),
        (Symptom.IRRELEVANT, 0.02),
    ),
    Cause.MAINTENANCE: (
        (Symptom.MAINTENANCE, 0.72),
        (Symptom.PAYMENT_FAILURE, 0.25),
        (Symptom.IRRELEVANT, 0.03),
    ),
    Cause.RISK_CONTROL: (
        (Symptom.RISK_DECLINE, 0.85),
        (Symptom.PAYMENT_FAILURE, 0.06),
        (Symptom.WORKING, 0.03),
        (Symptom.ACCOUNT_SECURITY, 0.03),
        (Symptom.IRRELEVANT, 0.03),
    ),
    Cause.POLICY_CHANGE: (
        (Symptom.POLICY_CLOSURE, 0.82),
        (Symptom.RISK_DECLINE, 0.12),
        (Symptom.IRRELEVANT, 0.06),
    ),
}
# Posts a minute that one event adds at its height, at mean load.
_EXCITED: dict[Cause, float] = {
    Cause.OUTAGE: 3.0,
    Cause.MAINTENANCE: 1.2,
    Cause.RISK_CONTROL: 2.5,
    Cause.POLICY_CHANGE: 2.0,
}
_BANTER: Mixture = ((Symptom.IRRELEVANT, 1.0),)
_OVER: Mixture = ((Symptom.WORKING, 0.7), (Symptom.IRRELEVANT, 0.3))
_ARTICLE = (
    "【深度】先买后付还能走多远？近日，有关信用支付产品的话题再度引发热议。业内人士指出，随着监管趋严，平台在系统升级、风险控制"
    "与业务调整之间如何取舍，值得每一位用户关注。本文从产品历史、用户画像、盈利模式三个方面为你梳理，看完记得点赞收藏，转发给更多"
    "需要的朋友。"
)
_OUTCRY = (
    "太过分了！！分付无缘无故把我的额度清零还不给说法，大家一起转发讨个公道，让更多人看到，已经向有关部门投诉，"
    "等一个道歉"
)


def posts_between(world: World, since: datetime, until: datetime) -> list[SimulatedPost]:
    """Everything posted in [since, until), by time; how the time is cut into calls does not matter."""
    since_s, until_s = since.timestamp(), until.timestamp()
    found = [*_usual(world, since_s, until_s)]
    horizon = moment(since_s - _AFTERMATH_S - 60)
    for occurrence in world.occurrences(horizon, until):
        if occurrence.scenario.posts > 0:
            found += _excited(world, occurrence, since_s, until_s)
    found.sort(key=lambda post: (post.at, post.id))
    return found


def _usual(world: World, since_s: float, until_s: float) -> Iterator[SimulatedPost]:
    key = key_of(world.seed, "posts")
    festivals = [
        occurrence
        for occurrence in world.occurrences(moment(since_s), moment(until_s))
        if occurrence.scenario.kind is ScenarioKind.FESTIVAL
    ]
    for minute in range(int(since_s // _MINUTE_S), int(until_s // _MINUTE_S) + 1):
        start = minute * _MINUTE_S
        crowd = load(start)
        if any(festival.is_on(start) for festival in festivals):
            crowd *= 3.0
        for number in range(poisson(USUAL_POSTS_PER_MINUTE * crowd, unit(draw(key, minute), 1))):
            bits = draw(key, minute * 1_000 + number + 10**12)
            at_s = start + _MINUTE_S * unit(bits, 2)
            if since_s <= at_s < until_s:
                yield _post(bits, at_s, _choose(_USUAL, unit(bits, 3)), Product.NONE)


def _excited(world: World, occurrence: Occurrence, since_s: float, until_s: float) -> Iterator[SimulatedPost]:
    scenario = occurrence.scenario
    key = key_of(world.seed, "excited", occurrence.id, str(occurrence.starts_s))
    first = int(max(since_s, occurrence.starts_s) // _MOMENT_S)
    last = int(min(until_s, occurrence.ends_s + _AFTERMATH_S) // _MOMENT_S)
    parts = [part_of(component) for component in scenario.components]
    for slot in range(first, last + 1):
        start = slot * _MOMENT_S
        rate, mixture = _mood(occurrence, start)
        mean = rate * scenario.posts * _awake(load(start)) * _MOMENT_S / 60
        for number in range(poisson(mean, unit(draw(key, slot), 1))):
            bits = draw(key, slot * 1_000 + number + 10**12)
            at_s = start + _MOMENT_S * unit(bits, 2)
            if since_s <= at_s < until_s and at_s >= occurrence.starts_s:
                product = parts[int(unit(bits, 41) * len(parts))].product if parts else Product.NONE
                said = _choose(mixture, unit(bits, 3))
                yield _post(bits, at_s, said, product, scenario)


def _awake(busy: float) -> float:
    """How many are there to be stirred up: trouble keeps some people awake."""
    return 0.4 + 0.6 * busy


def _mood(occurrence: Occurrence, second: float) -> tuple[float, Mixture]:
    """How many posts a minute this event stirs up at this moment, and what they speak of."""
    scenario = occurrence.scenario
    if scenario.kind in {ScenarioKind.CHATTER, ScenarioKind.COPY_PASTE}:
        return (3.0 if occurrence.is_on(second) else 0.0), _BANTER
    cause = scenario.cause
    if cause is None or not scenario.happens:
        return 0.0, _BANTER
    since_end = second - occurrence.ends_s
    if since_end >= 0:
        return 0.8 * exp(-since_end / 240), _OVER
    age = max(0.0, second - occurrence.starts_s)
    share = 0.3 + 0.7 * scenario.intensity
    rise = 1 - exp(-(age + 5) / 25)
    fatigue = 0.02 + 0.28 * exp(-age / 14400) + 0.7 * exp(-age / 1500)
    return _EXCITED[cause] * share * rise * fatigue * max(occurrence.depth(second), 0.1), _OF_CAUSE[cause]


def _choose(mixture: Sequence[tuple[T, float]], share: float) -> T:
    """What lies at ``share`` (0 to 1) of a mixture."""
    for choice, chance in mixture:
        share -= chance
        if share < 0:
            return choice
    return mixture[-1][0]


def _post(
    bits: int, at_s: float, symptom: Symptom, product: Product, scenario: Scenario | None = None
) -> SimulatedPost:
    site = _choose(SITES, unit(bits, 4))
    text, author = compose(symptom, product, bits), f"u{int(unit(bits, 6) * _AUTHORS):04d}"
    if scenario is not None and scenario.kind is ScenarioKind.COPY_PASTE:
        text, author = _OUTCRY, f"loud{int(unit(bits, 6) * 5)}"
    elif scenario is not None and scenario.manner == "article":
        text = _ARTICLE
    return SimulatedPost(
        id=f"{site[0]}{bits:016x}",
        at=moment(at_s),
        site=site,
        author=author,
        text=text,
        symptom=symptom,
        product=product,
    )
