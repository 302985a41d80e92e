"""Puts load on a server: h2load on one core, what it asks on the other."""

import os
import re
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CLIENTS = 32
SERVER_CORE, CLIENT_CORE = 0, 1
HEADERS = ("-H", "Accept-Encoding: gzip, br")


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a run gave: answers a second, the slowest of a hundred in milliseconds, and how many failed."""

    per_second: float
    p99_ms: float
    failed: int


def on_core(core: int, *command: str | Path) -> list[str]:
    """``command`` bound to one core; as it is where the machine has only one."""
    words = [str(word) for word in command]
    return ["taskset", "-c", str(core), *words] if (os.cpu_count() or 1) > 1 else words


def load(
    url: str, folder: Path, *, seconds: int, per_second: float | None = None, random_query: bool = False
) -> Load:
    """Ask for ``url`` as fast as possible, or ``per_second`` times."""
    log = folder / f"{secrets.token_hex(4)}.log"
    pace = ["--rps", f"{per_second / CLIENTS:.3f}"] if per_second else []
    asked = [url]
    if random_query:
        listed = folder / "addresses.txt"
        listed.write_text("".join(f"{url}?{secrets.token_hex(8)}\n" for _ in range(20_000)))
        asked = ["-i", str(listed)]
    ask = ["h2load", "--h1", "-c", str(CLIENTS), "-t", "1", "-D", str(seconds), *HEADERS]
    command = on_core(CLIENT_CORE, *ask, *pace, "--log-file", log, *asked)
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"finished in [^,]+, ([\d.]+) req/s", said)
    failed = re.search(r"(\d+) failed, (\d+) errored", said)
    if rate is None or failed is None:
        raise RuntimeError(f"h2load said:\n{said}")
    lines = [line.split("\t") for line in log.read_text().splitlines()]
    took = sorted(int(line[2]) for line in lines)
    bad = sum(line[1] not in {"200", "304"} for line in lines)
    return Load(
        per_second=float(rate[1]),
        p99_ms=took[int(len(took) * 0.99)] / 1000 if took else float("nan"),
        failed=bad + int(failed[1]),
    )


@dataclass(slots=True)
class ProcessorTime:
    """What processes used, in seconds."""

    seconds: float = 0.0


@contextmanager
def counting_processor(pid: int) -> Iterator[ProcessorTime]:
    """What a process and its children use of the processor meanwhile; to be read afterwards."""
    before, used = processor_seconds(pid), ProcessorTime()
    yield used
    used.seconds = processor_seconds(pid) - before


def processor_seconds(pid: int) -> float:
    """What a process and its children used of the processor until now."""
    total = 0
    for each in (pid, *_children(pid)):
        # After the name, which may hold anything: user and system time are the 12th and 13th (proc(5)).
        fields = Path(f"/proc/{each}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def memory_mib(pid: int) -> float:
    """What a process and its children hold, each shared page counted once between them."""
    total = 0
    for each in (pid, *_children(pid)):
        rollup = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii")
        total += sum(map(int, re.findall(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)))
    return total / 1024


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [one for child in map(int, listed) for one in (child, *_children(child))]
