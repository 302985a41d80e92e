"""Runs the units that README has systemd start, as far as that goes without systemd."""

import shlex
import socket
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import running

INSTALLED_AT = "/opt/fogbreak"
STATE = "/var/lib/fogbreak"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit of ``name``, read from its file; commands are words."""

    name: str
    is_oneshot: bool
    umask: str
    command: list[str]


def read_unit(name: str, folder: Path, replacements: Mapping[str, str]) -> Unit:
    """``fogbreak-checks@east`` and its like from the files in ``folder``, with paths and ports replaced."""
    base, at, instance = name.partition("@")
    lines = (folder / f"{base}{at}.service").read_text(encoding="utf-8").splitlines()
    values: dict[str, list[str]] = {}
    for line in lines:
        key, is_value, value = line.partition("=")
        if is_value and not line.startswith("#"):
            value = value.replace("%i", instance).replace("%H", socket.gethostname())
            for old, new in replacements.items():
                value = value.replace(old, new)
            values.setdefault(key, []).append(value.removeprefix("-"))
    return Unit(
        name=name,
        is_oneshot=values.get("Type") == ["oneshot"],
        umask=values["UMask"][0],
        command=shlex.split(values["ExecStart"][0]),
    )


def start(unit: Unit, *, stack: ExitStack, place: Path, environ: Mapping[str, str]) -> None:
    """Start what the unit starts; it ends with ``stack``. Its output goes to a log below ``place``."""
    log = place / f"{unit.name}.log"
    words = ["sh", "-c", 'umask "$0" && exec "$@"', unit.umask, *unit.command]
    if not unit.is_oneshot:
        stack.enter_context(running(words, log=log, environ=environ, folder=place))
        return
    with log.open("ab") as output:
        subprocess.run(words, cwd=place, env=environ, check=True, stdout=output, stderr=output, timeout=120)
