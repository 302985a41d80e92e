"""The style sheets, scripts and pictures of the page, under names that change with their content."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from statuspage.branding.colours import legible

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
}
SOURCES = {
    "css": "public/page.css",
    "js": "public/page.js",
    "worker": "public/worker.js",
    "htmx": "django_htmx/htmx-2.min.js",
    "asking_css": "public/asking.css",
    "embed_css": "public/embed.css",
    "widget": "public/widget.js",
    "favicon": "public/favicon.svg",
    "favicon_ok": "public/favicon-ok.svg",
    "favicon_trouble": "public/favicon-trouble.svg",
    "favicon_unknown": "public/favicon-unknown.svg",
}
# What a reader can do with a page: scripts that are asked for as one.
ACTIONS = ("public/share.js", "public/push.js")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file as it is published."""

    path: str
    content_type: str
    body: bytes


def assets(below: str = "") -> Mapping[str, Asset]:
    """All of them by their short name, their paths ``below`` that of the site.

    Read once, for they change only with the code and the settings.
    """
    return _assets(below, settings.BRAND_COLOUR, settings.BRAND_LOGO, settings.BRAND_CSS)


@lru_cache(maxsize=8)
def _assets(below: str, colour: str, logo: str, css: str) -> Mapping[str, Asset]:
    if below:
        known = _assets("", colour, logo, css)
        return {name: replace(asset, path=below + asset.path) for name, asset in known.items()}
    return _with_brand(colour, logo, css)


def _with_brand(colour: str, logo: str, css: str) -> Mapping[str, Asset]:
    """Those of the program, and what the operator set: ``logo`` and ``brand_css``, where there are any."""
    found = dict(_own())
    if logo:
        file = Path(logo)
        found["logo"] = _asset("logo", file.suffix.lower(), file.read_bytes())
    style = (_coloured(colour) if colour else "") + (Path(css).read_text(encoding="utf-8") if css else "")
    if style:
        found["brand_css"] = _asset("brand", ".css", style.encode())
    return found


def _coloured(colour: str) -> str:
    """The brand's colour in the light and in the dark form of the page, as far as it can be read there."""
    used = legible(colour)
    dark = f"--link: {used.dark};"
    return (
        f":root {{ --link: {used.light}; }}\n"
        # On the screen alone: paper is white.
        f'@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {dark} }} }}\n'
        f'@media screen {{ :root[data-theme="dark"] {{ {dark} }} }}\n'
    )


@cache
def _own() -> Mapping[str, Asset]:
    actions = b"".join(_file(source).read_bytes() for source in ACTIONS)
    found = {name: _read(source) for name, source in SOURCES.items()}
    return found | {"actions": _asset("actions", ".js", actions)}


def _read(source: str) -> Asset:
    file = _file(source)
    return _asset(file.stem, file.suffix, file.read_bytes())


def _file(source: str) -> Path:
    found = finders.find(source)
    if not isinstance(found, str):
        raise FileNotFoundError(f"static file {source} is missing")
    return Path(found)


def _asset(stem: str, suffix: str, body: bytes) -> Asset:
    fingerprint = hashlib.blake2b(body, digest_size=6).hexdigest()
    return Asset(path=f"/assets/{stem}.{fingerprint}{suffix}", content_type=CONTENT_TYPES[suffix], body=body)
