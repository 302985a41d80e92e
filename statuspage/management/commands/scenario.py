"""``manage.py scenario``: starts, stops and lists what goes wrong in a running simulator."""

import os
from argparse import ArgumentParser
from typing import Any
from urllib.parse import quote

import httpx
from django.core.management.base import BaseCommand, CommandError

from probes.simulator.scenario import ScenarioKind
from probes.vocabulary.causes import Cause
from probes.vocabulary.tiers import RiskTier

_PATIENCE_S = 5
_AS_GIVEN = ("kind", "id", "intensity", "flavour", "cause", "posts")


class Command(BaseCommand):
    help = (
        "Start, stop or list scenarios of a running simulator (SIMULATOR_URL, default http://127.0.0.1:9100)."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        start = actions.add_parser("start", help="let something go wrong now")
        start.add_argument("kind", choices=list(ScenarioKind))
        start.add_argument("--id", help="a name to stop it by")
        start.add_argument("--minutes", type=float, help="how long; without it until it is stopped")
        start.add_argument("--component", action="append", default=[], help="may be repeated; all without it")
        start.add_argument("--tier", action="append", default=[], choices=list(RiskTier))
        start.add_argument("--persona", action="append", default=[])
        start.add_argument("--vantage", action="append", default=[])
        start.add_argument("--intensity", type=float, help="share of calls, 0 to 1")
        start.add_argument("--flavour", help="such as gentle, masked, crawl, timeout, bare")
        start.add_argument("--ramp-minutes", type=float, help="grow to full intensity over this time")
        start.add_argument("--in-minutes", type=float, default=0.0, help="start later")
        start.add_argument("--announced", action="store_true", help="announce the maintenance now")
        start.add_argument("--cause", choices=list(Cause), help="of a heard-only wave")
        start.add_argument("--posts", type=float, help="how many people post, compared with the usual")
        stop = actions.add_parser("stop", help="end what is on: one scenario, or all of them")
        stop.add_argument("id", nargs="?", default="")
        actions.add_parser("list", help="what is on, and what comes within a quarter of an hour")

    def handle(self, *args: Any, **options: Any) -> None:
        match options["action"]:
            case "start":
                found = _ask("POST", "/scenarios", _row(options))
            case "stop":
                found = _ask("DELETE", f"/scenarios/{quote(options['id'])}".rstrip("/"))
            case _:
                found = _ask("GET", "/scenarios")
        for scenario in found:
            self.stdout.write(_line(scenario))
        if not found:
            self.stdout.write("nothing is on")


def _row(options: dict[str, Any]) -> dict[str, Any]:
    """The scenario with the keys of a scenario file."""
    lengths = {"after": "in_minutes", "lasts": "minutes", "ramp": "ramp_minutes"}
    if options["announced"]:
        lengths["announced"] = "in_minutes"
    lists = {"components": "component", "tiers": "tier", "personas": "persona", "vantages": "vantage"}
    return {
        **{key: options[key] for key in _AS_GIVEN if options[key] is not None},
        **{key: _length(options[name]) for key, name in lengths.items() if options[name] is not None},
        **{key: options[name] for key, name in lists.items() if options[name]},
    }


def _length(minutes: float) -> str:
    if minutes < 0:
        raise CommandError("minutes must not be negative")
    return f"{minutes * 60:.3f}s"


def _line(scenario: dict[str, Any]) -> str:
    where = scenario["vantages"] + scenario["components"] + scenario["tiers"]
    state = "on" if scenario["on"] else "comes"
    kind = f"{scenario['kind']} {scenario['flavour']}".strip()
    when = f"{scenario['starts_at']} - {scenario['ends_at'] or 'until stopped'}"
    return f"{scenario['id']}: {kind}, {', '.join(where) or 'everything'}, {state}, {when}"


def _ask(method: str, path: str, content: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    base = os.environ.get("SIMULATOR_URL", "http://127.0.0.1:9100").rstrip("/")
    if not base.startswith(("http://", "https://")):
        raise CommandError(f"SIMULATOR_URL must begin with http://, not {base!r}")
    try:
        reply = httpx.request(method, base + path, json=content, timeout=_PATIENCE_S)
    except httpx.TransportError as error:
        raise CommandError(f"no simulator answers at {base}: start it with manage.py simulate") from error
    if reply.is_error:
        raise CommandError(reply.json()["error"])
    found: list[dict[str, Any]] = reply.json()
    return found
