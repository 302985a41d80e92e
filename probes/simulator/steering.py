"""The simulator's own door: scenarios by hand, the operator's announcements, the truth, payers who pay.

``GET /scenarios``, ``POST /scenarios`` (one scenario as JSON, keys as in a scenario file), ``DELETE
/scenarios``, ``DELETE /scenarios/{id}``, ``GET /announcements``, ``GET /truth``, ``POST
/orders/{out_trade_no}/pay``.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import msgspec

from probes.simulator.scenario import Occurrence, moment
from probes.simulator.scenario_file import START_KEYS, read_scenario
from probes.simulator.truth import truth_between
from probes.simulator.wechat.errors import ApiError
from probes.simulator.wechat.wechat_pay import WechatPay
from probes.simulator.wire.http import ServerReply, ServerRequest, json_reply
from probes.simulator.world import World
from probes.tables import ProblemsError

_LOOK_BACK = timedelta(days=2)


class Steering:
    """Answers those who steer the simulator. ``started_at`` is when the world began to be simulated."""

    def __init__(
        self, world: World, wechat: WechatPay, clock: Callable[[], datetime], started_at: datetime
    ) -> None:
        self._world, self._wechat, self._clock, self._started_at = world, wechat, clock, started_at
        self._hand_made = 0

    async def handle(self, request: ServerRequest) -> ServerReply:
        """The reply to one request; 400 with ``error`` says what is wrong with it."""
        now = self._clock()
        parts = [unquote(part) for part in request.path.strip("/").split("/")]
        match (request.method, *parts):
            case ("GET", "scenarios"):
                return json_reply(200, [_shown(occurrence, now) for occurrence in self._near(now)])
            case ("POST", "scenarios"):
                return self._start(request, now)
            case ("DELETE", "scenarios"):
                return self._stop(None, now)
            case ("DELETE", "scenarios", name):
                return self._stop(name, now)
            case ("GET", "announcements"):
                return json_reply(200, self._announcements(now))
            case ("GET", "truth"):
                events = truth_between(self._world, self._started_at, now)
                return json_reply(200, msgspec.to_builtins(events))
            case ("POST", "orders", number, "pay"):
                return self._pay(number)
            case _:
                return json_reply(404, {"error": f"nothing at {request.method} {request.path}"})

    def _near(self, now: datetime) -> list[Occurrence]:
        """What is on now, and what comes within the next quarter of an hour."""
        return [
            occurrence
            for occurrence in self._world.occurrences(now, now + timedelta(minutes=15))
            if occurrence.scenario.must
        ]

    def _start(self, request: ServerRequest, now: datetime) -> ServerReply:
        if not request.content:
            return json_reply(400, {"error": "a scenario is a JSON object"})
        self._hand_made += 1
        row = {
            "id": f"{request.content.get('kind', 'scenario')}-by-hand-{self._hand_made}",
            **request.content,
        }
        if row.keys().isdisjoint(START_KEYS):
            row["after"] = "0s"
        try:
            scenario = read_scenario(row, now)
        except ProblemsError as error:
            return json_reply(400, {"error": "; ".join(error.problems)})
        if any(scenario.id == known.id for known in self._world.scenarios):
            return json_reply(400, {"error": f"there is a scenario `{scenario.id}` already"})
        self._world.add(scenario)
        found = self._world.occurrences(now, moment(scenario.starts_s + 1))
        mine = [occurrence for occurrence in found if occurrence.scenario.id == scenario.id]
        return json_reply(201, [_shown(occurrence, now) for occurrence in mine])

    def _stop(self, name: str | None, now: datetime) -> ServerReply:
        """End what is on (all of it without a name); announced windows that lie ahead are not touched."""
        on = [
            occurrence
            for occurrence in self._world.occurrences(now, now + timedelta(microseconds=1))
            if name in {None, occurrence.id, occurrence.scenario.id} and occurrence.scenario.must
        ]
        if not on:
            what = "nothing is on" if name is None else f"no scenario `{name}` is on"
            return json_reply(404, {"error": what})
        for occurrence in on:
            self._world.stop(occurrence, now)
        return json_reply(200, [_shown(occurrence, now) for occurrence in on])

    def _announcements(self, now: datetime) -> list[Any]:
        """Every window that was announced in the last two days, as it was last told."""
        newest = {
            notice.slug: notice
            for notice in self._world.notices(now - _LOOK_BACK, now + timedelta(microseconds=1))
        }
        return [msgspec.to_builtins(notice) for notice in newest.values()]

    def _pay(self, number: str) -> ServerReply:
        try:
            return json_reply(200, self._wechat.pay(number))
        except ApiError as error:
            return json_reply(error.status, {"error": f"{error.code} {error.message}"})


def _shown(occurrence: Occurrence, now: datetime) -> dict[str, Any]:
    scenario = occurrence.scenario
    endless = occurrence.ends_s == float("inf")
    return {
        "id": occurrence.id,
        "kind": str(scenario.kind),
        "flavour": scenario.flavour,
        "components": list(scenario.components),
        "tiers": [str(tier) for tier in scenario.tiers],
        "vantages": list(scenario.vantages),
        "starts_at": moment(occurrence.starts_s).isoformat(timespec="seconds"),
        "ends_at": None if endless else moment(occurrence.ends_s).isoformat(timespec="seconds"),
        "on": occurrence.starts_s <= now.timestamp() < occurrence.ends_s,
    }
