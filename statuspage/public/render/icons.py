"""The site's icons where browsers and phones look for them, and the manifest that names them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import relpath

from statuspage.branding.colours import legible
from statuspage.public.headers import Kind
from statuspage.public.languages import CHINESE
from statuspage.public.render.drafts import Draft, Edition, Form
from statuspage.public.render.drawing import drawn_favicon, drawn_icon
from statuspage.wording.sharing import WHAT_IT_IS

GREEN, PAPER = "#1f7a55", "#faf9f6"


@dataclass(frozen=True, slots=True, kw_only=True)
class Icon:
    """One PNG. ``purpose`` is the manifest's word, or nothing for one that it does not name."""

    name: str
    size: int
    purpose: str = ""
    ground: str | None = None
    room: float = 0.0


ICONS = (
    # iPhones fill what is transparent with black.
    Icon(name="apple-touch-icon.png", size=180, ground=PAPER, room=0.1),
    Icon(name="icon-192.png", size=192, purpose="any"),
    Icon(name="icon-512.png", size=512, purpose="any"),
    # Phones cut a circle or a rounded square out of it: the sign keeps to the middle four fifths.
    Icon(name="icon-maskable-512.png", size=512, purpose="maskable", ground=PAPER, room=0.16),
)


def icon_drafts(brand: str) -> Iterator[Draft]:
    """Icons in the colour of the ``brand``, if it has one, and the manifest in each language."""
    colour = legible(brand).light if brand else GREEN
    yield Draft(path="favicon.ico", form=FAVICON, page=colour, languages=(CHINESE,))
    for icon in ICONS:
        yield Draft(path=icon.name, form=ICON_FORM, page=(icon, colour), languages=(CHINESE,))
    yield Draft(path="manifest.webmanifest", form=MANIFEST_FORM, page=ICONS)


def _favicon(colour: str, edition: Edition) -> bytes:
    return drawn_favicon(colour)


def _icon(page: tuple[Icon, str], edition: Edition) -> bytes:
    icon, colour = page
    return drawn_icon(icon.size, colour, ground=icon.ground, room=icon.room)


def _manifest(icons: tuple[Icon, ...], edition: Edition) -> bytes:
    """Its addresses are relative to its own, so that it holds wherever the site lies."""
    root, name = edition.language.root, edition.site.name.in_(edition.language.code)
    named = [
        {
            "src": relpath(f"/{icon.name}", root),
            "sizes": f"{icon.size}x{icon.size}",
            "type": "image/png",
            "purpose": icon.purpose,
        }
        for icon in icons
        if icon.purpose
    ]
    body = {
        "name": name,
        "short_name": name,
        "description": WHAT_IT_IS.say().in_(edition.language.code),
        "lang": edition.language.tag,
        "dir": "ltr",
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": named,
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


FAVICON = Form(name="favicon", content_type="image/x-icon", kind=Kind.ICON, render=_favicon)
ICON_FORM = Form(name="icon", content_type="image/png", kind=Kind.ICON, render=_icon)
MANIFEST_FORM = Form(
    name="manifest", content_type="application/manifest+json", kind=Kind.ICON, render=_manifest
)
