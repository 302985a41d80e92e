"""Fails where a committed file names a package registry's host or a path that only one machine has."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Written in pieces, so that this file does not find itself.
REGISTRY_HOSTS = ("py" + "pi.org", "pythonhosted" + ".org", "registry.npm" + "js.org", "deb.debian" + ".org")
FORBIDDEN = {
    "a package registry's host": re.compile("|".join(map(re.escape, REGISTRY_HOSTS))),
    "an index address": re.compile(r"--(extra-)?index-url[ =]|--find-links[ =]"),
    "a path of one machine": re.compile(
        r"(?<![\w.])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + r"me/\w+")) + r")/"
    ),
}


def findings(name: str) -> list[str]:
    """What one committed file says that it should not; binary files say nothing."""
    try:
        text = (ROOT / name).read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError):
        return []
    return [
        f"{name}:{number}: {what}: {line.strip()[:100]}"
        for number, line in enumerate(text.splitlines(), start=1)
        for what, pattern in FORBIDDEN.items()
        if pattern.search(line)
    ]


def main() -> int:
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    found = [line for name in names if name for line in findings(name)]
    print("\n".join(found), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
