"""Every way in which an answer comes, or does not, from a real local server, and what a check makes of it."""

import asyncio
import gzip
import re
import ssl
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest

from probes.instrument.gateways.registry import make_gateway
from probes.instrument.gateways.vault import Vault
from probes.instrument.runs import CheckOrder, CheckRun
from probes.instrument.specs import EndpointAccess
from probes.network.transport import BODY_CAP
from probes.vocabulary.outcomes import Outcome
from tests.instrument.faults import Behaviour, answering, hanging, read_request, reply, resetting, serving
from tests.support.asking import checked
from tests.support.certificates import Authority, make_authority

HASTY_S = 0.4
GBK_PAGE = '<meta charset="gbk"><title>支付正常</title>'.encode("gbk")
FINE = b"fine " * 20


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What a server does, and what is right: status, error and code of the check and its outcome."""

    name: str
    server: Behaviour
    status: int | None = 200
    error: str | None = None
    code: str = ""
    outcome: Outcome = Outcome.ACCEPTED
    detail: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    timeout_s: float = 5.0


def packed(body: bytes, *codings: str) -> Behaviour:
    lines = [f"Content-Encoding: {coding}" for coding in codings]
    return answering(reply("200 OK", body, *lines))


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body + end


def bomb(size: int) -> bytes:
    return gzip.compress(b"0" * size)


def good(name: str, server: Behaviour, **options: Any) -> Situation:
    return Situation(name=name, server=server, options={"expect_text": "fine"} | options)


def bad(name: str, server: Behaviour, code: str, **more: Any) -> Situation:
    return Situation(name=name, server=server, code=code, outcome=Outcome.BAD_ANSWER, **more)


def no_http(name: str, server: Behaviour) -> Situation:
    return Situation(name=name, server=server, status=None, error="protocol", outcome=Outcome.PROTOCOL)


def hung(name: str, server: Behaviour, detail: str) -> Situation:
    return Situation(
        name=name,
        server=server,
        status=None,
        error="timeout",
        outcome=Outcome.TIMEOUT,
        detail=detail,
        timeout_s=HASTY_S,
    )


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte now and then, each within every single patience."""
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nhello")
    await writer.drain()
    await reader.read()


