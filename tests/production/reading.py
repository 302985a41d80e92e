"""A reader who keeps reloading, and notes what came and what still ran before."""

import threading
import urllib.error
import urllib.request
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from tests.support.processes import wait_until

PACE_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One answer that the reader got: ``status`` 0 is none at all. ``left`` is what still ran before it."""

    left: tuple[str, ...]
    url: str
    status: int
    body: str


@dataclass(eq=False)
class Reader(threading.Thread):
    """Reloads ``urls`` in turn, for as long as it is not told to stop."""

    urls: list[str]
    parts: Collection[str]
    looks: list[Look] = field(default_factory=list)
    is_done: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        while not self.is_done.wait(PACE_S):
            for url in self.urls:
                left = tuple(self.parts)
                self.looks.append(Look(left=left, url=url, **fetched(url)))

    def keep_reading(self, rounds: int) -> None:
        """Return after so many more rounds."""
        wanted = len(self.looks) + (rounds + 1) * len(self.urls)
        wait_until(lambda: len(self.looks) >= wanted, seconds=20, what="the reader goes on")


def fetched(url: str) -> dict[str, Any]:
    """Status and body, as a look notes them."""
    try:
        with urllib.request.urlopen(url, timeout=10) as reply:
            return {"status": reply.status, "body": reply.read().decode()}
    except urllib.error.HTTPError as error:
        return {"status": error.code, "body": error.read().decode(errors="replace")}
    except OSError:
        return {"status": 0, "body": ""}
