"""Keeps pieces of HTML that many pages in a row consist of, under everything that they are made of."""

from collections.abc import Callable, Hashable

from django.utils.safestring import mark_safe


class Pieces:
    """What was not asked for during a whole turn is forgotten."""

    def __init__(self) -> None:
        self._before: dict[Hashable, str] = {}
        self._now: dict[Hashable, str] = {}

    def turn(self) -> None:
        """Begin a turn: a publication."""
        self._before, self._now = self._now, {}

    def get(self, key: Hashable, make: Callable[[], str]) -> str:
        """The piece under ``key``, which must hold all that it depends on, its language too."""
        piece = self._now.get(key)
        if piece is None:
            piece = self._before.get(key)
            # What make gives was escaped by the template that it comes from.
            self._now[key] = piece = mark_safe(make()) if piece is None else piece
        return piece


PIECES = Pieces()
