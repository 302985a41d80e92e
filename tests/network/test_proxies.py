"""Checks that get out by a proxy: through it, and what is said when it does not let them."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from probes.instrument.gateways.registry import make_gateway
from probes.instrument.gateways.vault import Vault
from probes.instrument.runs import CheckOrder, CheckRun
from probes.instrument.specs import EndpointAccess
from probes.network.proxies import Proxy, read_proxy
from probes.vocabulary.outcomes import Outcome
from tests.instrument.faults import Behaviour, answering, closed_port, hanging, reply, serving
from tests.support.asking import checked
from tests.support.certificates import Authority, make_authority

FINE = reply("200 OK", b"fine")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


def through(proxy_port: int) -> Proxy:
    return read_proxy(f"http://monitor:hunter2@127.0.0.1:{proxy_port}")


async def check(
    url: str, proxy: Proxy | None, *, ca_bundle: str = "", timeout_s: float = 5.0, **more: Any
) -> CheckRun:
    order = CheckOrder(
        probe="p",
        tick=datetime(2026, 3, 1, 12, tzinfo=UTC),
        gateway=make_gateway(EndpointAccess(slug="e", gateway="generic_http", base_url=url), Vault()),
        operation="get",
        proxy=proxy,
        timeout_s=timeout_s,
        **more,
    )
    return await checked(order, ca_bundle)


def relaying(heads: list[bytes]) -> Behaviour:
    """A proxy that connects its clients through; ``heads`` fills with what they ask."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        heads.append(head)
        host, _, port = head.split()[1].decode().rpartition(":")
        there, back = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        forth = asyncio.create_task(pump(reader, back))
        try:
            await pump(there, writer)
        finally:
            forth.cancel()
            back.transport.abort()

    return behave


def scene(
    server: Behaviour, tls: ssl.SSLContext | None, ask: Callable[[int], Awaitable[CheckRun]]
) -> CheckRun:
    async def played() -> CheckRun:
        async with serving(server, tls) as port:
            return await ask(port)

    return asyncio.run(played())


def test_check_is_tunnelled_when_the_endpoint_speaks_tls(authority: Authority) -> None:
    heads: list[bytes] = []

    async def ask(port: int) -> CheckRun:
        async with serving(relaying(heads)) as proxy_port:
            return await check(
                "https://api.test",
                through(proxy_port),
                ca_bundle=authority.bundle,
                connect_to={"api.test:443": f"127.0.0.1:{port}"},
            )

    run = scene(answering(FINE), authority.server_context(), ask)

    assert (run.outcome, run.http_status) == (Outcome.ACCEPTED, 200), run
    assert heads[0].startswith(b"CONNECT 127.0.0.1:")
    assert b"Proxy-Authorization: Basic bW9uaXRvcjpodW50ZXIy" in heads[0]
    assert set(run.phases_ms) == {"dns", "connect", "tls", "first_byte", "body"}


def test_check_asks_the_proxy_itself_when_the_endpoint_speaks_plain_http() -> None:
    heads: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(FINE)

    run = scene(listen, None, lambda port: check("http://API.test/a", through(port)))

    assert run.outcome is Outcome.ACCEPTED
    assert heads[0].startswith(b"GET http://api.test/a/ HTTP/1.1\r\n")
    assert b"Host: api.test\r\n" in heads[0]
    assert b"Basic bW9uaXRvcjpodW50ZXIy" in heads[0]


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        (answering(reply("407 Proxy Authentication Required")), "answers 407"),
        (answering(reply("403 Forbidden")), "answers 403"),
        (answering(reply("502 Bad Gateway")), "answers 502"),
        (answering(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), "no HTTP"),
        (answering(b""), "closed the connection"),
        (hanging, "hung in connect"),
    ],
    ids=["wants to know who we are", "forbids", "is broken itself", "is no proxy", "closes", "hangs"],
)
def test_check_is_no_sight_when_the_proxy_does_not_let_it_through(proxy: Behaviour, said: str) -> None:
    run = scene(proxy, None, lambda port: check("https://api.test", through(port), timeout_s=0.4))

    assert (run.outcome, run.error, run.http_status) == (Outcome.UNAUTHENTICATED, None, None), run
    assert run.code == "PROXY_FAILED"
    assert "the proxy 127.0.0.1:" in run.message
    assert said in run.message
    assert "hunter2" not in repr(run)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_check_is_no_sight_when_the_proxy_cannot_be_reached(scheme: str) -> None:
    run = asyncio.run(check(f"{scheme}://api.test", through(closed_port())))

    assert (run.outcome, run.code) == (Outcome.UNAUTHENTICATED, "PROXY_FAILED")
    assert "refused" in run.message or "Connect call failed" in run.message


@pytest.mark.parametrize(
    ("header", "error"),
    [
        ("Proxy-Status: squid; error=connection_refused", "connect"),
        ("Proxy-Status: envoy; error=connection_timeout", "timeout"),
        ("X-Squid-Error: ERR_DNS_FAIL 0", "dns"),
        ("X-Squid-Error: ERR_CONNECT_FAIL 111", "connect"),
    ],
)
def test_check_has_failed_when_the_proxy_says_that_the_endpoint_cannot_be_reached(
    header: str, error: str
) -> None:
    refused = answering(reply("503 Service Unavailable", b"", header))

    run = scene(refused, None, lambda port: check("https://api.test", through(port)))

    assert (run.error, run.code) == (error, ""), run


def test_check_goes_by_no_proxy_when_only_the_environment_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")

    run = scene(answering(FINE), None, lambda port: check(f"http://127.0.0.1:{port}", None))

    assert run.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    "url",
    ["", "squid:3128", "socks5://h:1080", "http://h", "http://me:hunter2@/", "https://me:hunter2@h:1"],
)
def test_proxy_is_refused_without_its_password_when_it_is_none(url: str) -> None:
    with pytest.raises(ValueError, match="expected http") as caught:
        read_proxy(url)

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("http://me:hunter2@api.test", {}),
        ("http://api test", {}),
        ("http://127.0.0.1:9", {"headers": {"X-Name": "a\r\nb"}}),
        ("http://127.0.0.1:9", {"headers": {"X Name": "a"}}),
        ("http://127.0.0.1:9", {"headers": {"Authorization": "Bearer hunter2\n"}}),
        ("http://127.0.0.1:9", {"headers": {"Authorization": "Bearer hunter2 "}}),
        ("http://127.0.0.1:9", {"headers": {"Authorization": "Bearer hunter2密"}}),
    ],
    ids=[
        "password in the address",
        "no host",
        "a header of two lines",
        "a header with a space in its name",
        "a key with a line break behind it",
        "a key with a space behind it",
        "a key that is not ASCII",
    ],
)
def test_check_is_no_sight_when_what_we_ask_cannot_be_sent(url: str, options: dict[str, Any]) -> None:
    async def ask(port: int) -> CheckRun:
        return await check(url.replace(":9", f":{port}"), None, options=options)

    run = scene(answering(FINE), None, ask)

    assert (run.outcome, run.code) == (Outcome.UNAUTHENTICATED, "UNSENDABLE_REQUEST"), run
    assert "hunter2" not in repr(run)
