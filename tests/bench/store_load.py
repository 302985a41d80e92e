"""Lets a whole site watch an estate for a while, and reads from its rows and from /proc how it went.

By itself: ``python -m tests.bench.store_load [--postgres] [--share 0.2] [--seconds 30]``; some five minutes.
Lags depend on what else runs on the machine; CPU seconds hardly do.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.load import memory_mib, on_core
from tests.bench.own_site import Figure, table
from tests.support.binaries import require_binary
from tests.support.postgres import postgres_server
from tests.support.processes import free_port, listens, running, wait_until
from tests.support.redis import redis_server
from tests.support.units import command_of

ROOT = Path(__file__).resolve().parents[2]
TARGET = """
daemon off; master_process off; worker_processes 1; pid {folder}/target.pid; error_log {folder}/target.log;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_timeout 0;
  server {{ listen 127.0.0.1:{port} backlog=4096; location / {{ return 200 "ok"; }} }} }}
"""
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
# The last checks may take so long to be stored.
SETTLE_S = 8
# What the processes are for, by how their names begin.
PURPOSES = {
    "checks": "asked, told apart, stored",
    "concluding": "counted, judged",
    "engine": "watching over the others",
    "publishing": "published",
    "listening": "posts and notices looked for",
    "schedule": "what is due when",
    "site": "handed out, counted, judged, published",
}
# The target is about these, on SQLite: PostgreSQL's own processes and the broker's are not counted, and there
# one worker does all that the site needs.
OF_CHECKS = ("checks", "concluding", "engine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What is watched and for how long: seconds to get going, then seconds that count."""

    components: int
    probes: int
    interval_s: float
    warm_s: float
    counted_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How it went: lags are of the beginning of a check behind its tick, CPU per 10,000 checks by process."""

    due: int
    made: int
    late: int
    lag_p50_s: float
    lag_p99_s: float
    cpu: Mapping[str, float]
    memory_mib: float

    @property
    def missed(self) -> int:
        return self.due - self.made


# A new site makes every page twice, unknown and known, and brings three folders up to it: not what counts.
WARM_S = 180.0
ON_SQLITE = Size(components=1000, probes=4000, interval_s=10, warm_s=WARM_S, counted_s=60)
ON_POSTGRES = Size(components=1000, probes=10_000, interval_s=30, warm_s=WARM_S, counted_s=60)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--postgres", action="store_true", help="workers on PostgreSQL and Redis")
    parser.add_argument("--seconds", type=float, help="that count (default: 60)")
    parser.add_argument("--share", type=float, default=1.0, help="of the size, where the machine is busy")
    chosen = parser.parse_args()
    whole, run = (ON_POSTGRES, workers_on_postgres) if chosen.postgres else (ON_SQLITE, engine_on_sqlite)
    size = replace(
        whole,
        components=round(whole.components * chosen.share),
        probes=round(whole.probes * chosen.share),
        counted_s=chosen.seconds or whole.counted_s,
    )
    with tempfile.TemporaryDirectory(prefix="fogbreak-bench-") as name:
        watched = run(Path(name), size)
    figures = _figures(watched)
    how = "workers on PostgreSQL and Redis" if chosen.postgres else "an engine on SQLite"
    print(table(f"{size.probes:,} probes every {size.interval_s:g} s, {how}", figures))
    return 0


def _figures(watched: Watched) -> list[Figure]:
    return [
        Figure(name="checks due", measured=f"{watched.due:,}"),
        Figure(
            name="missed",
            measured=f"{watched.missed / watched.due:.2%}",
            goal="0%",
            reached=watched.missed == 0,
        ),
        Figure(
            name="stored after their moment was judged",
            measured=f"{watched.late / max(watched.made, 1):.2%}",
            goal="0%",
            reached=watched.late == 0,
        ),
        Figure(name="begun after the tick, median", measured=f"{watched.lag_p50_s:.3f} s"),
        Figure(
            name="begun after the tick, p99",
            measured=f"{watched.lag_p99_s:.3f} s",
            goal="1 s",
            reached=watched.lag_p99_s <= 1.0,
        ),
        *_cpu_figures(watched.cpu),
        Figure(name="memory of all processes", measured=f"{watched.memory_mib:.0f} MiB"),
    ]


def _cpu_figures(by_process: Mapping[str, float]) -> list[Figure]:
    """CPU per 10,000 checks: what each process is for, what the target is about, and all."""
    named = [
        Figure(name=f"CPU per 10,000 checks, {process}: {_purpose(process)}", measured=f"{cpu:.2f} s")
        for process, cpu in sorted(by_process.items(), key=lambda part: -part[1])
    ]
    whole = Figure(name="CPU per 10,000 checks, all of it", measured=f"{sum(by_process.values()):.2f} s")
    if "concluding" not in by_process:
        return [*named, whole]
    checks = sum(cpu for process, cpu in by_process.items() if process.startswith(OF_CHECKS))
    target = Figure(
        name="CPU per 10,000 checks, asked to judged: without publishing and listening",
        measured=f"{checks:.2f} s",
        goal="5.8 s",
        reached=checks <= 5.8,
    )
    return [*named, target, whole]


def _purpose(process: str) -> str:
    return next((purpose for name, purpose in PURPOSES.items() if process.startswith(name)), "")


def engine_on_sqlite(folder: Path, size: Size) -> Watched:
    """One engine, as on a single machine."""
    with ExitStack() as stack:
        environ = _environment(folder, BROKER_URL="memory://")
        _fill(environ, size, stack.enter_context(_target(folder)))
        engine = stack.enter_context(
            running(
                [sys.executable, "manage.py", "engine"],
                log=folder / "engine.log",
                environ=environ,
                folder=ROOT,
            )
        )
        return _watched(environ, size, {"engine": engine.pid})


def workers_on_postgres(folder: Path, size: Size) -> Watched:
    """Schedule, site and a worker per vantage by the commands of deploy/systemd, on PostgreSQL and Redis."""
    with ExitStack() as stack:
        url, broker = stack.enter_context(postgres_server()), stack.enter_context(redis_server(folder))
        environ = _environment(folder, DATABASE_URL=url, BROKER_URL=broker)
        _fill(environ, size, stack.enter_context(_target(folder)))
        pids = {
            name: stack.enter_context(
                running(command, log=folder / f"{name}.log", environ=environ, folder=ROOT)
            ).pid
            for name, command in _commands().items()
        }
        return _watched(environ, size, pids)


def _commands() -> dict[str, list[str]]:
    (schedule,) = command_of("fogbreak-schedule.service")
    (site,) = command_of("fogbreak-site.service")
    checks = {
        f"checks {slug}": command_of("fogbreak-checks@.service", instance=slug)[0] for slug in ("v0", "v1")
    }
    return {"schedule": schedule, "site": site, **checks}


@contextmanager
def _target(folder: Path) -> Iterator[str]:
    """A server that accepts everything, on a core of its own."""
    nginx, port = require_binary("nginx", package="nginx"), free_port()
    config = folder / "target.conf"
    config.write_text(TARGET.format(folder=folder, port=port), encoding="utf-8")
    command = on_core(0, nginx, "-c", config, "-e", folder / "target.log")
    with running(command, log=folder / "target.log"):
        wait_until(lambda: listens(port), seconds=10, what="the target")
        yield f"http://127.0.0.1:{port}"


def _environment(folder: Path, **variables: str) -> dict[str, str]:
    ours = {"DEBUG", "FOGBREAK_DEMO", "DATABASE_URL", "BROKER_URL", "VAR_DIR"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return (
        kept
        | {"SECRET_KEY": "only-for-a-bench-" + "0123456789" * 4, "VAR_DIR": str(folder / "var")}
        | variables
    )


def _fill(environ: Mapping[str, str], size: Size, url: str) -> None:
    made = ["--components", size.components, "--probes", size.probes, "--interval", size.interval_s]
    for words in (["migrate", "-v0"], ["simulate_load", "--url", url, "--text", "ok", *map(str, made)]):
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, cwd=ROOT, env={**environ, "FOGBREAK_DEMO": "1"}, check=True, timeout=120)


def _watched(environ: Mapping[str, str], size: Size, pids: Mapping[str, int]) -> Watched:
    time.sleep(size.warm_s)
    before, since = _cpu_by_part(pids), datetime.now(UTC)
    time.sleep(size.counted_s)
    after, until = _cpu_by_part(pids), datetime.now(UTC)
    memory = sum(map(memory_mib, pids.values()))
    time.sleep(SETTLE_S)
    due, rows = _rows(environ, since, until)
    lags = sorted(lag for lag, _ in rows)
    made = len(rows)
    return Watched(
        due=due,
        made=made,
        late=sum(late for _, late in rows),
        lag_p50_s=lags[made // 2] if lags else float("nan"),
        lag_p99_s=lags[int(made * 0.99)] if lags else float("nan"),
        cpu={part: (after[part] - before[part]) / max(made, 1) * 10_000 for part in after if part in before},
        memory_mib=memory,
    )


def _rows(
    environ: Mapping[str, str], since: datetime, until: datetime
) -> tuple[int, list[tuple[float, bool]]]:
    """How many checks were due then; and of each that was made its lag in seconds, and if it was late."""
    command = [sys.executable, "-c", READ, since.isoformat(), until.isoformat()]
    found = subprocess.run(command, cwd=ROOT, env=dict(environ), check=True, capture_output=True, timeout=120)
    told: tuple[int, list[tuple[float, bool]]] = json.loads(found.stdout)
    return told


READ = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "statuspage.settings"
import django; django.setup()
from datetime import datetime
from statuspage.monitoring.models import CheckResult
from statuspage.monitoring.standing import StandingProbes
standing = StandingProbes()
standing.refresh()
since, until = map(datetime.fromisoformat, sys.argv[1:])
rows = CheckResult.objects.filter(tick__gt=since, tick__lte=until).exclude(outcome="missed")
found = [((at - tick).total_seconds() - (took or 0) / 1000, late) for at, tick, took, late
         in rows.values_list("at", "tick", "latency_ms", "late")]
print(json.dumps([sum(len(rota.due(since, until)) for rota in standing.rotas().values()), found]))
"""


def _cpu_by_part(pids: Mapping[str, int]) -> dict[str, float]:
    """CPU seconds so far of each process and of the processes below it, by what they call themselves."""
    parts: defaultdict[str, float] = defaultdict(float)
    for name, pid in pids.items():
        parts[name] += _cpu(pid)
        for child in _children(pid):
            parts[_name_of(child)] += _cpu(child)
    return parts


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def _name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text(encoding="ascii").strip()


def _children(pid: int) -> Sequence[int]:
    return [
        int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    ]


if __name__ == "__main__":
    sys.exit(main())
