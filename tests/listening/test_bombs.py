"""Whoever fetches foreign bytes stays small when a few kilobytes unfold into gigabytes."""

import subprocess
import sys
import zlib
from collections.abc import Iterator
from itertools import cycle

import brotli
import pytest

from tests.support.websites import Answer, Asked, website

SIZE, PIECE = 100, 1_000_000  # pieces, and bytes of each
MOST_GROWTH_KB = 60_000
# Everything that asks strangers, each as it is asked in earnest.
ASK = """
import asyncio, resource, sys
from datetime import UTC, datetime
from probes.instrument.codebook import default_code_book
from probes.instrument.gateways.registry import make_gateway
from probes.instrument.gateways.vault import Vault
from probes.instrument.runner import run_checks
from probes.instrument.runs import CheckOrder
from probes.instrument.specs import EndpointAccess
from probes.listening.fetching.fetch import Fetcher, FetchError
from probes.listening.notices import NoticeError, fetch_notices
from probes.network.exchange import tls_context

site, robots_site, *paths = sys.argv[1:]

def check(path):
    access = EndpointAccess(slug="e", gateway="generic_http", base_url=site)
    order = CheckOrder(probe="p", tick=datetime.now(UTC), gateway=make_gateway(access, Vault()),
        operation="get", options={"path": path, "expect_text": "x"}, timeout_s=20.0)
    async def run():
        made = run_checks([order], book=default_code_book(), context=tls_context(),
            clock=lambda: datetime.now(UTC))
        return [one async for one in made][0].code
    return asyncio.run(run())

def page(path, at=site):
    try:
        Fetcher(agent="Fogbreak/1", private_hosts=["127.0.0.1"]).get(at + path, delay_s=0)
    except FetchError as error:
        return str(error)

def notices(path):
    try:
        fetch_notices(site + path, tls=tls_context())
    except NoticeError as error:
        return str(error)

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in paths:
    for told in (check(path), page(path), notices(path), page(path, robots_site)):
        print(told)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def bomb(coding: str) -> bytes:
    """100 MB of nothing, packed; each coding of several around the one before."""
    first, *more = coding.split(", ")
    if first == "br":
        packer = brotli.Compressor(quality=1)
        packed: bytes = b"".join(packer.process(bytes(PIECE)) for _ in range(SIZE)) + packer.finish()
    else:
        shrinker = zlib.compressobj(1, wbits=31 if first == "gzip" else 15)
        packed = b"".join(shrinker.compress(bytes(PIECE)) for _ in range(SIZE)) + shrinker.flush()
    for _ in more:
        packed = brotli.compress(packed, quality=1)
    return packed


CODINGS = ("gzip", "deflate", "br", "gzip, br")


@pytest.fixture(scope="module")
def sites() -> Iterator[tuple[str, str]]:
    """A site with a bomb of each coding, and one whose robots.txt is one after the other."""
    bombs = {
        coding.replace(", ", "-"): Answer(bomb(coding), headers={"Content-Encoding": coding})
        for coding in CODINGS
    }
    turns = cycle(bombs.values())

    def robots(asked: Asked) -> Answer:
        return next(turns)

    with website(**bombs) as site, website(**{"robots.txt": robots}) as other:
        yield site.url, other.url


def test_whoever_fetches_stays_small_when_a_body_is_a_bomb(sites: tuple[str, str]) -> None:
    paths = [f"/{coding.replace(', ', '-')}" for coding in CODINGS]

    done = subprocess.run(
        [sys.executable, "-c", ASK, *sites, *paths], capture_output=True, text=True, check=True
    )

    *told, grown_kb = done.stdout.splitlines()
    assert len(told) == 4 * len(CODINGS)
    assert all("TOO_LARGE" in line or "more than" in line or "longer than" in line for line in told), told
    assert int(grown_kb) < MOST_GROWTH_KB
