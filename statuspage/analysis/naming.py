"""Which components a post names: by what sets their names apart."""

import re
from collections.abc import Iterable, Mapping

from probes.vocabulary.observations import WatchedCatalog, WatchedComponent

# Said of everything that pays: it sets no component apart.
_COMMON = re.compile(r"(?:支付|付款|查询|服务|业务|\s+payments?|\s+service)$", re.IGNORECASE)
_PARTS = re.compile(r"[·・:：/|,，、()（）\-–—]+")


def names_of(catalog: WatchedCatalog) -> dict[str, str]:
    """By component, the word that posts name it by; without one where it has none of its own."""
    words = {component.slug: _word(component) for component in catalog.components}
    whole = [component.name.lower() for component in catalog.components]
    return {
        slug: word
        for slug, word in words.items()
        if len(word) > 1 and sum(word in name for name in whole) == 1
    }


def _word(component: WatchedComponent) -> str:
    """The last part of a name ("分付 · 扫码支付" is named by "扫码")."""
    last = [part.strip() for part in _PARTS.split(component.name) if part.strip()][-1:]
    return _COMMON.sub("", last[0]).strip().lower() if last else ""


def named_in(text: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The components that a text names."""
    said = text.lower()
    return tuple(slug for slug, word in names.items() if word in said)


def mostly_named(voices: Iterable[tuple[str, ...]], share: float) -> list[str]:
    """The components that at least this share (0 to 1) of the voices name."""
    each = list(voices)
    slugs = dict.fromkeys(slug for named in each for slug in named)
    return [slug for slug in slugs if sum(slug in named for named in each) >= share * len(each)]
