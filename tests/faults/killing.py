"""Kills a process between every two statements of each step of a check's life, and has the step done again.

The process that dies is a real one. Another one then does the step once more, as the schedule would, and a
turn follows: the database must then hold what it holds where nobody died. Run as a program,
it tries every statement, on the database that DATABASE_URL names.
"""

import hashlib
import json
import logging
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models
from django.test import override_settings

from probes.instrument.codebook import default_code_book
from probes.instrument.runs import CheckRun
from probes.listening.sources import ScrapedPost
from probes.vocabulary.outcomes import Outcome
from statuspage import pipeline
from statuspage.monitoring.checks import store_runs
from statuspage.monitoring.dispatch import Dispatcher
from statuspage.monitoring.models import Probe, Source
from statuspage.monitoring.packing import pack_settled
from statuspage.monitoring.pruning import prune
from statuspage.monitoring.sources import store_posts
from statuspage.monitoring.sweeping import sweep_missed
from statuspage.public.publish.publisher import publish_if_due
from tests.pipeline.day import DOWN
from tests.pipeline.planting import at, plant_catalog, rounds, small_catalog, store

CATALOG = small_catalog()
WELL, NOW = 600.0, 780.0
KILLED = 9
# Another one with every run, or numbers of rows, which a transaction that was broken off may have used up.
CHANCE = {"state_token", "public_id"}
APPS = ("monitoring", "incidents")


def _turn(now: datetime) -> None:
    pipeline.set_right(now)
    while not pipeline.advance(now).caught_up:
        pass


def _store(now: datetime) -> None:
    probes = {probe.slug: probe for probe in Probe.objects.select_related("vantage")}
    runs = [
        CheckRun(
            probe=slug,
            tick=now - timedelta(seconds=2),
            started_at=now - timedelta(seconds=2),
            ended_at=now - timedelta(seconds=1),
            outcome=Outcome.ACCEPTED,
            error=None,
            http_status=200,
            code="SUCCESS",
            message="",
            latency_ms=120.0,
            phases_ms={},
            hung_phase="",
            steps=(),
            certificate_expires_at=None,
        )
        for slug in sorted(probes)
    ]
    store_runs(runs, probes, default_code_book(), now=now)


def _hear(now: datetime) -> None:
    posts = [
        ScrapedPost(id=f"p{n}", text="分付付不了，一直转圈", published_at=now, url="", author=f"a{n % 3}")
        for n in range(4)
    ]
    store_posts(source=Source.objects.get(slug="forum"), posts=posts, now=now)


def _two_hours_later(now: datetime) -> None:
    _turn(now + timedelta(hours=2))


STEPS: dict[str, Callable[[datetime], object]] = {
    "claim": lambda now: Dispatcher().due(now),
    "store": _store,
    "sweep": lambda now: sweep_missed(now + timedelta(seconds=170)),
    "hear": _hear,
    "turn": _turn,
    "turn after a while": lambda now: _turn(now + timedelta(seconds=200)),
    "publish": publish_if_due,
    "go back": lambda now: _turn(now - timedelta(seconds=300)),
    "pack": lambda now: pack_settled(now=now + timedelta(hours=2), longest_s=60),
    "prune": lambda now: prune(now=now + timedelta(days=400)),
}


# What has to be before a step, where that is more than all steps begin with.
BEFORE: dict[str, Callable[[datetime], object]] = {"pack": _two_hours_later}
# When all is looked at that came of a step, after its moment.
LATER = {"pack": timedelta(hours=2, minutes=1)}


@dataclass(slots=True)
class Place:
    """A database that can be had again as it was: the base is copied for every case.

    ``base`` is a file, or a database's name; that of a step has what is to be before it.
    """

    folder: Path
    base: str
    cases: int = 0
    snapshot: Path = field(init=False)

    def prepared_for(self, step: str) -> "Place":
        """The same, with what has to be before this step."""
        if step not in BEFORE:
            return self
        self.fresh()
        in_a_process(lambda: BEFORE[step](at(NOW)))
        if connection.vendor == "sqlite":
            base = str(self.folder / f"before-{step}.sqlite3")
            shutil.copy(self.folder / "case.sqlite3", base)
        else:
            base = f"before_{step}"
            connection.settings_dict["NAME"] = "postgres"
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {base}")
                cursor.execute(f"CREATE DATABASE {base} TEMPLATE a_case")
        return Place(self.folder, base)

    def fresh(self) -> None:
        """Let this process go on with a copy of the base."""
        connection.close()
        self.cases += 1
        self.snapshot = self.folder / f"snapshot-{self.cases}"
        settings.SNAPSHOT_DIR = self.snapshot
        if connection.vendor == "sqlite":
            case = self.folder / "case.sqlite3"
            for suffix in ("", "-wal", "-shm"):
                case.with_name(case.name + suffix).unlink(missing_ok=True)
            shutil.copy(self.base, case)
            connection.settings_dict["NAME"] = str(case)
            return
        connection.settings_dict["NAME"] = "postgres"
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS a_case WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE a_case TEMPLATE {self.base}")
        connection.close()
        connection.settings_dict["NAME"] = "a_case"


