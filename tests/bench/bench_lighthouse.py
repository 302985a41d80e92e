"""Lighthouse on the page in the middle of an outage, as a phone sees it.

Run by ``make lighthouse``: needs the Debian packages chromium, nodejs and npm, and the npm registry, from
which Lighthouse is installed into a folder of this run's own.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")

LIGHTHOUSE = "lighthouse@12.8.2"
LEAST = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
CHROME_FLAGS = "--headless=new --no-sandbox --disable-gpu"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--situation", default="outage", help="calm, blind or a cause")
    parser.add_argument("--details", action="store_true", help="name the audits that are not perfect")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fogbreak-lighthouse-") as name:
        folder = Path(name)
        subprocess.run(
            [
                "npm",
                "install",
                "--silent",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--prefix",
                name,
                LIGHTHOUSE,
            ],
            check=True,
        )
        with _site(folder, chosen.situation) as addresses:
            reports = {address: look(folder, address) for address in addresses}
    print("performance  accessibility  best-practices  seo")
    low = False
    for address, report in reports.items():
        scores = {kind: round(100 * (report["categories"][kind]["score"] or 0)) for kind in LEAST}
        low = low or any(scores[kind] < least for kind, least in LEAST.items())
        print(
            "{performance:>11}  {accessibility:>13}  {best-practices:>14}  {seo:>3}".format(**scores), address
        )
        if chosen.details:
            _details(report)
    sys.exit(1 if low else 0)


def look(folder: Path, address: str) -> dict[str, Any]:
    """Lighthouse's report of one address, in its own mobile profile."""
    out = folder / "report.json"
    subprocess.run(
        [
            folder / "node_modules/.bin/lighthouse",
            address,
            "--quiet",
            "--output=json",
            f"--output-path={out}",
            f"--chrome-flags={CHROME_FLAGS}",
            f"--only-categories={','.join(LEAST)}",
        ],
        env={**os.environ, "CHROME_PATH": os.environ.get("CHROME_PATH", "/usr/bin/chromium")},
        check=True,
        timeout=240,
    )
    report: dict[str, Any] = json.loads(out.read_text())
    return report


def _details(report: dict[str, Any]) -> None:
    for audit in report["audits"].values():
        if audit["score"] is not None and audit["score"] < 1:
            print("   ", audit["id"], audit["score"], audit.get("displayValue", ""))


@contextmanager
def _site(folder: Path, situation: str) -> Iterator[list[str]]:
    """The published pages of a small site in which ``situation`` is going on."""
    os.environ.update(DEBUG="1", VAR_DIR=str(folder), DATABASE_URL=f"sqlite:///{folder / 'site.sqlite3'}")
    os.environ["SNAPSHOT_DIR"] = str(folder / "snapshot")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from statuspage.incidents.models import Incident
    from statuspage.public.publish.publisher import publish
    from statuspage.wsgi import application
    from tests.support.public_rows import make_world
    from tests.support.situations import bring_about
    from tests.support.wsgi import serving

    now = datetime.now(tz=UTC)
    bring_about(make_world(now=now), situation)
    publish(now)
    incident = Incident.objects.order_by("-started_at")[0].public_id
    with serving(application) as port:
        site = f"http://127.0.0.1:{port}"
        yield [
            f"{site}{path}" for path in ("/", "/en/", f"/en/incidents/{incident}/", "/components/fenfu-qr/")
        ]


if __name__ == "__main__":
    main()