ANSWERED = [
    good("a length", answering(reply("200 OK", FINE))),
    good("byte by byte", answering(*(bytes([byte]) for byte in reply("200 OK", b"fine")))),
    good("in chunks", answering(chunked(b"fi", b"ne"))),
    good(
        "chunks with extensions and trailers", answering(chunked(b"fine", end=b"0;x=y\r\nX-Sum: 1\r\n\r\n"))
    ),
    good("closed at the end, HTTP/1.0", answering(b"HTTP/1.0 200 OK\r\n\r\nfine")),
    good("closed at the end, HTTP/1.1", answering(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfine")),
    good(
        "informational first",
        answering(
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
            reply("200 OK", FINE),
        ),
    ),
    good("many headers", answering(reply("200 OK", FINE, *(f"X-{n}: {'v' * 50}" for n in range(500))))),
    good("a header that is not ASCII", answering(reply("200 OK", FINE, "X-Name: 分付"))),
    good("gzip", packed(gzip.compress(FINE), "gzip")),
    good("gzip in capitals, called x-gzip", packed(gzip.compress(FINE), "X-GZip")),
    good("gzip in two members", packed(gzip.compress(FINE) + gzip.compress(FINE), "gzip")),
    good("gzip with rubbish behind it", packed(gzip.compress(FINE) + b"\0\0rubbish", "gzip")),
    good("deflate", packed(zlib.compress(FINE), "deflate")),
    good("bare deflate", packed(zlib.compress(FINE, wbits=-15), "deflate")),
    good("Brotli", packed(brotli.compress(FINE), "br")),
    good("identity", packed(FINE, "identity")),
    good("packed twice, in one line", packed(gzip.compress(brotli.compress(FINE)), "br, gzip")),
    good("packed twice, in two lines", packed(gzip.compress(gzip.compress(FINE)), "gzip", "gzip")),
    good(
        "gzip in chunks",
        answering(
            chunked(gzip.compress(FINE)).replace(b"Transfer", b"Content-Encoding: gzip\r\nTransfer", 1)
        ),
    ),
    good("a charset for a coding", packed(FINE, "utf-8")),
    good("no body to unpack", packed(b"", "gzip"), expect_text=""),
    good(
        "GBK as its header says",
        answering(reply("200 OK", "支付正常".encode("gbk"), "Content-Type: text/html; charset=GBK")),
        expect_text="支付正常",
    ),
    good("GBK as its own head says", answering(reply("200 OK", GBK_PAGE)), expect_text="支付正常"),
    good(
        "GBK called UTF-8",
        answering(reply("200 OK", "支付正常".encode("gbk"), "Content-Type: text/html; charset=utf-8")),
        expect_text="支付正常",
    ),
    good(
        "GBK called nothing that is a charset",
        answering(reply("200 OK", "支付正常".encode("gbk"), "Content-Type: text/html; charset=undefined")),
        expect_text="支付正常",
    ),
    good(
        "GB 2312 with a character of its superset",
        answering(reply("200 OK", "朱镕基付款".encode("gb18030"), "Content-Type: text/html; charset=gb2312")),
        expect_text="朱镕基",
    ),
    good(
        "Big5",
        answering(reply("200 OK", "支付正常".encode("big5"), "Content-Type: text/html; charset=big5")),
        expect_text="支付正常",
    ),
    good(
        "UTF-8 with a mark",
        answering(reply("200 OK", "支付正常".encode("utf-8-sig"), "Content-Type: text/html; charset=gbk")),
        expect_text="支付正常",
    ),
    good(
        "UTF-16 with a mark", answering(reply("200 OK", "支付正常".encode("utf-16"))), expect_text="支付正常"
    ),
    good("packed GBK", packed(gzip.compress(GBK_PAGE), "gzip"), expect_text="支付正常"),
    Situation(
        name="maintenance announced in GBK",
        server=answering(
            reply(
                "503 Service Unavailable",
                "<h1>系统维护中</h1>".encode("gbk"),
                "Content-Type: text/html; charset=gbk",
            )
        ),
        status=503,
        outcome=Outcome.MAINTENANCE,
    ),
    Situation(
        name="a refusal that is packed",
        server=answering(
            reply("403 Forbidden", gzip.compress("交易存在风险".encode()), "Content-Encoding: gzip")
        ),
        status=403,
        outcome=Outcome.DECLINED_RISK,
    ),
    Situation(
        name="an error whose body breaks off",
        server=answering(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 500\r\n\r\n<html>"),
        status=502,
        outcome=Outcome.SERVER_ERROR,
    ),
    bad(
        "another text",
        answering(reply("200 OK", b"other")),
        "UNEXPECTED_TEXT",
        options={"expect_text": "fine"},
    ),
    bad("reset in the middle", resetting, "TRUNCATED_BODY"),
    bad("half a body", answering(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf"), "TRUNCATED_BODY"),
    bad(
        "no body where one is announced",
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
        "TRUNCATED_BODY",
    ),
    bad("a broken chunk", answering(chunked(b"fine", end=b"zz\r\n")), "TRUNCATED_BODY"),
    bad("no last chunk", answering(chunked(b"fine", end=b"")), "TRUNCATED_BODY"),
    bad(
        "half a page of a status that was expected",
        answering(b"HTTP/1.1 404 Not Found\r\nContent-Length: 500\r\n\r\nhalf"),
        "TRUNCATED_BODY",
        status=404,
        options={"expect_status": [404]},
    ),
    bad("half of a gzip", packed(gzip.compress(FINE)[:-6], "gzip"), "TRUNCATED_BODY"),
    bad("half of a Brotli", packed(brotli.compress(FINE)[:-6], "br"), "TRUNCATED_BODY"),
    bad("half of a bare deflate", packed(zlib.compress(FINE, wbits=-15)[:-3], "deflate"), "TRUNCATED_BODY"),
    bad("called gzip and none", packed(FINE, "gzip"), "BROKEN_CODING"),
    bad("called Brotli and none", packed(b"\xff\xff" + FINE, "br"), "BROKEN_CODING"),
    bad("called deflate and none", packed(b"\xff\xff" + FINE, "deflate"), "BROKEN_CODING"),
    bad("a gzip whose sum is wrong", packed(gzip.compress(FINE)[:-8] + b"\0" * 8, "gzip"), "BROKEN_CODING"),
    bad("packed over and over", packed(FINE, *["gzip"] * 9), "BROKEN_CODING"),
    bad("Zstandard", packed(b"\x28\xb5\x2f\xfd\x04\x00" + FINE, "zstd"), "UNKNOWN_CODING"),
    bad(
        "a bomb",
        packed(bomb(50_000_000), "gzip"),
        "BODY_TOO_LARGE",
        options={"expect_text": "fine"},
    ),
    bad(
        "a bomb in a bomb",
        packed(gzip.compress(bomb(90_000_000)), "gzip, gzip"),
        "BODY_TOO_LARGE",
        options={"expect_text": "fine"},
    ),
    bad(
        "a body without end",
        answering(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3 * BODY_CAP),
        "BODY_TOO_LARGE",
        options={"expect_text": "fine"},
    ),
    no_http("closed without a word", answering(b"")),
    no_http("closed in the head", answering(b"HTTP/1.1 200 OK\r\nContent-Le")),
    no_http("garbage", answering(b"\x00\xfe\xff garbage\r\n\r\n")),
    no_http("another protocol", answering(b"SSH-2.0-OpenSSH_9.6\r\n")),
    no_http(
        "two lengths", answering(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello")
    ),
    no_http("a header without end", answering(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000)),
    no_http("a flood of headers", answering(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 40_000 + b"\r\n")),
    hung("accepts and says nothing", hanging, "hung in first_byte"),
    hung("stalls in the body", stall, "hung in body, after status 200 and 5 bytes"),
    hung("drips for ever", drip, "hung in body, after status 200"),
]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


def check_in(
    situation: Situation, tls: ssl.SSLContext | None = None, ca_bundle: str = "", host: str = "api.test"
) -> CheckRun:
    """One check of what ``situation`` has, by the real runner."""
    address = f"https://{host}:443" if tls else f"http://{host}:80"

    async def scene() -> CheckRun:
        async with serving(situation.server, tls) as port:
            order = CheckOrder(
                probe="p",
                tick=datetime(2026, 3, 1, 12, tzinfo=UTC),
                gateway=make_gateway(
                    EndpointAccess(slug="e", gateway="generic_http", base_url=address), Vault()
                ),
                operation="get",
                options=situation.options,
                connect_to={f"api.test:{443 if tls else 80}": f"127.0.0.1:{port}"},
                timeout_s=situation.timeout_s,
            )
            return await checked(order, ca_bundle)

    return asyncio.run(scene())


@pytest.mark.parametrize("over_tls", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("situation", ANSWERED, ids=lambda situation: situation.name)
def test_check_says_what_came_of_it_when_a_server_behaves_so(
    situation: Situation, over_tls: bool, authority: Authority
) -> None:
    tls = authority.server_context() if over_tls else None

    run = check_in(situation, tls, authority.bundle if over_tls else "")

    assert (run.http_status, run.error, run.code, run.outcome) == (
        situation.status,
        situation.error,
        situation.code,
        situation.outcome,
    ), run
    assert situation.detail in run.steps[0].detail
    if situation.error:
        assert (run.code, run.message) == ("", "")


@pytest.mark.parametrize(
    ("host", "lasts", "trusted", "words"),
    [
        ("api.test", timedelta(days=-1), True, "expired"),
        ("other.test", timedelta(days=1), True, "not valid for"),
        ("api.test", timedelta(days=1), False, "certificate verify failed"),
    ],
    ids=["expired", "of another host", "of an authority that nobody trusts"],
)
def test_check_says_tls_when_the_certificate_is_bad(
    authority: Authority, tmp_path: Path, host: str, lasts: timedelta, trusted: bool, words: str
) -> None:
    issuer = authority if trusted else make_authority(tmp_path)
    situation = Situation(name="bad certificate", server=answering(reply("200 OK", FINE)))

    run = check_in(situation, issuer.server_context(host, lasts=lasts), authority.bundle)

    assert (run.http_status, run.error, run.outcome) == (None, "tls", Outcome.TLS)
    assert re.search(words, run.steps[0].detail)


@pytest.mark.parametrize("host", ["API.Test", "api.test.", "ＡＰＩ.test", "api。test"])
def test_check_finds_the_host_and_trusts_it_when_it_is_spelled_differently(
    authority: Authority, host: str
) -> None:
    situation = good("spelled", answering(reply("200 OK", FINE)))

    run = check_in(situation, authority.server_context(), authority.bundle, host)

    assert run.outcome is Outcome.ACCEPTED, run