def prepared(folder: Path) -> Place:
    """A site that has just seen an outage begin, with rows that no turn has seen yet."""
    if connection.vendor == "sqlite":
        base = str(folder / "base.sqlite3")
    else:
        base = "a_base"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {base} TEMPLATE template0")
    connection.close()
    connection.settings_dict["NAME"] = base
    # From the models at once: this is about what is done with the tables, not how they came to be.
    with override_settings(MIGRATION_MODULES={config.label: None for config in apps.get_app_configs()}):
        call_command("migrate", run_syncdb=True, verbosity=0)
    plant_catalog(CATALOG)
    Probe.objects.update(created_at=at(-3600))
    store(rounds(CATALOG, since=0, until=WELL))
    _turn(at(WELL))
    Dispatcher().due(at(WELL))
    store(rounds(CATALOG, since=WELL, until=NOW - 10, answer=DOWN))
    connection.close()
    return Place(folder, base)


def in_a_process(work: Callable[[], Any]) -> tuple[int, Any]:
    """How a process of its own ended that did ``work``, and what came of it."""
    connection.close()
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        code = 1
        try:
            os.close(reading)
            told = json.dumps(work(), default=str).encode()
            connection.close()
            with os.fdopen(writing, "wb") as file:
                file.write(told)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        told = file.read()
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), json.loads(told) if told else None


def done(step: str, *, dies_before: int | None = None) -> int:
    """Do a step; how many statements that takes. The process ends before statement ``dies_before``."""
    seen = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        if seen == dies_before:
            os._exit(KILLED)
        seen += 1
        return execute(sql, params, many, context)

    random.seed(1)
    with connection.execute_wrapper(count):
        STEPS[step](at(NOW))
    return seen


def afterwards(step: str) -> dict[str, str]:
    """Do the step again and what comes after; every table as it is then, in short."""
    done(step)
    later = at(NOW) + LATER.get(step, timedelta(minutes=4))
    _turn(later)
    return {
        model._meta.label: _digest(model)
        for label in APPS
        for model in apps.get_app_config(label).get_models()
    }


def _digest(model: type[models.Model]) -> str:
    names = [
        field.attname
        for field in model._meta.concrete_fields
        if not field.auto_created and field.attname not in CHANCE and not _of_a_new_row(field)
    ]
    rows = sorted(
        repr([_plain(value) for value in row]) for row in model._default_manager.values_list(*names)
    )
    return f"{len(rows)} rows {hashlib.sha256(''.join(rows).encode()).hexdigest()[:12]}"


def _of_a_new_row(field: "models.Field[Any, Any]") -> bool:
    return isinstance(field, models.ForeignKey) and field.related_model._meta.model_name in {
        "incident",
        "report",
        "maintenance",
    }


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def wrong_after_deaths(place: Place, step: str, *, most: int) -> tuple[int, list[str]]:
    """Kill before ``most`` statements of a step, spread over it; how many deaths, and what was wrong then."""
    place = place.prepared_for(step)
    place.fresh()
    _, count = in_a_process(lambda: done(step))
    _, expected = in_a_process(lambda: afterwards(step))
    deaths, wrong = 0, []
    for statement in sorted({(2 * number + 1) * count // (2 * most) for number in range(most)}):
        place.fresh()
        code, _ = in_a_process(partial(done, step, dies_before=statement))
        ended, found = in_a_process(lambda: afterwards(step))
        deaths += 1
        if code != KILLED or ended:
            wrong.append(f"{step}, before statement {statement}: ended with {code}, then {ended}")
        elif found != expected:
            differ = [name for name, told in expected.items() if found[name] != told]
            words = "; ".join(f"{name}: {found[name]}, not {expected[name]}" for name in differ)
            wrong.append(f"{step}, before statement {statement}: {words}")
    return deaths, wrong


def main() -> int:
    """Try as many statements of each step as the first argument says (40 by default); 0 where all is well.

    Further arguments are the steps to try; all without them.
    """
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    found: list[str] = []
    # That a clock was ahead is what one step is about.
    logging.disable(logging.ERROR)
    place = prepared(Path(tempfile.mkdtemp(prefix="fogbreak-killing-")))
    for step in sys.argv[2:] or STEPS:
        deaths, wrong = wrong_after_deaths(place, step, most=most)
        print(f"{connection.vendor:<12} {step:<20} {deaths:>4} deaths, {len(wrong)} wrong", flush=True)
        found += wrong
    shutil.rmtree(place.folder, ignore_errors=True)
    for what in found:
        print(f"WRONG  {what}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
