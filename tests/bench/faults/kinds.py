"""The faults: each begins, lasts for some seconds and ends, and is then to heal without a hand."""

import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.bench.faults.network import deliver, lose
from tests.bench.faults.parts import Part
from tests.bench.faults.site import COMPONENTS, Site
from tests.bench.faults.target import MANNERS

HOUR_S = 3600.0
LASTS_S = (5.0, 11.0)
MINUTE_S = 60.0
HEALS_S, HEALS_AFTER_RESTART_S = 30.0, 60.0
LOCKED = "LOCK TABLE monitoring_checkresult, monitoring_progress IN ACCESS EXCLUSIVE MODE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A fault while it lasts: what it befell, and which components answer badly by it."""

    what: str
    broken: frozenset[str] = frozenset()


Fault = Callable[[Site, random.Random], Iterator[Hit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A fault that can befall a site.

    ``away``: the database cannot be written meanwhile; ``restarts``: a server has to start again;
    ``misdates``: the clock by which the site goes may be wrong.
    """

    name: str
    make: Callable[[Site, random.Random], AbstractContextManager[Hit]]
    variants: frozenset[str]
    away: bool = False
    restarts: bool = False
    misdates: bool = False
    needs_disk: bool = False
    needs_network: bool = False

    @property
    def allowed_s(self) -> float:
        """Within which all has to be current again."""
        return HEALS_AFTER_RESTART_S if self.restarts else HEALS_S


KINDS: list[Kind] = []
ALL, SERVED = frozenset({"sqlite", "redis", "rabbitmq"}), frozenset({"redis", "rabbitmq"})


def kind(name: str, variants: frozenset[str] = ALL, **told: bool) -> Callable[[Fault], Fault]:
    """Note a fault under its name."""

    def note(fault: Fault) -> Fault:
        KINDS.append(Kind(name=name, make=contextmanager(fault), variants=variants, **told))
        return fault

    return note


def wait(chance: random.Random) -> None:
    """As long as a fault lasts."""
    time.sleep(chance.uniform(*LASTS_S))


def _any(site: Site, chance: random.Random) -> Part:
    return site.parts[chance.choice(sorted(site.parts))]


@kind("kill a process")
def killed(site: Site, chance: random.Random) -> Iterator[Hit]:
    part = _any(site, chance)
    part.send(signal.SIGKILL)
    yield Hit(what=part.name)


@kind("kill a child of a process")
def killed_child(site: Site, chance: random.Random) -> Iterator[Hit]:
    with_children = [part for _, part in sorted(site.parts.items()) if part.children()]
    part = chance.choice(with_children or [_any(site, chance)])
    children = part.children()
    part.send(signal.SIGKILL, chance.choice(children) if children else None)
    yield Hit(what=f"{part.name}, a child")


@kind("halt a process")
def halted(site: Site, chance: random.Random) -> Iterator[Hit]:
    part = _any(site, chance)
    part.send_all(signal.SIGSTOP)
    wait(chance)
    part.send_all(signal.SIGCONT)
    yield Hit(what=part.name)


@kind("a process's clock set by an hour", SERVED)
def process_clock_set(site: Site, chance: random.Random) -> Iterator[Hit]:
    part = _any(site, chance)
    yield from _clock_set(part, part.name, chance)


@kind("the machine's clock set by an hour", frozenset({"sqlite"}), misdates=True)
def machine_clock_set(site: Site, chance: random.Random) -> Iterator[Hit]:
    # All parts follow the same file.
    yield from _clock_set(_any(site, chance), "all", chance)


def _clock_set(part: Part, whose: str, chance: random.Random) -> Iterator[Hit]:
    hours = chance.choice((-1, 1))
    part.set_clock(hours * HOUR_S)
    wait(chance)
    part.set_clock(0)
    yield Hit(what=f"{whose} by {hours:+d} h")


@kind("the database's clock set by an hour", SERVED, misdates=True)
def database_clock_set(site: Site, chance: random.Random) -> Iterator[Hit]:
    hours = chance.choice((-1, 1))
    assert site.database_clock is not None
    site.database_clock.write_text(f"{hours * HOUR_S:+.3f}", encoding="ascii")
    wait(chance)
    site.database_clock.write_text("+0.000", encoding="ascii")
    yield Hit(what=f"by {hours:+d} h")


@kind("broken answers")
def broken_answers(site: Site, chance: random.Random) -> Iterator[Hit]:
    component, manner = chance.choice(COMPONENTS), chance.choice(MANNERS)
    site.target.manners[component] = manner
    wait(chance)
    site.target.manners.pop(component, None)
    yield Hit(what=f"{component}: {manner}", broken=frozenset({component}))


@kind("network of a part cut", SERVED)
def network_cut(site: Site, chance: random.Random) -> Iterator[Hit]:
    name = chance.choice(sorted(site.relays))
    for relay in site.relays[name]:
        relay.cut()
    wait(chance)
    for relay in site.relays[name]:
        relay.mend()
    yield Hit(what=name)


@kind("packets to a part lost", SERVED, needs_network=True)
def packets_lost(site: Site, chance: random.Random) -> Iterator[Hit]:
    name = chance.choice(sorted(site.relays))
    for relay in site.relays[name]:
        lose(relay.port)
    wait(chance)
    for relay in site.relays[name]:
        deliver(relay.port)
    yield Hit(what=name)


@kind("database restarted", SERVED, away=True, restarts=True)
def database_restarted(site: Site, chance: random.Random) -> Iterator[Hit]:
    assert site.postgres is not None
    number = chance.choice((signal.SIGINT, signal.SIGQUIT))
    site.postgres.stop(number)
    wait(chance)
    site.postgres.start()
    site.postgres.wait()
    yield Hit(what="fast" if number is signal.SIGINT else "at once")


@kind("database killed", SERVED, away=True, restarts=True)
def database_killed(site: Site, chance: random.Random) -> Iterator[Hit]:
    assert site.postgres is not None
    site.postgres.send_all(signal.SIGKILL)
    wait(chance)
    site.postgres.restart(signal.SIGKILL)
    yield Hit(what="PostgreSQL")


@kind("database halted", SERVED, away=True)
def database_halted(site: Site, chance: random.Random) -> Iterator[Hit]:
    assert site.postgres is not None
    for pid in _postgres_pids(site.postgres.folder):
        _send(pid, signal.SIGSTOP)
    wait(chance)
    for pid in _postgres_pids(site.postgres.folder):
        _send(pid, signal.SIGCONT)
    yield Hit(what="PostgreSQL")


@kind("database locked", SERVED, away=True)
def tables_locked(site: Site, chance: random.Random) -> Iterator[Hit]:
    assert site.postgres is not None
    with psycopg.connect(site.postgres.url()) as database:
        _lock(database)
        wait(chance)
        database.rollback()
    yield Hit(what="LOCK TABLE")


def _lock(database: psycopg.Connection) -> None:
    """Take both tables, however often who has one of them wants the other, too."""
    while True:
        try:
            database.execute(LOCKED)
        except psycopg.errors.DeadlockDetected:
            database.rollback()
        else:
            return


@kind("database read-only", SERVED, away=True)
def database_read_only(site: Site, chance: random.Random) -> Iterator[Hit]:
    assert site.postgres is not None
    with site.postgres.connect() as database:
        database.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        database.execute("SELECT pg_reload_conf()")
        wait(chance)
        database.execute("SET default_transaction_read_only = off")
        database.execute("ALTER SYSTEM RESET default_transaction_read_only")
        database.execute("SELECT pg_reload_conf()")
    yield Hit(what="PostgreSQL")


@kind("out of connections", SERVED, away=True)
def out_of_connections(site: Site, chance: random.Random) -> Iterator[Hit]:
    assert site.postgres is not None
    with ExitStack() as held:
        ends = time.monotonic() + chance.uniform(*LASTS_S)
        while time.monotonic() < ends:
            try:
                held.enter_context(site.postgres.connect())
            except psycopg.OperationalError:
                time.sleep(0.05)
    yield Hit(what="PostgreSQL")


@kind("disk full", away=True, needs_disk=True)
def disk_full(site: Site, chance: random.Random) -> Iterator[Hit]:
    assert site.disk is not None
    filler = site.disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 65536)
    wait(chance)
    filler.unlink()
    yield Hit(what="of the database")


@kind("disk read-only", frozenset({"sqlite"}), away=True, needs_disk=True)
def disk_read_only(site: Site, chance: random.Random) -> Iterator[Hit]:
    assert site.disk is not None
    with _immutable(site.database_file):
        wait(chance)
    yield Hit(what=site.database_file.name)


@kind("database locked by a writer", frozenset({"sqlite"}), away=True)
def file_locked(site: Site, chance: random.Random) -> Iterator[Hit]:
    seconds = chance.choice((8.0, 15.0, 30.0))
    with _locked(site.database_file):
        time.sleep(seconds)
    yield Hit(what=f"for {seconds:.0f} s")


@kind("broker restarted", SERVED, restarts=True)
def broker_restarted(site: Site, chance: random.Random) -> Iterator[Hit]:
    broker = site.redis or site.rabbitmq
    assert broker is not None
    number = chance.choice((signal.SIGTERM, signal.SIGKILL))
    broker.stop(number)
    if site.redis:
        wait(chance)
    broker.start()
    broker.wait()
    yield Hit(what=f"{broker.name}, {number.name}")


@kind("broker halted", SERVED)
def broker_halted(site: Site, chance: random.Random) -> Iterator[Hit]:
    broker = site.redis or site.rabbitmq
    assert broker is not None
    broker.send_all(signal.SIGSTOP)
    wait(chance)
    broker.send_all(signal.SIGCONT)
    yield Hit(what=broker.name)


@kind("broker emptied", SERVED)
def broker_emptied(site: Site, _: random.Random) -> Iterator[Hit]:
    if site.redis:
        site.redis.tell("FLUSHALL")
        yield Hit(what="FLUSHALL")
    else:
        assert site.rabbitmq is not None
        site.rabbitmq.tell("purge_queue", "dispatch")
        site.rabbitmq.tell("delete_queue", "checks.east")
        yield Hit(what="a queue purged, one deleted")


@kind("broker out of memory", SERVED)
def broker_full(site: Site, chance: random.Random) -> Iterator[Hit]:
    if site.redis:
        site.redis.tell("CONFIG", "SET", "maxmemory-policy", "noeviction")
        site.redis.tell("CONFIG", "SET", "maxmemory", "1")
        wait(chance)
        site.redis.tell("CONFIG", "SET", "maxmemory", "0")
    else:
        assert site.rabbitmq is not None
        site.rabbitmq.tell("set_vm_memory_high_watermark", "0.0000001")
        wait(chance)
        site.rabbitmq.tell("set_vm_memory_high_watermark", "0.6")
    yield Hit(what="redis" if site.redis else "rabbitmq")


@contextmanager
def _locked(database: Path) -> Iterator[None]:
    """Written by somebody else, who takes his time."""
    writer = sqlite3.connect(database, timeout=60, isolation_level=None)
    try:
        writer.execute("BEGIN IMMEDIATE")
        yield
        writer.execute("ROLLBACK")
    finally:
        writer.close()


@contextmanager
def _immutable(database: Path) -> Iterator[None]:
    """A mount that is written to cannot be made read-only: files can, for those that have them open, too."""
    files = [str(file) for file in (database, database.with_name(f"{database.name}-wal")) if file.exists()]
    subprocess.run(["chattr", "+i", *files], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", *files], check=True, capture_output=True)


@kind("a minute without the database", SERVED, away=True, restarts=True)
def minute_without_server(site: Site, chance: random.Random) -> Iterator[Hit]:
    assert site.postgres is not None
    number = chance.choice((signal.SIGINT, signal.SIGKILL))
    site.postgres.stop(number)
    time.sleep(MINUTE_S)
    site.postgres.start()
    site.postgres.wait()
    yield Hit(what=f"PostgreSQL, {number.name}")


@kind("a minute without the database", frozenset({"sqlite"}), away=True)
def minute_without_file(site: Site, chance: random.Random) -> Iterator[Hit]:
    if site.disk is not None and chance.random() < 0.5:
        with _immutable(site.database_file):
            time.sleep(MINUTE_S)
        yield Hit(what="read-only")
    else:
        with _locked(site.database_file):
            time.sleep(MINUTE_S)
        yield Hit(what="locked")


def kinds_for(site: Site, words: str = "") -> list[Kind]:
    """Those that can befall this site on this machine, with these words in their name."""
    return [
        kind
        for kind in KINDS
        if site.variant in kind.variants
        and (site.disk is not None or not kind.needs_disk)
        and (site.has_network or not kind.needs_network)
        and words in kind.name
    ]


def _postgres_pids(folder: Path) -> list[int]:
    first = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    return [first, *map(int, children)]


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
