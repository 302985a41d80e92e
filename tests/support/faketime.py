"""Processes whose clock is wrong, by Debian's libfaketime."""

import os
from pathlib import Path

from tests.support.binaries import missing

ROOT = Path(__file__).resolve().parents[2]
# What Python runs first in such a process.
SET_CLOCK = Path(__file__).parent / "set_clock"
FOLDERS = (Path("/usr/lib"), Path("/usr/lib64"))


def with_clock_off(seconds: float, *, file: Path | None = None) -> dict[str, str]:
    """Variables for a process whose clock is ``seconds`` ahead; the monotonic one goes as ever.

    With ``file`` the offset stands in it, and the process follows what is written there later.
    """
    offset = f"{seconds:+.3f}"
    told = {"FAKETIME": offset}
    if file is not None:
        file.write_text(offset, encoding="ascii")
        told = {"FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_CACHE_DURATION": "1"}
    return {
        "LD_PRELOAD": str(_library()),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(SET_CLOCK)]),
        **told,
    }


def _library() -> Path:
    machine = f"{os.uname().machine}-linux-gnu"
    found = [
        path
        for folder in FOLDERS
        for place in (folder / "faketime", folder / machine / "faketime")
        if (path := place / "libfaketimeMT.so.1").exists()
    ]
    if not found:
        missing("libfaketime is missing: install the Debian package libfaketime")
    return found[0]
