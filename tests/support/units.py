"""The commands of deploy/systemd, so that tests run what is deployed and not something like it."""

import shlex
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "deploy" / "systemd"
INSTALLED_PYTHON = "/opt/fogbreak/.venv/bin/python"


def command_of(unit: str, *, instance: str = "", key: str = "ExecStart") -> list[list[str]]:
    """The commands that a unit gives under ``key``, with this Python in place of the installed one."""
    lines = (FOLDER / unit).read_text(encoding="utf-8").splitlines()
    commands = [line.removeprefix(f"{key}=") for line in lines if line.startswith(f"{key}=")]
    # A minus sign says that the unit goes on where this command fails.
    filled = (command.removeprefix("-").replace("%i", instance).replace("%H", "test") for command in commands)
    return [[sys.executable if word == INSTALLED_PYTHON else word for word in shlex.split(c)] for c in filled]
