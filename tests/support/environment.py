"""The environment that the settings are read from in tests: nothing of the caller's, nothing kept.

Named in pyproject.toml as a plugin, because pytest-django reads the settings before any conftest.py. The one
variable that counts is TEST_DATABASE_URL: a database other than SQLite to run the tests on.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = tempfile.mkdtemp(prefix="fogbreak-tests-")
# Where static files are collected: WhiteNoise warns of a folder that is not there.
(Path(_folder) / "static").mkdir()
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

for name in (
    "DATABASE_URL",
    "BROKER_URL",
    "FOGBREAK_DEMO",
    "SNAPSHOT_DIR",
    "SITE_URL",
    "NOTICES_URL",
    "PROBE_PROXY",
    "SECRET_KEY",
):
    os.environ.pop(name, None)
if os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
os.environ["DEBUG"] = "1"
os.environ["VAR_DIR"] = _folder
