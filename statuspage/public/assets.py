"""The style sheet, scripts and icons of the page, under names that change with their content."""

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
SOURCES = {
    "css": "public/page.css",
    "js": "public/page.js",
    "htmx": "django_htmx/htmx-2.min.js",
    "asking_css": "public/asking.css",
    "embed_css": "public/embed.css",
    "widget": "public/widget.js",
    "favicon": "public/favicon.svg",
    "favicon_ok": "public/favicon-ok.svg",
    "favicon_trouble": "public/favicon-trouble.svg",
    "favicon_unknown": "public/favicon-unknown.svg",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file as it is published."""

    path: str
    content_type: str
    body: bytes


@cache
def assets(below: str = "") -> dict[str, Asset]:
    """All of them by their short name, their paths ``below`` that of the site.

    Read once, for they change only with the code.
    """
    if below:
        return {name: replace(asset, path=below + asset.path) for name, asset in assets().items()}
    return {name: _read(source) for name, source in SOURCES.items()}


def _read(source: str) -> Asset:
    found = finders.find(source)
    if not isinstance(found, str):
        raise FileNotFoundError(f"static file {source} is missing")
    file = Path(found)
    body = file.read_bytes()
    fingerprint = hashlib.blake2b(body, digest_size=6).hexdigest()
    return Asset(
        path=f"/assets/{file.stem}.{fingerprint}{file.suffix}",
        content_type=CONTENT_TYPES[file.suffix],
        body=body,
    )
