"""The demo from start to end: prepares, starts its parts in their order, and tells where to look."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from probes.simulator.run import environment_of
from probes.simulator.server import Ports
from statuspage.demo import prepare
from statuspage.demo.family import ProcessGroup
from statuspage.demo.past import SCENARIOS
from statuspage.demo.places import ensure_free, free_ports, kept_secret, writable
from statuspage.demo.show import Show, ShownPlace, Stopped, answers, responds

FIRST_SIMULATOR_PORT = 9100
# The catalog's minute becomes five seconds, so that a visitor need not wait.
INTERVAL_FACTOR = 1 / 12
READY = "simulator ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How the demo was asked to be."""

    place: ShownPlace
    days: int
    seed: int
    scenario: Path | None


def run(wishes: Wishes, say: Callable[[str], None]) -> None:
    """Show the demo until it is told to end; ends every process that it started, however it ends itself.

    Raises InTheWayError or PartEndedError with one sentence for the user.
    """
    stopped = Stopped()
    writable(settings.VAR_DIR)
    ensure_free(wishes.place.host, wishes.place.port)
    ports = _simulator_ports()
    os.environ.update(_environment(wishes.place, ports))
    family = ProcessGroup(environ=os.environ, folder=settings.BASE_DIR)
    try:
        show = Show(family=family, stopped=stopped)
        if _prepare(show, wishes, say) and _start(show, wishes, ports, say):
            show.watch()
    finally:
        family.stop()


def _prepare(show: Show, wishes: Wishes, say: Callable[[str], None]) -> bool:
    """Everything that must be there before the parts can start; False where it was broken off."""
    parts = []
    if prepare.static_files_are_stale():
        quietly = ("--noinput", "--verbosity", "0")
        parts.append(show.start("collectstatic", "manage.py", "collectstatic", *quietly))
    say("Preparing the database in " + str(settings.VAR_DIR))
    prepare.make_tables()
    prepare.load_catalog()
    past = ("--days", str(wishes.days), "--seed", str(wishes.seed))
    parts.append(show.start("fill_history", "manage.py", "fill_history", *past))
    return all(show.finish(part) for part in parts)


def _start(show: Show, wishes: Wishes, ports: Ports, say: Callable[[str], None]) -> bool:
    """Start the parts and tell where to look once the page answers; False where it was broken off."""
    ready: list[str] = []

    def tell(line: str) -> None:
        if line.startswith(READY):
            ready.append(line)
        else:
            say(line)

    numbers = {**ports.vantages, "control": ports.control, "proxy": ports.proxy, "sites": ports.sites}
    show.start(
        "the simulator",
        *("manage.py", "simulate", "--exit-with-parent", "--seed", str(wishes.seed)),
        *("--scenario", str(wishes.scenario or SCENARIOS / "demo-day.toml")),
        *("--ports", ",".join(f"{name}={number}" for name, number in numbers.items())),
        *("--var", str(_simulator_folder())),
        on_line=tell,
    )
    place = wishes.place
    show.start(
        "the web server",
        *("manage.py", "serve", "--fronts", "1", "--host", place.host, "--port", str(place.port)),
    )
    # Checks before the simulator listens, or while others still start, would see what nobody simulates.
    if not show.wait_for(lambda: bool(ready) and responds(place.url), what="the start of the simulator"):
        return False
    show.start("the engine", "manage.py", "engine", "--exit-with-parent")
    if not show.wait_for(lambda: answers(place.url + "/"), what="the first page"):
        return False
    _greet(place, ports, say)
    return True


def _greet(place: ShownPlace, ports: Ports, say: Callable[[str], None]) -> None:
    say(f"""
  page     {place.url}/  (English: {place.url}/en/)
  admin    {place.url}/admin/  (login: {prepare.LOGIN}, password: {prepare.make_login()})
  metrics  {place.url}/metrics

What is simulated is told below; the page should tell the same within a minute. By hand, in another terminal:
  export FOGBREAK_DEMO=1 SIMULATOR_URL=http://127.0.0.1:{ports.control}
  .venv/bin/python manage.py scenario start risk-wave --component fenfu-qr --minutes 3
Ctrl-C ends it.
""")


def _environment(place: ShownPlace, ports: Ports) -> dict[str, str]:
    return {
        "SITE_URL": place.url,
        "SECRET_KEY": kept_secret(settings.VAR_DIR / "secret-key", bytes_of_chance=48),
        "CHECK_INTERVAL_FACTOR": str(INTERVAL_FACTOR),
        # Twelve checks a second are a million rows and 0.7 GB a day; the page is drawn from the counts.
        "RAW_DAYS": os.environ.get("RAW_DAYS", "1"),
        **environment_of(ports, _simulator_folder()),
    }


def _simulator_folder() -> Path:
    return Path(settings.VAR_DIR) / "simulator"


def _simulator_ports() -> Ports:
    control, east, south, proxy, sites = free_ports(5, first_choice=FIRST_SIMULATOR_PORT)
    return Ports(vantages={"east": east, "south": south}, control=control, proxy=proxy, sites=sites)
