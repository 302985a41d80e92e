"""Headers of what is published, by its kind; the server sends them, and nginx' maps are made from them."""

import re
from collections.abc import Mapping
from enum import StrEnum

Headers = tuple[tuple[str, str], ...]


class Kind(StrEnum):
    """What a published file is to those who ask for it."""

    PAGE = "page"
    EMBED = "embed"  # a frame on other people's pages
    API = "api"
    # What programs ask for by the minute: feeds, badges, pictures, the calendar, the widget.
    FEED = "feed"
    # What browsers and phones look for at the root: icons, and the manifest that names them.
    ICON = "icon"
    ASSET = "asset"


_ANY = "^/(en/|zh-hant/)?"  # the root of any language
# Where each kind lies, for a front that does not read the manifest; what is nowhere here is a page.
PLACES = {
    Kind.ASSET: r"^/assets/",
    Kind.API: r"^/api/",
    Kind.FEED: rf"/(history|updates)\.(atom|rss|json)$|{_ANY}(badge/|share/|maintenance\.ics)|^/widget\.js$",
    Kind.ICON: rf"^/(favicon\.ico|(icon|apple-touch-icon)[a-z0-9-]*\.png)$|{_ANY}manifest\.webmanifest$",
    Kind.EMBED: rf"{_ANY}embed/",
}

# Readers ask each time, which costs them a 304: an old page must not be shown while a newer one is there.
# Where nobody answers any more, a page may be shown for a day: its own script says how old it is. What has no
# script cannot, so that caches may keep it for no longer than it takes to be too old (ages.STALE_AFTER_S).
_FOR_A_DAY, _WHILE_TRUE = "stale-if-error=86400", "stale-if-error=60"
_ASK_EACH_TIME = "public, max-age=0"
CACHE_CONTROL: Mapping[Kind, str] = {
    Kind.PAGE: f"{_ASK_EACH_TIME}, {_FOR_A_DAY}",
    Kind.EMBED: f"{_ASK_EACH_TIME}, {_WHILE_TRUE}",
    Kind.API: f"{_ASK_EACH_TIME}, {_WHILE_TRUE}",
    Kind.FEED: "public, max-age=60, stale-while-revalidate=30, stale-if-error=30",
    Kind.ICON: "public, max-age=86400, stale-while-revalidate=86400",
    Kind.ASSET: "public, max-age=31536000, immutable",
}
# A CDN in front may bear the load (RFC 9213): it asks once in two seconds, however many read.
_CDN = "public, max-age=2, stale-while-revalidate=5"
_OF_CDN: Mapping[Kind, str] = {
    Kind.PAGE: f"{_CDN}, {_FOR_A_DAY}",
    Kind.EMBED: f"{_CDN}, {_WHILE_TRUE}",
    Kind.API: f"{_CDN}, {_WHILE_TRUE}",
}
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# A frame on other people's pages runs nothing, takes nothing in and leads nowhere but to the page.
_FRAME_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
_BESIDES: Headers = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
)
SECURITY: Headers = (("Content-Security-Policy", _POLICY), *_BESIDES)
# The API and the feeds are for programs of any origin.
OPEN_TO_ALL: Headers = (("Access-Control-Allow-Origin", "*"),)
OPEN_KINDS = {Kind.API, Kind.FEED}


def _headers_of(kind: Kind) -> Headers:
    headers: list[tuple[str, str]] = [("Cache-Control", CACHE_CONTROL[kind])]
    if kind is Kind.EMBED:
        # It has no script to renew it.
        headers += [("Content-Security-Policy", _FRAME_POLICY), ("Refresh", "60"), *_BESIDES]
    else:
        headers += SECURITY
    if kind in _OF_CDN:
        headers.append(("CDN-Cache-Control", _OF_CDN[kind]))
    if kind in OPEN_KINDS:
        headers += OPEN_TO_ALL
    return tuple(headers)


HEADERS: Mapping[Kind, Headers] = {kind: _headers_of(kind) for kind in Kind}


def kind_at(path: str) -> Kind:
    """The kind of what lies at a public path, as a front tells it that knows nothing else."""
    return next((kind for kind, place in PLACES.items() if re.search(place, path)), Kind.PAGE)
