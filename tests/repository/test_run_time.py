"""The site needs no package beyond the run-time lock, of which `make demo` and a real site are made."""

import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Lets no module be found that is named after the command, and imports all that a site runs.
PROGRAM = """
import sys

class Lacking:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in lacking:
            raise ModuleNotFoundError(name)

lacking = set(sys.argv[1:])
sys.meta_path.insert(0, Lacking())
import django
django.setup()
import statuspage.urls, statuspage.tasks, statuspage.lanes, statuspage.wsgi
from django.core.management import get_commands, load_command_class
for name, app in get_commands().items():
    # Translations are collected where the site is developed.
    if str(app).startswith("statuspage") and name != "messages":
        load_command_class(app, name)
"""


def test_site_needs_nothing_when_only_the_run_time_lock_is_installed() -> None:
    lacking = _modules_of(_locked("requirements-dev.lock") - _locked("requirements.lock"))

    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *lacking],
        cwd=ROOT,
        env={**os.environ, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "statuspage.settings"},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert "joserfc" in lacking
    assert ended.returncode == 0, ended.stderr[-2000:]


def _locked(name: str) -> set[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {
        _plain(line.partition("==")[0]) for line in lines if re.match(r"[a-z0-9].*==", line, re.IGNORECASE)
    }


def _modules_of(packages: set[str]) -> list[str]:
    """What can be imported of these packages and of no other."""
    brought = packages_distributions().items()
    return sorted(name for name, by in brought if {_plain(package) for package in by} <= packages)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).strip().lower()
