"""Measures what it costs to hand out, make, store, count and judge checks at size, and their room on disk.

Run by ``make bench-store``: needs the Debian packages nginx, postgresql and redis-server. Each part is a
process of its own, with a database of its own.
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# By name: the module, its arguments, and how long it may take.
PARTS: dict[str, tuple[tuple[str, ...], int]] = {
    "rows": (("store_rows",), 120),
    "rows-postgres": (("store_rows", "--postgres"), 120),
    "turn": (("store_turn",), 300),
    "disk": (("store_disk",), 300),
    "year": (("store_year",), 300),
    "load": (("store_load",), 420),
    "load-postgres": (("store_load", "--postgres"), 420),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", choices=PARTS, action="append", help="a part; may be given again")
    chosen = parser.parse_args().only or list(PARTS)
    failed = [name for name in chosen if not _worked(name)]
    if failed:
        print(f"did not work: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _worked(name: str) -> bool:
    (module, *words), most_s = PARTS[name]
    command = [sys.executable, "-m", f"tests.bench.{module}", *words]
    print(f"\n# {name}", flush=True)
    try:
        return subprocess.run(command, cwd=ROOT, timeout=most_s, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        print(f"{name} took more than {most_s} s", file=sys.stderr)
        return False


if __name__ == "__main__":
    sys.exit(main())
