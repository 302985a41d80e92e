"""Which of several addresses a connection goes to, and how soon."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress

import pytest

from probes.network.addresses import ForbiddenAddressError, public_only
from probes.network.dialling import STAGGER_S, Dialling, interleaved
from probes.network.exchange import Failure, Reply, Request, exchange, tls_context
from probes.network.lookups import UnresolvedError
from probes.network.stopwatch import Stopwatch
from tests.instrument.faults import answering, reply

FINE = reply("200 OK", b"fine")
GOOD, SWALLOWING, NOBODY = "127.0.0.1", "127.0.0.2", "::1"


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[int, list[float]]]:
    """A server on 127.0.0.1 alone; its port, and when each connection to it came."""
    came: list[float] = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(time.monotonic())
        await _answer_and_close(reader, writer)

    async with await asyncio.start_server(behave, GOOD, 0) as server:
        yield server.sockets[0].getsockname()[1], came


@contextmanager
def swallowing(port: int) -> Iterator[None]:
    """Let 127.0.0.2 take packets to ``port`` and say nothing: its queue is full."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind((SWALLOWING, port))
        listener.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex((SWALLOWING, port))
        yield


def asked(*addresses: str, within_s: float = 5.0) -> tuple[Reply | Failure, Stopwatch, int]:
    """What comes of asking a host with these addresses, and how often the server was connected to."""
    stopwatch, looked_up = Stopwatch(), 0

    async def found(host: str, port: int) -> Sequence[str]:
        nonlocal looked_up
        looked_up += 1
        return addresses

    async def scene() -> tuple[Reply | Failure, int]:
        async with listening() as (port, came):
            with swallowing(port):
                request = Request(method="GET", url=f"http://two.test:{port}/")
                async with asyncio.timeout(within_s):
                    answer = await exchange(
                        request, stopwatch=stopwatch, context=tls_context(), dialling=Dialling(resolve=found)
                    )
                return answer, len(came)

    answer, connections = asyncio.run(scene())
    assert looked_up == 1
    return answer, stopwatch, connections


@pytest.mark.parametrize(
    ("addresses", "staggers"),
    [
        ((GOOD,), 0),
        ((GOOD, SWALLOWING), 0),
        ((SWALLOWING, GOOD), 1),
        ((NOBODY, GOOD), 0),
        ((SWALLOWING, NOBODY, GOOD), 1),
        ((NOBODY, SWALLOWING, GOOD), 1),
    ],
    ids=[
        "one",
        "the first is good",
        "the first swallows",
        "the first refuses",
        "one swallows, one refuses",
        "one refuses, one swallows",
    ],
)
def test_exchange_reaches_the_good_address_when_others_are_broken(
    addresses: tuple[str, ...], staggers: int
) -> None:
    answer, stopwatch, connections = asked(*addresses)

    assert isinstance(answer, Reply), answer
    assert answer.body == b"fine"
    assert connections == 1
    assert stopwatch.spent_ms["connect"] >= staggers * STAGGER_S * 1000 - 5


def test_exchange_asks_an_address_of_version_6_when_the_url_has_one() -> None:
    async def scene() -> Reply | Failure:
        try:
            server = await asyncio.start_server(_answer_and_close, "::1", 0)
        except OSError:
            pytest.skip("this machine has no IPv6")
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await exchange(
                Request(method="GET", url=f"http://[0:0::1]:{port}/"),
                stopwatch=Stopwatch(),
                context=tls_context(),
                dialling=Dialling(),
            )

    answer = asyncio.run(scene())

    assert isinstance(answer, Reply), answer
    assert answer.body == b"fine"


async def _answer_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(asyncio.IncompleteReadError):
        await answering(FINE)(reader, writer)
    writer.close()


def test_exchange_says_connect_when_every_address_refuses() -> None:
    answer, _, _ = asked(NOBODY, "127.0.0.3")

    assert isinstance(answer, Failure)
    assert (answer.error, answer.phase) == ("connect", "connect")
    assert "::1" in answer.detail
    assert "127.0.0.3" in answer.detail


def test_exchange_hangs_in_connect_when_every_address_swallows() -> None:
    with pytest.raises(TimeoutError):
        asked(SWALLOWING, within_s=0.4)


def test_exchange_says_dns_when_the_name_has_no_address() -> None:
    async def lost(host: str, port: int) -> Sequence[str]:
        raise UnresolvedError(f"{host}: no such name")

    answer = asyncio.run(
        exchange(
            Request(method="GET", url="http://two.test/"),
            stopwatch=Stopwatch(),
            context=tls_context(),
            dialling=Dialling(resolve=lost),
        )
    )

    assert isinstance(answer, Failure)
    assert (answer.error, answer.detail) == ("dns", "UnresolvedError: two.test: no such name")


def test_addresses_take_turns_by_family_when_a_host_has_both() -> None:
    assert interleaved(["2001:db8::1", "2001:db8::2", "192.0.2.1"]) == [
        "2001:db8::1",
        "192.0.2.1",
        "2001:db8::2",
    ]
    assert interleaved(["192.0.2.1", "192.0.2.2"]) == ["192.0.2.1", "192.0.2.2"]


@pytest.mark.parametrize("host", ["API.test", "api.test.", "api.test"])
def test_dialling_finds_the_other_place_when_a_host_is_spelled_differently(host: str) -> None:
    dialling = Dialling(connect_to={"Api.TEST.:443": "[0::1]:8443"})

    assert dialling.place(host, 443) == ("::1", 8443)
    assert dialling.place(host, 444) == ("api.test", 444)


@pytest.mark.parametrize("host", ["Forum.Example", "forum.example."])
def test_guard_trusts_a_private_host_when_it_is_spelled_differently(host: str) -> None:
    guard = public_only(["forum.EXAMPLE"])

    assert guard(host, 80, ["10.0.0.1"]) == ["10.0.0.1"]
    with pytest.raises(ForbiddenAddressError):
        public_only(["forum.example:81"])(host, 80, ["10.0.0.1"])
