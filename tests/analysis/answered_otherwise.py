"""Worlds in which chosen checks are answered otherwise from one moment on, and what the detector tells."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.observations import WatchedCatalog
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.detector import Detector
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.values import Conditions, DetectorInput, ExcludedCheck, Verdict
from tests.scenarios.answers import Answer
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
    """What the detector takes in."""
    catalog, seen, _ = read(world.lines())
    return catalog, seen


def watched(detector: Detector, seen: list[DetectorInput], until: float) -> Told:
    at = moment(until)
    step = detector.advance([item for item in seen if item.at <= at], at)
    return Told(verdicts=list(step.verdicts), conditions=step.conditions, excluded=list(step.excluded))


def moment(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def one_probe(call: Call) -> bool:
    return (call.component, call.persona, call.vantage) == ("fenfu-qr", "ordinary", "east")
