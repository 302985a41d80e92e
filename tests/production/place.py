"""A copy of the source without its tests, with an environment of requirements.lock alone."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

from tests.production.readme import blocks

ROOT = Path(__file__).parents[2]
SHIPPED = (
    ".ci",
    "deploy",
    "probes",
    "statuspage",
    "templates",
    "Makefile",
    "README.md",
    "manage.py",
    "pyproject.toml",
    "requirements.lock",
)
# What a newcomer's shell has; nothing of the developer's environment or of the tests' own.
INHERITED = ("PATH", "HOME", "LANG")


def clean_environ() -> dict[str, str]:
    """The variables that commands start with."""
    return {name: value for name, value in os.environ.items() if name in INHERITED or name.startswith("PIP_")}


def made_place(shared: Path) -> Path:
    """The copy below ``shared``, made by the first of several processes that want it."""
    place = shared / "fogbreak"
    with (shared / "fogbreak.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / ".made").exists():
            _make(place)
            (place / ".made").touch()
    return place


def _make(place: Path) -> None:
    place.mkdir()
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, place / name)
    subprocess.run(
        ["bash", "-e", "-c", blocks()["environment"]],
        cwd=place,
        env=clean_environ(),
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=300,
    )
