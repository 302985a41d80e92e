"""Samples in the documented form of each tool, as files of a folder of the test's own."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC
from pathlib import Path

from probes.vocabulary.origins import Origin
from statuspage.importing.reading import read_site
from statuspage.importing.values import CarriedSite

SAMPLES = Path(__file__).parent / "samples"
DATABASES = {Origin.KUMA: ("kuma.sql", "kuma.db"), Origin.GATUS: ("data.sql", "data.db")}


def sample_of(origin: Origin, folder: Path) -> Path:
    """A copy of the tool's sample, with its database made."""
    copy = folder / origin.value
    shutil.copytree(SAMPLES / origin.value, copy)
    if origin in DATABASES:
        script, database = DATABASES[origin]
        make_database(copy / database, (copy / script).read_text())
    return copy


def make_database(path: Path, script: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


def read_sample(origin: Origin, folder: Path) -> CarriedSite:
    return read_site(origin, sample_of(origin, folder), UTC)
