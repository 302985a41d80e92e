"""Keeps pieces of HTML that many pages in a row consist of, under everything that they are made of."""

from collections.abc import Mapping

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from statuspage.public.render.drafts import digest
from statuspage.public.site import Site


class Pieces:
    """What was not asked for during a whole turn is forgotten.

    A large site's front page consists of a thousand lines and its months of hundreds of stories: without this
    a change took SECONDS longer to be on them.
    """

    def __init__(self) -> None:
        self._site: Site | None = None
        self._before: dict[bytes, SafeString] = {}
        self._now: dict[bytes, SafeString] = {}

    def turn(self, site: Site) -> None:
        """Begin a turn: a publication of ``site``, in whose zone moments are told."""
        if site != self._site:
            self.forget()
        self._site, self._before, self._now = site, self._now, {}

    def forget(self) -> None:
        """Begin as a new process does."""
        self._before, self._now = {}, {}

    def get(self, template: str, root: str, values: Mapping[str, object]) -> SafeString:
        """What ``template`` makes of ``values`` and nothing else, in the language of ``root``."""
        key = digest(template.encode(), root, values)
        piece = self._now.get(key) or self._before.get(key)
        if piece is None:
            piece = render_to_string(template, {"root": root, **values})
        self._now[key] = piece
        return piece


PIECES = Pieces()
