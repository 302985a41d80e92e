"""The lean transport is one of httpx's: whoever has an ``httpx.AsyncClient`` can put it under it."""

import asyncio
import gzip

import httpx
import pytest

from probes.network.dialling import Dialling
from probes.network.exchange import tls_context
from probes.network.stopwatch import Stopwatch
from probes.network.transport import LeanTransport
from tests.instrument.faults import Behaviour, answering, closed_port, hanging, read_request, reply, serving


def lean(patience_s: float | None = None, stopwatch: Stopwatch | None = None) -> LeanTransport:
    return LeanTransport(context=tls_context(), dialling=Dialling(patience_s=patience_s), stopwatch=stopwatch)


def asked(behaviour: Behaviour, transport: LeanTransport) -> httpx.Response:
    async def scene() -> httpx.Response:
        async with serving(behaviour) as port, httpx.AsyncClient(transport=transport) as client:
            return await client.post(f"http://127.0.0.1:{port}/a?b=c", json={"amount": 1})

    return asyncio.run(scene())


def test_client_gets_its_answer_when_the_transport_is_under_it() -> None:
    heard: list[bytes] = []
    stopwatch = Stopwatch()
    lines = ("Content-Encoding: gzip", "X-A: 1", "X-A: 2")

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await read_request(reader))
        writer.write(reply("201 Created", gzip.compress(b"fine"), *lines))

    response = asked(listen, lean(stopwatch=stopwatch))

    assert (response.status_code, response.reason_phrase, response.text) == (201, "Created", "fine")
    assert response.headers["x-a"] == "1, 2"
    assert heard[0].startswith(b"POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:")
    assert heard[0].endswith(b'\r\n\r\n{"amount":1}')
    assert set(stopwatch.spent_ms) == {"dns", "connect", "first_byte", "body"}


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (answering(b"SSH-2.0-OpenSSH_9.6\r\n"), httpx.RemoteProtocolError),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), httpx.RemoteProtocolError),
        (hanging, httpx.ReadTimeout),
    ],
    ids=["no HTTP", "half a body", "silence"],
)
def test_client_gets_an_error_of_httpx_when_there_is_no_answer(
    behaviour: Behaviour, error: type[Exception]
) -> None:
    with pytest.raises(error):
        asked(behaviour, lean(patience_s=0.1))


def test_client_gets_an_error_of_httpx_when_nobody_listens() -> None:
    async def scene() -> None:
        async with httpx.AsyncClient(transport=lean()) as client:
            await client.get(f"http://127.0.0.1:{closed_port()}/")

    with pytest.raises(httpx.ConnectError):
        asyncio.run(scene())


@pytest.mark.parametrize("headers", [{"X Name": "a"}, {"X": "a\r\nY: b"}, {"Content-Length": "7"}], ids=str)
def test_client_gets_an_error_of_httpx_when_a_header_cannot_be_sent(headers: dict[str, str]) -> None:
    async def scene() -> None:
        async with httpx.AsyncClient(transport=lean()) as client:
            await client.get("http://127.0.0.1:9/", headers=headers)

    with pytest.raises(httpx.LocalProtocolError):
        asyncio.run(scene())
