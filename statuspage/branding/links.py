"""Links of the operator's own in the page's footer: support, imprint, terms."""

from typing import Annotated

import msgspec
from msgspec import Meta

from probes.network.names import wire_url
from probes.vocabulary.bilingual import Bilingual

MOST_LINKS = 8
Label = Annotated[str, Meta(min_length=1, max_length=40)]


class FooterLink(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One link, named in both languages."""

    zh: Label
    en: Label
    url: Annotated[str, Meta(max_length=500)]

    @property
    def name(self) -> Bilingual:
        return Bilingual(self.zh, self.en)


def footer_links(raw: str) -> tuple[FooterLink, ...]:
    """Links from a JSON list of objects with zh, en and url; ValueError says which one is wrong, and how."""
    try:
        links = msgspec.json.decode(raw or "[]", type=list[FooterLink])
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(
            f'expected a list such as [{{"zh": "客服", "en": "Support", "url": "https://…"}}]: {error}'
        ) from error
    if len(links) > MOST_LINKS:
        raise ValueError(f"{len(links)} links; at most {MOST_LINKS} are shown")
    for number, link in enumerate(links, start=1):
        _require_address(link.url, number)
    return tuple(links)


def _require_address(url: str, number: int) -> None:
    """An http or https address, or one of mail or telephone: nothing that runs."""
    scheme, _, rest = url.partition(":")
    if scheme in {"mailto", "tel"} and rest and not set(rest) & set(" \"'<>\r\n\t"):
        return
    try:
        wire_url(url)
    except ValueError as error:
        raise ValueError(f"link {number}: expected https://…, mailto:… or tel:…: {error}") from error
