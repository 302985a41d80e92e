"""The first inputs of every parser: what the tests hold of its kind, and what a good day brings."""

import ast
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import brotli

ROOT = Path(__file__).parents[2]
LONGEST = 8_000  # bytes
# Whose literals are inputs of which parser.
_TESTS: dict[str, tuple[str, ...]] = {
    "html": ("tests/listening/test_pages.py",),
    "feeds": ("tests/listening/test_pages.py",),
    "json": ("tests/listening/test_pages.py",),
    "times": ("tests/listening/test_times.py",),
    "dates": ("tests/listening/test_fetch.py", "tests/listening/test_times.py"),
    "robots": ("tests/listening/test_robots.py", "tests/listening/test_fetch.py"),
    "notices": ("tests/incidents/test_maintenance.py",),
    "traces": ("tests/replay/test_backtest.py",),
    "catalogs": ("tests/instrument/test_catalog.py",),
    "api-bodies": ("tests/api/test_writing.py",),
    "pasted": ("tests/asking/test_pasted.py", "tests/asking/test_reading.py"),
    "posts": ("tests/listening/test_symptoms.py", "tests/listening/test_redaction.py"),
    "redaction": ("tests/listening/test_redaction.py",),
    "scrubbing": ("tests/instrument/test_secrecy.py", "tests/monitoring/test_trying_probes.py"),
    "charsets": ("tests/listening/test_pages.py",),
    "names": ("tests/network/test_names.py", "tests/network/test_proxies.py"),
    "answers": (
        "tests/instrument/test_card_gateway.py",
        "tests/instrument/test_wechat_gateway.py",
        "tests/instrument/test_alipay_gateway.py",
        "tests/instrument/test_iso8583_gateway.py",
        "tests/instrument/test_usual_pages.py",
    ),
    "http": ("tests/network/test_answers.py", "tests/network/test_situations.py"),
}
_MARK = {"slug": "m1", "components": ["fenfu-qr"], "starts_at": "2026-03-02T01:00:00+08:00"}
_WINDOW = {**_MARK, "ends_at": "2026-03-02T03:00:00Z", "cancelled": False, "title_zh": "升级"}
_CHECK = {"type": "check", "at": "2026-03-01T00:00:07Z", "probe": "a.b.c", "error": None, "http_status": 200}
_CATALOG = {"type": "catalog", "version": 1, "timezone": "Asia/Shanghai", "components": [], "personas": []}
_ORDER = {"title": {"zh": "a", "en": "b"}, "body": {"zh": "x", "en": "y"}, "components": ["fenfu-qr"]}


def seeds(name: str) -> list[bytes]:
    """The corpus of a parser, by its name; never empty."""
    kind = "answers" if name.startswith("answers-") else name
    found = [*_own(kind), *_literals(_TESTS.get(kind, ()))]
    return list(dict.fromkeys(entry[:LONGEST] for entry in found)) or [b""]


def _literals(paths: Iterable[str]) -> Iterator[bytes]:
    for path in paths:
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, bytes):
                yield node.value
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value.encode("utf-8", "surrogatepass")


def _own(kind: str) -> Iterator[bytes]:
    match kind:
        case "notices":
            yield json.dumps([_WINDOW, {**_WINDOW, "cancelled": True}]).encode()
        case "traces":
            lines = ({**_CATALOG, "probes": []}, {**_CHECK, "code": "", "latency_ms": 1.5}, {**_WINDOW})
            lines[2].update(type="maintenance", at="2026-03-01T00:01:00Z")
            yield b"\n".join(json.dumps(line).encode() for line in (*lines, _END))
        case "catalogs":
            yield from (ROOT / "deploy/catalog.example.toml").read_bytes().split(b"\n\n")
        case "api-bodies":
            more = {"cause": "outage", "impact": "major", "status": "investigating", "pinned": True}
            yield json.dumps({**_ORDER, **more}).encode()
            yield json.dumps({**_ORDER, "starts_at": "2026-12-01T01:00:00+08:00", "ends_at": None}).encode()
        case "json":
            post = {"text": "分付付不了", "at": 1772425800, "user": {"name": "anna"}, "id": 7, "next": "/2"}
            yield json.dumps({"data": {"posts": [post] * 3}, "next": "/list?p=2"}).encode()
        case "codings":
            plain = "分付付不了 fine ".encode() * 40
            yield from (gzip.compress(plain), zlib.compress(plain), brotli.compress(plain))
            yield from (brotli.compress(gzip.compress(plain)), gzip.compress(b"") * 3, plain)
            yield brotli.compress(bytes(1_000_000))
        case "charsets":
            page = '<meta charset="gbk"><p>分付付不了 繁體 混合'
            yield from (page.encode(name, "replace") for name in ("gbk", "big5", "utf-16", "utf-8", "utf-7"))
        case "dates":
            yield from (b"120", b"Mon, 02 Mar 2026 04:35:00 GMT", b"Wed, 3 Apr 2002 12.34.56.78+0800")
        case "http":
            yield b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Type: text/html\r\n\r\nfine"
            yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfine\r\n0\r\nX: y\r\n\r\n"
            yield b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 503 Busy\r\nRetry-After: 9\r\n\r\nbusy"
        case "answers":
            yield from (json.dumps(content, ensure_ascii=False).encode() for content in _ANSWERS)


_END = {"type": "end", "at": "2026-03-02T00:00:00Z"}
_ANSWERS: tuple[dict[str, object], ...] = (
    {"prepay_id": "wx201410272009395522657a690389285100"},
    {"trade_state": "NOTPAY", "out_trade_no": "a" * 32, "mchid": "1900000001", "amount": {"total": 1}},
    {"code": "PARAM_ERROR", "message": "参数错误", "detail": {"field": "/amount", "value": "0"}},
    {"fqf_exposure": True, "appid": "wx1", "openid": "o1"},
    {"data": [{"serial_no": "5F", "encrypt_certificate": {"nonce": "x", "ciphertext": "eA=="}}]},
    {"alipay_trade_precreate_response": {"code": "10000", "qr_code": "https://q/1"}, "sign": "ab=="},
    {"error_response": {"code": "40004", "sub_code": "ACQ.TRADE_NOT_EXIST", "sub_msg": "交易不存在"}},
    {"id": "ch_1", "amount": 100, "currency": "cny", "status": "succeeded"},
    {"error": {"type": "card_error", "code": "card_declined", "decline_code": "fraudulent"}},
    {"0": "0210", "11": "000001", "39": "00", "44": "OK", "64": "0011223344556677"},
)
