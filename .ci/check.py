"""Runs every check of the code that is not a test, shows what each found, and fails if any of them did."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI", "").lower() == "true"
SKIPPED = 2  # a check that could not be made here: no network, or a missing program


def command(*words: str) -> Callable[[], int]:
    """A check that is a command; it passes with exit status 0."""
    return lambda: subprocess.run(words, cwd=ROOT, check=False).returncode


def module(name: str, *words: str) -> Callable[[], int]:
    """A check that is a Python module of the virtual environment."""
    return command(sys.executable, "-m", name, *words)


def script(*words: str) -> Callable[[], int]:
    """A check that is a Python file of the repository."""
    return command(sys.executable, *words)


def prometheus() -> int:
    """Alert rules, scrape configuration and the rules' own tests, by promtool."""
    promtool = shutil.which("promtool")
    if promtool is None:
        print("promtool is missing: install the Debian package prometheus")
        return 1 if IN_CI else SKIPPED
    folder = ROOT / "deploy" / "prometheus"
    return max(
        subprocess.run([promtool, *words], cwd=folder, check=False, stdout=subprocess.DEVNULL).returncode
        for words in (
            ["check", "config", "--syntax-only", "prometheus.yml"],
            ["check", "rules", "rules.yml"],
            ["test", "rules", "rules_test.yml"],
        )
    )


CHECKS: dict[str, Callable[[], int]] = {
    "format": module("ruff", "format", "--check", "--quiet", "."),
    "lint": module("ruff", "check", "--quiet", "."),
    "types": module("mypy", "--no-error-summary", "probes", "statuspage", "tests"),
    "words": script(".ci/glossary.py"),
    "imports": command(str(Path(sys.executable).parent / "lint-imports"), "--no-logo"),
    "templates": module("djlint", "--lint", "--quiet", "templates"),
    "translations": script("manage.py", "messages", "--check"),
    "migrations": script("manage.py", "makemigrations", "--check", "--dry-run"),
    "nginx": script("manage.py", "nginx_headers", "--check"),
    "settings": script("manage.py", "check", "--fail-level", "WARNING"),
    "repository": script(".ci/repository.py"),
    "prometheus": prometheus,
    "locks": script(".ci/lock.py", "--check"),
}


def main() -> int:
    os.environ.setdefault("DEBUG", "1")
    os.environ["PYTHONPATH"] = str(ROOT)
    chosen = sys.argv[1:] or list(CHECKS)
    failed = []
    for name in chosen:
        started = time.monotonic()
        print(f"-- {name}", flush=True)
        status = CHECKS[name]()
        if status == SKIPPED and not IN_CI:
            continue
        if status:
            failed.append(name)
        print(f"   {'failed' if status else 'ok'} ({time.monotonic() - started:.1f} s)", flush=True)
    print(f"failed: {', '.join(failed)}" if failed else "all is well")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
