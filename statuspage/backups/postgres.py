"""Copies of a database on PostgreSQL, by its own programs: as at one moment, and back in one transaction."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from django.db import connection, transaction

from statuspage.backups.archive import LEFT_EMPTY, BackupError

# Where Debian keeps the programs of each version, beside a wrapper that chooses by clusters of this machine.
_VERSIONS = Path("/usr/lib/postgresql")
# What libpq calls the settings; a password on a command line would be everybody's to read.
_VARIABLES = {
    "NAME": "PGDATABASE",
    "USER": "PGUSER",
    "PASSWORD": "PGPASSWORD",
    "HOST": "PGHOST",
    "PORT": "PGPORT",
}


def copy_out(target: Path) -> dict[str, int]:
    """Dump the database as it is at one moment into ``target``; how many rows its tables have."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        (moment,) = cursor.fetchone()
        options = ("--format=custom", "--compress=0", "--no-owner", "--no-privileges", f"--snapshot={moment}")
        empty = (f"--exclude-table-data=*.{name}" for name in LEFT_EMPTY)
        _run("pg_dump", *options, *empty, f"--file={target}")
        return {name: 0 if name in LEFT_EMPTY else count for name, count in count_rows().items()}


def bring_in(dump: Path, rows: Mapping[str, int]) -> None:
    """Put a dump in the place of all tables of the site, all or nothing."""
    script, clearing = dump.with_suffix(".sql"), dump.with_suffix(".clear.sql")
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dump))
    names = ", ".join(connection.ops.quote_name(name) for name in connection.introspection.table_names())
    clearing.write_text(f"DROP TABLE IF EXISTS {names} CASCADE;\n" if names else "", encoding="utf-8")
    connection.close()
    once = ("--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1")
    _run("psql", *once, f"--file={clearing}", f"--file={script}")
    if count_rows() != rows:
        raise BackupError(
            "all was put back, but not the rows that the backup tells of are there: something else wrote "
            "meanwhile; stop the site whole and restore again"
        )


def count_rows() -> dict[str, int]:
    """The number of rows by table."""
    counts = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")
            counts[name] = cursor.fetchone()[0]
    return counts


def rows_written() -> int:
    """How many rows were ever written, as far as the server has counted them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables")
        return int(cursor.fetchone()[0] or 0)


def _run(program: str, *options: str) -> None:
    """Run one of PostgreSQL's programs on the site's database; raises BackupError with what it said."""
    done = subprocess.run(
        [found(program), *options], env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise BackupError(f"{program}: {said[0].removeprefix(f'{program}: ')}")


def found(program: str) -> str:
    """The newest program of that name; raises BackupError where it is missing or older than the server."""
    server = connection.pg_version // 10000  # type: ignore[attr-defined]
    versions = sorted(_VERSIONS.glob("*/bin"), key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0))
    path = os.pathsep.join([*map(str, reversed(versions)), os.environ.get("PATH", "")])
    package = f"install the Debian package postgresql-client-{server}, or that of a newer version"
    where = shutil.which(program, path=path)
    if where is None:
        raise BackupError(f"{program} is missing: {package}")
    said = subprocess.run([where, "--version"], capture_output=True, text=True, check=False).stdout
    its = re.search(r"(\d+)(?:\.|beta|rc|devel|\s|$)", said)
    if its is not None and int(its[1]) < server:
        raise BackupError(f"{where} is of version {its[1]} and the server of version {server}: {package}")
    return where


def _environment() -> dict[str, str]:
    config = connection.settings_dict
    named = {variable: str(config[key]) for key, variable in _VARIABLES.items() if config.get(key)}
    options: Mapping[str, object] = config.get("OPTIONS") or {}
    ours = {f"PG{key.upper()}": str(value) for key, value in options.items() if key.startswith("ssl")}
    # Whoever reads the tables while they are replaced is waited for, but not for ever.
    return {**os.environ, "PGOPTIONS": "-c lock_timeout=30000", **named, **ours}
