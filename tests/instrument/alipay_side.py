"""Alipay's side, spoken to without a network: it signs answers; and gateways that hold its keys."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from probes.instrument.gateways.protocol import AnswerReading, Gateway
from probes.instrument.gateways.registry import make_gateway
from probes.instrument.gateways.vault import Vault
from probes.network.exchange import Reply
from probes.simulator.wire.keys import KeyRing
from tests.instrument.conversing import endpoint, first

RUN = "a" * 32
CODE = {"code": "10000", "msg": "Success", "out_trade_no": RUN, "qr_code": "https://qr.alipay.com/bax1"}
PAID = {
    "code": "10000",
    "msg": "Success",
    "out_trade_no": RUN,
    "trade_no": "2026030122001",
    "total_amount": "0.01",
}
CANCELLED = {"code": "10000", "msg": "Success", "out_trade_no": RUN, "retry_flag": "N"}
NO_TRADE = {
    "code": "40004",
    "msg": "Business Failed",
    "sub_code": "ACQ.TRADE_NOT_EXIST",
    "sub_msg": "交易不存在",
}


def alipay(keys: KeyRing, **changes: str) -> Gateway:
    credentials = {
        "app_id": "2021",
        "private_key_file": str(keys.merchant_key_file),
        "alipay_public_key_file": str(keys.platform_public_key_file),
    }
    return make_gateway(endpoint("alipay_openapi", **credentials | changes), Vault(folder=Path("/")))


def by_certificate(keys: KeyRing) -> Gateway:
    return alipay(
        keys,
        alipay_public_key_file="",
        alipay_certificate_file=str(keys.folder / "platform.pem"),
        alipay_root_certificate_file=str(keys.folder / "platform.pem"),
        app_certificate_file=str(keys.folder / "merchant.pem"),
    )


def signed(keys: KeyRing, text: str) -> str:
    return base64.b64encode(keys.platform_key.sign(text.encode(), PKCS1v15(), SHA256())).decode("ascii")


def answer(
    keys: KeyRing,
    node: Mapping[str, Any] | str,
    *,
    of: str = "precreate",
    signature: str | None = None,
    more: str = "",
    status: int = 200,
) -> Reply:
    text = node if isinstance(node, str) else json.dumps(node, ensure_ascii=False)
    sign = signed(keys, text) if signature is None else signature
    tail = f',"sign":"{sign}"' if sign else ""
    body = f'{{"alipay_trade_{of}_response":{text}{tail}{more}}}'
    return Reply(status=status, headers={}, body=body.encode())


def read(keys: KeyRing, reply: Reply, operation: str = "precreate") -> AnswerReading:
    return first(alipay(keys), operation).read(reply)
