"""Installs packages of npm into a folder of a test's own, as their users would."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.binaries import require_binary


def install_npm(folder: Path, *packages: str) -> None:
    """Into ``folder``; the test is skipped where npm cannot reach its registry, but fails if CI=true."""
    npm = require_binary("npm", package="npm")
    (folder / "package.json").write_text('{"private": true}')
    command: list[str | Path] = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *packages]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
    if done.returncode != 0 and os.environ.get("CI", "").lower() != "true":
        pytest.skip(f"npm cannot install {' '.join(packages)}: {done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stderr
