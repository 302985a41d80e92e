"""Reads the page once a second, as a reader would, and finds what it claims and nobody can know."""

import json
import re
import threading
import time
import urllib.request
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from statuspage.ages import STALE_AFTER_S
from statuspage.public.publish.manifest import FRESH_STEP_S
from statuspage.wording.headline import CALM

EVERY_S = 1.0
# nginx looks at the time in steps; and a page may be on its way.
SLACK_S = FRESH_STEP_S + 2.0
# How far the future may be known: two clocks never agree.
AHEAD_S = 2.0
MADE = re.compile(r'data-made="(\d+)"')
Span = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was read at one moment; all times are seconds since 1970, None where nothing was answered.

    ``normal`` are the components that the API calls operational, ``is_calm`` whether the page says that all
    is well, ``made`` when the page says that it was made.
    """

    at: float
    known_until: float | None
    normal: frozenset[str]
    is_calm: bool
    made: float | None


def sample(nginx: str, at: float) -> Sample:
    """Read API and page."""
    known_until, normal = None, frozenset[str]()
    with suppress(OSError, ValueError, KeyError, TypeError):
        body = json.loads(_read(f"{nginx}/api/v2/summary.json"))
        normal = frozenset(
            row["name"] for row in body["components"] if row["status"] == "operational" and not row["group"]
        )
        known_until = datetime.fromisoformat(body["page"]["x_known_until"]).timestamp()
    text = ""
    with suppress(OSError):
        text = _read(f"{nginx}/en/").decode()
    made = MADE.search(text)
    return Sample(
        at=at,
        known_until=known_until,
        normal=normal,
        is_calm=CALM.en in text,
        made=float(made[1]) if made else None,
    )


def _read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=3) as reply:
        told: bytes = reply.read()
    return told


class Watcher(threading.Thread):
    """Samples from its start until it is told to end."""

    def __init__(self, nginx: str) -> None:
        super().__init__(daemon=True)
        self.samples: list[Sample] = []
        self._nginx, self._ended = nginx, threading.Event()

    def run(self) -> None:
        while not self._ended.wait(EVERY_S):
            self.samples.append(sample(self._nginx, time.time()))

    def end(self) -> None:
        self._ended.set()
        self.join(10)


def claims(
    samples: Iterable[Sample],
    asked: Mapping[str, Sequence[float]],
    *,
    unwatched_s: float,
    misdated: Sequence[Span] = (),
) -> list[str]:
    """What was said and could not be known, each kind once with how often.

    ``asked`` are the moments, in order, in which each component was asked; while the site's clock may have
    been wrong (``misdated``) the moments that it told say nothing.
    """
    found: defaultdict[str, list[float]] = defaultdict(list)
    for one in samples:
        known = not any(since <= one.at <= until for since, until in misdated)
        for rule in (
            _too_old,
            _too_calm,
            *((_of_the_future, _unwatched(asked, unwatched_s)) if known else ()),
        ):
            for what in rule(one):
                found[what].append(one.at)
    return [f"{what}: {len(at)} times from {_clock(at[0])} to {_clock(at[-1])}" for what, at in found.items()]


def _clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.gmtime(at))


def _too_old(one: Sample) -> Iterator[str]:
    if one.normal and (one.known_until is None or one.at - one.known_until > STALE_AFTER_S + SLACK_S):
        yield "the API says normal, and knows nothing newer for too long"


def _too_calm(one: Sample) -> Iterator[str]:
    if one.is_calm and (one.made is None or one.at - one.made > STALE_AFTER_S + SLACK_S):
        yield "the page says normal, and is too old for it"


def _of_the_future(one: Sample) -> Iterator[str]:
    if one.normal and one.known_until is not None and one.known_until > one.at + AHEAD_S:
        yield "the API says normal of what has not come yet"


def _unwatched(asked: Mapping[str, Sequence[float]], unwatched_s: float) -> Callable[[Sample], Iterator[str]]:
    def rule(one: Sample) -> Iterator[str]:
        until = one.known_until or one.at
        for slug in sorted(one.normal):
            moments = asked.get(slug, ())
            place = bisect_left(moments, until)
            if not place or until - moments[place - 1] > unwatched_s:
                yield f"the API says that {slug} is normal, and nobody looked"

    return rule
