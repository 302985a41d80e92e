"""Resolves pyproject.toml into the lock files, or tells whether they are stale (``--check``).

The pins that stand are kept as far as they fit, so a lock changes only where pyproject.toml did. The files
name no address: whoever installs takes the packages from the index that their own pip is set to.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN_TIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"
TRAINING = "requirements-train.lock"
LOCKS = (RUN_TIME, DEVELOPMENT, TRAINING)
UNREACHABLE = ("error sending request", "failed to fetch", "dns error", "network", "connect", "offline")


class OfflineError(Exception):
    """The package index did not answer."""


def resolve(folder: Path, lock: str, *options: str) -> None:
    """Rewrites ``lock`` in ``folder``, its own pins preferred; raises OfflineError or SystemExit."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"]
    command += ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-header"]
    done = subprocess.run(
        [*command, "pyproject.toml", *options, "--output-file", lock],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return
    if any(sign in done.stderr.lower() for sign in UNREACHABLE):
        raise OfflineError(done.stderr.strip().splitlines()[-1])
    raise SystemExit(f"pyproject.toml cannot be resolved:\n{done.stderr}")


def resolve_all(folder: Path) -> None:
    """The locks in ``folder``; those of the groups keep to the versions of the run-time one."""
    resolve(folder, RUN_TIME)
    resolve(folder, DEVELOPMENT, "--group", "dev", "--constraints", RUN_TIME)
    resolve(folder, TRAINING, "--group", "train", "--constraints", RUN_TIME)


def stale(folder: Path) -> list[str]:
    """The names of the lock files that a fresh resolution in ``folder`` would change."""
    for name in ("pyproject.toml", *LOCKS):
        shutil.copy(ROOT / name, folder / name)
    resolve_all(folder)
    return [name for name in LOCKS if pins(folder / name) != pins(ROOT / name)]


def pins(lock: Path) -> list[str]:
    """The lines that count: everything but comments, which tell where a file was."""
    lines = (line.split("#")[0].strip() for line in lock.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where a lock is stale")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        try:
            changed = stale(Path(scratch))
        except OfflineError as error:
            print(f"the locks were not checked: the package index cannot be reached ({error})")
            return 2
        if wanted.check:
            print("\n".join(f"{name} is stale: run `make lock`" for name in changed) or "the locks are fresh")
            return 1 if changed else 0
        for name in changed:
            shutil.copy(Path(scratch) / name, ROOT / name)
        print(f"changed: {', '.join(changed)}" if changed else "nothing changed")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
