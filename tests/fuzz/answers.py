"""What endpoints answer, read by the gateway of every dialect as a check reads it."""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path

from probes.instrument.codebook import default_code_book
from probes.instrument.gateways.protocol import Ask, Conversation, ConversationStep, Gateway
from probes.instrument.gateways.registry import DIALECTS, make_gateway
from probes.instrument.gateways.vault import Vault
from probes.instrument.secrecy.scrubbing import scrubbed
from probes.instrument.specs import EndpointAccess
from probes.network.exchange import Reply
from probes.simulator.wire.keys import KeyRing, ensure_keys

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STATUSES = (200, 200, 201, 202, 204, 302, 400, 401, 403, 404, 429, 500, 502, 503)
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"content-type": "text/html; charset=gbk"},
    {"content-type": "application/json; charset=utf-16"},
    {"date": "Sun, 01 Mar 2026 12:00:00 GMT", "retry-after": "120"},
)
_FROM_INPUT = ("date", "retry-after", "location", "content-type", "request-id", "wechatpay-timestamp")
PAYER = {"openid": "o1", "auth_code": "130000000000000001", "card": "4242424242424242"}


def reader(dialect: str) -> Callable[[bytes], None]:
    """Feeds one input to a dialect: its first bytes choose step, status and headers, the rest is the body."""

    def read(data: bytes) -> None:
        step, status, headers = _chosen(dialect, data[:4])
        reply = Reply(status=status, headers=headers, body=data[4:])
        if step.aside is not None:
            step.aside(reply)
        reading = step.read(reply)
        # The book takes ten times as long as all else, and is fed a part of them.
        if data[3:4] < b"\x10":
            code, message = scrubbed(reading.code[:256])[:64], scrubbed(reading.message[:2000])[:500]
            default_code_book().read(error=None, http_status=reading.http_status, code=code, message=message)

    return read


def _chosen(dialect: str, data: bytes) -> tuple[ConversationStep, int, dict[str, str]]:
    first, second, third, fourth = islice((*data, 0, 0, 0, 0), 4)
    steps = _steps(dialect)
    headers = dict(HEADERS[third % len(HEADERS)])
    if fourth % 8 == 0:
        headers[_FROM_INPUT[fourth // 8 % len(_FROM_INPUT)]] = data.decode("latin-1")
    if dialect == "wechat_pay_v3" and fourth % 3 == 0:
        headers |= {
            "wechatpay-serial": "PUB_KEY_ID_01",
            "wechatpay-nonce": "N",
            "wechatpay-signature": "eA==",
        }
        headers.setdefault("wechatpay-timestamp", str(int(NOW.timestamp()) + second - 128))
    return steps[first % len(steps)], STATUSES[second % len(STATUSES)], headers


@cache
def _steps(dialect: str) -> list[ConversationStep]:
    """Every step of every operation."""
    gateway, found = _gateway(dialect), []
    for operation in DIALECTS[dialect].operations:
        ask = Ask(operation=operation, run_id="a" * 32, now=NOW, payer=PAYER)
        conversation = gateway.converse(ask)
        found.append(next(conversation))
        reply = Reply(status=200, headers={}, body=b'{"id": "ch_1"}')
        while (step := _next(conversation, reply)) is not None:
            found.append(step)
    return found


def _next(conversation: Conversation, reply: Reply) -> ConversationStep | None:
    try:
        return conversation.send(reply)
    except StopIteration:
        return None


def _gateway(dialect: str) -> Gateway:
    folder = Path(tempfile.mkdtemp(prefix="fuzz-keys-"))
    keys = ensure_keys(folder)
    access = EndpointAccess(
        slug="pay",
        gateway=dialect,
        base_url="https://api.test",
        credentials=_credentials(keys)[dialect],
    )
    return make_gateway(access, Vault(folder=folder))


def _credentials(keys: KeyRing) -> dict[str, dict[str, str]]:
    private, public = str(keys.merchant_key_file), str(keys.platform_public_key_file)
    return {
        "wechat_pay_v3": {
            "mchid": "1900000001",
            "appid": "wx1",
            "serial_no": "5F",
            "private_key_file": private,
            "apiv3_key": keys.apiv3_key,
            "platform_public_key_file": public,
            "platform_public_key_id": "PUB_KEY_ID_01",
        },
        "alipay_openapi": {
            "app_id": "2021",
            "private_key_file": private,
            "alipay_public_key_file": public,
        },
        "card_json": {"api_key": "sk_1"},
        "iso8583_json": {"merchant_id": "1", "terminal_id": "2", "mac_key": "00" * 16},
        "generic_http": {},
    }
