"""Everything that may run in production is found in an environment of requirements.lock alone."""

import json
import subprocess
from pathlib import Path

from tests.production.place import clean_environ

# Commands for developers: they say themselves what they need.
NOT_FOR_PRODUCTION = {"probes.listening.reading.training", "statuspage.management.commands.messages"}
IMPORTING = """
import importlib, json, pkgutil, sys
import django; django.setup()
failed = {}
for top in ("probes", "statuspage"):
    for module in pkgutil.walk_packages([top], f"{top}."):
        try:
            importlib.import_module(module.name)
        except ImportError as error:
            failed[module.name] = str(error)
for name in ("kombu.transport.redis", "kombu.transport.pyamqp", "django.db.backends.postgresql.base"):
    importlib.import_module(name)
json.dump(failed, sys.stdout)
"""


def test_every_module_is_importable_when_only_the_run_time_lock_is_installed(
    shared: Path, tmp_path: Path
) -> None:
    variables = {
        "SECRET_KEY": "0123456789" * 5,
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "statuspage.settings",
    }
    command: list[str | Path] = [shared / ".venv" / "bin" / "python", "-c", IMPORTING]

    done = subprocess.run(
        command, cwd=shared, env={**clean_environ(), **variables}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)) == NOT_FOR_PRODUCTION
