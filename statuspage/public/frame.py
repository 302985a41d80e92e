"""What the base template needs of every page, of the published ones and of those that ask."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from probes.vocabulary.bilingual import Bilingual
from statuspage.ages import STALE_AFTER_S
from statuspage.public.assets import assets
from statuspage.public.languages import CHINESE, Language
from statuspage.public.site import Site


class FramedVerdict(Protocol):
    """What the frame wants of a verdict, beside what the template shows of it."""

    @property
    def tone(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLink:
    """What a link to a page shows where it is shared: a path below the language's root, and a text for it."""

    path: str
    alt: Bilingual


PLAIN_PICTURE_PATH = "share/site.png"


def frame_of(
    of: Site, language: Language, path: str, verdict: FramedVerdict | None, *, at: datetime, as_of: datetime
) -> dict[str, object]:
    """The frame of a page that was made ``at`` and grows old from ``as_of`` on.

    Links begin with ``root``, that of the language, or with ``top``, that of the site, which is the Chinese
    one; ``origin`` before either makes a whole address.

    ``verdict`` is None on one that lasts: it must not speak of how things stand now, nor of until when that
    is known.
    """
    asset = assets(of.path)
    return {
        "at": at,
        "as_of": as_of if verdict else at,
        "verdict": verdict,
        "language": language.tag,
        "root": of.root(language),
        "top": of.root(CHINESE),
        "path": path,
        "site_name": of.name.in_(language.code),
        "origin": of.origin,
        "has_traditional": of.has_traditional,
        "has_mail": of.has_mail,
        "asset": asset,
        "favicon": asset[_favicon(verdict)],
        "links": of.links,
        "push_key": of.push_key,
        "picture": _plain_picture(of),
        "stale_seconds": STALE_AFTER_S,
    }


def _plain_picture(of: Site) -> PictureLink:
    """That of the site alone, at another address when its name changes, for messengers keep pictures."""
    mark = hashlib.blake2b(f"{of.name.zh}\0{of.name.en}".encode(), digest_size=4).hexdigest()
    return PictureLink(path=f"{PLAIN_PICTURE_PATH}?v={mark}", alt=of.name)


def _favicon(verdict: FramedVerdict | None) -> str:
    if verdict is None:
        return "favicon"
    return {"ok": "favicon_ok", "unknown": "favicon_unknown"}.get(verdict.tone, "favicon_trouble")
