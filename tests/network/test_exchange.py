"""One request over the network: what may be dialled, and how long a single wait may last."""

import asyncio
from collections.abc import Sequence

import pytest

from probes.network.dialling import Dialling
from probes.network.exchange import Failure, Reply, Request, exchange, exchange_within, tls_context
from probes.network.stopwatch import Stopwatch
from tests.instrument.faults import Behaviour, answering, hanging, reply, serving

PATIENCE_S = 0.1


def asked(behaviour: Behaviour, dialling: Dialling) -> Reply | Failure:
    async def ask() -> Reply | Failure:
        async with serving(behaviour) as port:
            request = Request(method="GET", url=f"http://127.0.0.1:{port}/")
            return await exchange(request, stopwatch=Stopwatch(), context=tls_context(), dialling=dialling)

    return asyncio.run(ask())


def test_exchange_says_timeout_when_one_wait_outlasts_the_patience() -> None:
    answer = asked(hanging, Dialling(patience_s=PATIENCE_S))

    assert isinstance(answer, Failure)
    assert (answer.error, answer.phase) == ("timeout", "first_byte")


def test_exchange_goes_on_when_only_all_waits_together_outlast_the_patience() -> None:
    pieces = [bytes([byte]) for byte in reply("200 OK", b"hello")]

    answer = asked(answering(*pieces, pause=PATIENCE_S / 10), Dialling(patience_s=PATIENCE_S))

    assert isinstance(answer, Reply)
    assert answer.body == b"hello"


def test_exchange_dials_nothing_when_the_guard_lets_no_address_pass() -> None:
    def nowhere(host: str, port: int, addresses: Sequence[str]) -> Sequence[str]:
        return []

    answer = asked(answering(reply("200 OK")), Dialling(guard=nowhere))

    assert isinstance(answer, Failure)
    assert answer.error == "connect"


def test_exchange_within_raises_when_the_whole_takes_longer() -> None:
    async def ask() -> Reply | Failure:
        async with serving(hanging) as port:
            request = Request(method="GET", url=f"http://127.0.0.1:{port}/")
            return await asyncio.to_thread(
                exchange_within,
                PATIENCE_S,
                request,
                context=tls_context(),
                dialling=Dialling(),
                most_bytes=100,
            )

    with pytest.raises(TimeoutError):
        asyncio.run(ask())
