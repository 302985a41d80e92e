"""Pictures of the page in each of its states, to be looked at: languages, widths, light and dark.

Run by ``make pictures``: needs the Debian packages chromium and fonts-noto-cjk.
"""

import argparse
import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.bench.own_site import begin

CHROMIUM = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
WIDTHS = (390, 768, 1280)
LANGUAGES = {"zh": "/", "en": "/en/"}
SCHEMES = ("light", "dark")
HEIGHT = 844
GAP = 24


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--to", type=Path, default=Path("var/pictures"), help="a folder for the pictures")
    parser.add_argument("--scenes", nargs="*", help="which (all)")
    parser.add_argument("--pages", nargs="*", default=["/"], help="beside /: incident, component, data, …")
    parser.add_argument("--widths", nargs="*", type=int, default=WIDTHS)
    parser.add_argument("--languages", nargs="*", default=list(LANGUAGES), choices=LANGUAGES)
    parser.add_argument("--schemes", nargs="*", default=SCHEMES, choices=SCHEMES)
    parser.add_argument("--whole", action="store_true", help="the whole page, not its first screen")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fogbreak-pictures-") as name:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs an event loop in this thread.
        begin(Path(name))
        from tests.bench.picture_scenes import SCENES

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROME_PATH", "/usr/bin/chromium"), args=CHROMIUM
            )
            for scene in chosen.scenes or SCENES:
                with _site(Path(name), scene) as site:
                    _shoot(browser, site, scene, chosen)
            browser.close()


@contextmanager
def _site(folder: Path, scene: str) -> Iterator[str]:
    """The address at which the whole site is served while it is in ``scene``."""
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    from statuspage.public.publish.publisher import write
    from statuspage.public.read.snapshot import build
    from statuspage.public.serve.server import SnapshotServer
    from tests.bench.picture_scenes import set_up
    from tests.support.public_rows import make_world
    from tests.support.wsgi import serving

    call_command("flush", interactive=False, verbosity=0)
    age = timedelta(hours=1) if scene == "stale" else timedelta()
    world = make_world(now=datetime.now(tz=UTC) - age)
    set_up(world, scene)
    write(build(world.now), folder / "snapshot")
    with serving(SnapshotServer(get_wsgi_application(), folder / "snapshot")) as port:
        yield f"http://127.0.0.1:{port}"


def _path(page: str) -> str:
    """Where a page lies below its language's root; ``incident`` is the one that began last."""
    from statuspage.incidents.models import Incident, Maintenance

    match page:
        case "incident":
            return f"incidents/{Incident.objects.order_by('-started_at')[0].public_id}/"
        case "maintenance":
            return f"maintenance/{Maintenance.objects.order_by('-starts_at')[0].public_id}/"
        case _:
            return page.strip("/") + "/" if page.strip("/") and "?" not in page else page.lstrip("/")


def _shoot(browser: Browser, site: str, scene: str, chosen: argparse.Namespace) -> None:
    chosen.to.mkdir(parents=True, exist_ok=True)
    for page, width in itertools.product(chosen.pages, chosen.widths):
        taken = []
        for language, scheme in itertools.product(chosen.languages, chosen.schemes):
            context = browser.new_context(
                viewport={"width": width, "height": HEIGHT},
                color_scheme=scheme,
                locale={"zh": "zh-CN", "en": "en-GB"}[language],
                timezone_id="Asia/Shanghai",
            )
            opened = context.new_page()
            opened.goto(site + LANGUAGES[language] + _path(page), wait_until="networkidle")
            name = f"{scene}-{page.strip('/').replace('/', '-') or 'home'}-{width}-{language}-{scheme}.png"
            opened.screenshot(path=chosen.to / name, full_page=chosen.whole)
            taken.append(chosen.to / name)
            context.close()
        _sheet(taken, chosen.to / f"sheet-{scene}-{page.strip('/').replace('/', '-') or 'home'}-{width}.png")


def _sheet(pictures: list[Path], to: Path) -> None:
    """All of them side by side."""
    images = [Image.open(path) for path in pictures]
    width = sum(image.width + GAP for image in images) - GAP
    sheet = Image.new("RGB", (width, max(image.height for image in images)), "#888")
    left = 0
    for image in images:
        sheet.paste(image, (left, 0))
        left += image.width + GAP
    sheet.save(to)


if __name__ == "__main__":
    main()
