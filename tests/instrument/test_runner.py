"""Every failure that a probe can meet, produced by a local server, and what the runner calls it."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from probes.instrument.codebook import default_code_book
from probes.instrument.gateways.protocol import Ask, Conversation, CredentialsError
from probes.instrument.gateways.registry import make_gateway
from probes.instrument.gateways.vault import Vault
from probes.instrument.runner import run_checks
from probes.instrument.runs import CheckOrder, CheckRun
from probes.instrument.secrecy.echoes import Guarded
from probes.instrument.specs import EndpointAccess
from probes.network.exchange import tls_context
from probes.network.transport import BODY_CAP
from probes.vocabulary.outcomes import Outcome
from tests.instrument.faults import (
    Behaviour,
    answering,
    closed_port,
    full_port,
    hanging,
    reply,
    serving,
)
from tests.support.asking import checked
from tests.support.certificates import Authority, make_authority

TICK = datetime(2026, 3, 1, 12, tzinfo=UTC)
OK = reply("200 OK", b"fine")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


def order_to(url: str, port: int | None = None, **changes: Any) -> CheckOrder:
    """A check of a plain page at ``url``, dialled at a local port."""
    endpoint = EndpointAccess(slug="e", gateway="generic_http", base_url=url)
    host = url.partition("//")[2]
    settings: dict[str, Any] = {
        "probe": "p",
        "tick": TICK,
        "gateway": make_gateway(endpoint, Vault()),
        "operation": "get",
        "connect_to": {} if port is None else {host: f"127.0.0.1:{port}"},
        "timeout_s": 5.0,
    }
    return CheckOrder(**settings | changes)


def run(order: CheckOrder, ca_bundle: str = "") -> CheckRun:
    return asyncio.run(checked(order, ca_bundle))


def check_against(
    behaviour: Behaviour, *, tls: ssl.SSLContext | None = None, ca_bundle: str = "", **changes: Any
) -> CheckRun:
    """Run one check against a server that behaves so."""

    async def scene() -> CheckRun:
        async with serving(behaviour, tls) as port:
            url = "https://api.test:443" if ca_bundle else "http://api.test:80"
            return await checked(order_to(url, port, **changes), ca_bundle)

    return asyncio.run(scene())


def test_runner_accepts_and_times_every_phase_when_all_is_well(authority: Authority) -> None:
    run = check_against(answering(OK), tls=authority.server_context(), ca_bundle=authority.bundle)

    assert (run.outcome, run.error, run.http_status) == (Outcome.ACCEPTED, None, 200)
    assert set(run.phases_ms) == {"dns", "connect", "tls", "first_byte", "body"}
    assert 0 < sum(run.phases_ms.values()) <= run.latency_ms + 1
    assert run.hung_phase == ""


def test_runner_sees_when_the_certificate_runs_out_when_it_is_sound(authority: Authority) -> None:
    context = authority.server_context(lasts=timedelta(days=9))

    run = check_against(answering(OK), tls=context, ca_bundle=authority.bundle)

    assert run.certificate_expires_at
    assert run.certificate_expires_at - datetime.now(UTC) == pytest.approx(
        timedelta(days=9), abs=timedelta(minutes=5)
    )


def test_runner_says_dns_when_a_name_has_no_address() -> None:
    outcome = run(order_to("http://nowhere.invalid"))

    assert (outcome.outcome, outcome.error) == (Outcome.DNS, "dns")
    assert "nowhere.invalid" in outcome.steps[0].detail


def test_runner_says_connect_when_the_connection_is_refused() -> None:
    outcome = run(order_to("http://api.test:80", closed_port()))

    assert (outcome.outcome, outcome.error) == (Outcome.CONNECT, "connect")
    assert (outcome.http_status, outcome.code, outcome.message) == (None, "", "")


def test_runner_says_tls_when_the_port_speaks_plain_http(authority: Authority) -> None:
    async def blurt(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(reply("400 Bad Request"))
        await writer.drain()

    run = check_against(blurt, ca_bundle=authority.bundle)

    assert run.outcome is Outcome.TLS


def test_runner_says_tls_when_the_handshake_is_broken_off(authority: Authority) -> None:
    async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)

    run = check_against(leave, ca_bundle=authority.bundle)

    assert run.outcome is Outcome.TLS


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (reply("500 Internal Server Error"), Outcome.SERVER_ERROR),
        (reply("502 Bad Gateway", b"<html>502 Bad Gateway</html>"), Outcome.SERVER_ERROR),
        (reply("503 Service Unavailable", b"Service Unavailable"), Outcome.SERVER_ERROR),
        (reply("503 Service Unavailable", b"", "Retry-After: 3600"), Outcome.MAINTENANCE),
        (reply("503 Service Unavailable", "系统维护中".encode()), Outcome.MAINTENANCE),
        (reply("429 Too Many Requests", b"", "Retry-After: 1"), Outcome.THROTTLED),
        (reply("401 Unauthorized"), Outcome.UNAUTHENTICATED),
        (reply("302 Found", b"", "Location: https://elsewhere.test/"), Outcome.BAD_ANSWER),
        (reply("403 Forbidden", "交易存在风险".encode()), Outcome.DECLINED_RISK),
    ],
    ids=lambda value: value[9:60].decode(errors="replace") if isinstance(value, bytes) else str(value),
)
def test_runner_reads_the_answer_when_there_is_one(answer: bytes, expected: Outcome) -> None:
    run = check_against(answering(answer))

    assert (run.outcome, run.error) == (expected, None)


@pytest.mark.parametrize(
    ("body", "options", "code"),
    [
        (b"fine", {"expect_text": "other"}, "UNEXPECTED_TEXT"),
        (b"", {"expect_text": "other"}, "UNEXPECTED_TEXT"),
        (b"fine", {"expect_status": [204]}, "UNEXPECTED_STATUS"),
    ],
    ids=["other text", "empty body", "other status"],
)
def test_runner_says_bad_answer_when_a_success_is_not_what_was_expected(
    body: bytes, options: dict[str, Any], code: str
) -> None:
    run = check_against(answering(reply("200 OK", body)), options=options)

    assert (run.outcome, run.code) == (Outcome.BAD_ANSWER, code)


def test_runner_says_slow_when_an_accepted_answer_takes_longer_than_its_limit() -> None:
    run = check_against(answering(OK, pause=0.1), slow_after_ms=50)

    assert (run.outcome, run.error, run.http_status) == (Outcome.SLOW, None, 200)
    assert run.latency_ms > 100


def test_runner_keeps_no_more_than_the_cap_when_a_body_is_huge() -> None:
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (BODY_CAP * 3)

    run = check_against(answering(endless), options={"expect_text": "y"})

    assert (run.outcome, len(run.message)) == (Outcome.BAD_ANSWER, 500)


def test_runner_strips_control_characters_when_an_answer_has_them() -> None:
    run = check_against(answering(reply("403 Forbidden", b"a\x00b\x1b[31m")))

    assert "\x00" not in run.message
    assert "\x1b" not in run.message


def hung(behaviour: Behaviour, authority: Authority, *, tls: bool = True, **changes: Any) -> CheckRun:
    context = authority.server_context() if tls else None
    return check_against(behaviour, tls=context, ca_bundle=authority.bundle, timeout_s=0.3, **changes)


@pytest.mark.parametrize(
    ("behaviour", "tls", "phase"),
    [
        (hanging, False, "tls"),
        (hanging, True, "first_byte"),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n", *[b"x"] * 60, pause=0.05), True, "body"),
        (answering(*[bytes([letter]) for letter in OK], pause=0.05), True, "first_byte"),
    ],
    ids=["no handshake", "no answer", "a dripping body", "a dripping head"],
)
def test_runner_says_where_a_timeout_hung_when_the_server_is_silent(
    authority: Authority, behaviour: Behaviour, tls: bool, phase: str
) -> None:
    began = time.monotonic()

    run = hung(behaviour, authority, tls=tls)

    assert (run.outcome, run.error, run.hung_phase) == (Outcome.TIMEOUT, "timeout", phase)
    assert time.monotonic() - began < 1.5
    assert run.phases_ms[phase] > 100


def test_runner_says_connect_hung_when_nothing_comes_back_from_the_port() -> None:
    with full_port() as listener, socket.socket() as first, socket.socket() as second:
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())

        outcome = run(order_to("http://api.test:80", listener.getsockname()[1], timeout_s=0.3))

    assert (outcome.outcome, outcome.hung_phase) == (Outcome.TIMEOUT, "connect")


def test_runner_says_dns_hung_when_the_resolver_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(0.6))

    outcome = run(order_to("http://slow.test", timeout_s=0.2))

    assert (outcome.outcome, outcome.hung_phase) == (Outcome.TIMEOUT, "dns")


def test_runner_blames_ourselves_when_credentials_cannot_be_used() -> None:
    class Locked:
        def converse(self, ask: Ask) -> Conversation:
            raise CredentialsError("the key is missing")
            yield

        def guarded(self) -> tuple[Guarded, ...]:
            return ()

    outcome = run(order_to("http://api.test:80", 9, gateway=Locked()))

    assert (outcome.outcome, outcome.code) == (Outcome.UNAUTHENTICATED, "BAD_CREDENTIALS")
    assert outcome.message == "the key is missing"


def test_runner_blames_ourselves_when_our_own_code_fails() -> None:
    class Broken:
        def converse(self, ask: Ask) -> Conversation:
            raise RuntimeError("oops")
            yield

        def guarded(self) -> tuple[Guarded, ...]:
            return ()

    outcome = run(order_to("http://api.test:80", 9, gateway=Broken()))

    assert (outcome.outcome, outcome.code) == (Outcome.MISSED, "MONITOR_FAULT")


def test_runner_asks_a_host_by_its_own_name_when_it_dials_another_address() -> None:
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)

    check_against(listen)

    assert b"Host: api.test" in heard[0]
    assert b"Connection: close" in heard[0]
    assert b"Cookie" not in heard[0]


def test_runner_yields_each_result_as_it_ends_when_one_of_them_hangs() -> None:
    @asynccontextmanager
    async def two_servers() -> AsyncIterator[tuple[int, int]]:
        async with serving(answering(OK)) as quick, serving(hanging) as silent:
            yield quick, silent

    async def scene() -> list[str]:
        async with two_servers() as (quick, silent):
            orders = [
                order_to("http://api.test:80", silent, probe="silent", timeout_s=0.4),
                order_to("http://api.test:80", quick, probe="quick"),
            ]
            runs = run_checks(
                orders,
                book=default_code_book(),
                context=tls_context(),
                clock=lambda: datetime.now(UTC),
            )
            return [run.probe async for run in runs]

    assert asyncio.run(scene()) == ["quick", "silent"]
