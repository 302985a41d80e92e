"""The pretended Alipay: ``POST /gateway.do`` with signed form parameters, answers signed as they are sent.

Methods are ``alipay.trade.precreate``, ``.pay``, ``.query`` and ``.cancel``; the app's number tells which
product is asked. A precreated order is a trade only when its code has been scanned, which nobody does, so
that a query does not find it. Errors come with HTTP 200, as ``code`` and ``sub_code``.
"""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from probes.instrument.gateways.alipay_signing import certificate_number
from probes.simulator.cast import PART_OF_APPID, PAYER_OF_ALIPAY, Part, Payer, payer_of_alipay_code
from probes.simulator.daily import SITE_ZONE
from probes.simulator.fates import AnswerForm, Dialect, FatedFault
from probes.simulator.wire.http import ServerReply, ServerRequest, no_reply, raw_reply
from probes.simulator.wire.keys import KeyRing
from probes.simulator.world import World, check_began
from probes.vocabulary.tiers import RiskTier

_STEPS = {"precreate": "order", "pay": "order", "query": "query", "cancel": "close"}
_MOST = 20_000
_SKEW = timedelta(minutes=15)
# What goes with a detailed code, or with one that begins so.
_CODES = {
    "isv.app-call-limited": "40005",
    "isv.insufficient-isv-permissions": "40006",
    "isp": "20000",
    "aop": "20000",
    "isv": "40002",
    "ACQ": "40004",
}
_MESSAGES = {
    "10000": "Success",
    "10003": " order success pay inprocess",
    "20000": "Service Currently Unavailable",
    "40002": "Invalid Arguments",
    "40004": "Business Failed",
    "40005": "Call Limited",
    "40006": "Insufficient Permissions",
}
# A payment code that ends so asks its payer for the password first.
_PASSWORD_NEEDED = "99"
_TYPING_TAKES = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trade:
    """One order; ``state`` is "" while no code of it was scanned or read."""

    number: str
    part: Part
    payer: Payer | None
    amount: str
    made_at: datetime
    state: str = ""

    def shown(self) -> dict[str, Any]:
        account = self.payer.alipay_account if self.payer else ""
        return {
            "trade_no": f"20260301{int.from_bytes(self.number.encode(), 'big') % 10**20:020d}",
            "out_trade_no": self.number,
            "buyer_logon_id": f"{account[:3]}***@payers.example",
            "total_amount": self.amount,
        }


class _RefusedError(Exception):
    """What the API refuses to do, as its detailed code and message."""

    def __init__(self, sub_code: str, sub_msg: str) -> None:
        super().__init__(sub_code)
        self.sub_code, self.sub_msg = sub_code, sub_msg


class Alipay:
    """Answers the methods as the world wants it at ``clock()``."""

    def __init__(self, world: World, keys: KeyRing, clock: Callable[[], datetime]) -> None:
        self._world, self._keys, self._clock = world, keys, clock
        self._trades: dict[str, _Trade] = {}

    async def handle(self, request: ServerRequest) -> ServerReply:
        """The reply to one request."""
        now = self._clock()
        asked = _parameters(request)
        try:
            action, content = self._read(request, asked, now)
        except _RefusedError as refused:
            # Whoever cannot prove who he is gets no signature.
            return _reply("error_response", _error(refused), {}, 200)
        trade = self._trade(action, content, PART_OF_APPID[asked["app_id"]], now)
        fate = self._world.fate(
            component=trade.part.slug,
            persona=trade.payer.slug if trade.payer else "",
            tier=trade.payer.tier if trade.payer else RiskTier.LOW,
            vantage=request.vantage,
            at=check_began(trade.made_at, now),
            step=_STEPS[action],
        )
        if isinstance(fate, FatedFault):
            return no_reply(fate)
        if not fate.accepted and fate.said.form is not AnswerForm.JSON:
            return raw_reply(fate)
        try:
            if not fate.accepted:
                raise _RefusedError(fate.said.code, fate.said.message)
            node = self._do(action, content, trade, now)
        except _RefusedError as refused:
            node = _error(refused)
        name = f"alipay_trade_{action}_response"
        number = certificate_number(self._keys.platform_certificate) if asked.get("app_cert_sn") else ""
        reply = _reply(
            name, node, {"sign": self._sign(_text_of(node)), "alipay_cert_sn": number}, fate.said.status
        )
        return replace(reply, headers=(*reply.headers, *fate.said.headers), delay_s=fate.latency_s)

    def _read(
        self, request: ServerRequest, asked: Mapping[str, str], now: datetime
    ) -> tuple[str, Mapping[str, Any]]:
        """What is asked, of which content; refused where it is not properly asked."""
        if request.path != "/gateway.do":
            raise _RefusedError("isv.invalid-method", "不存在的方法名")
        part = PART_OF_APPID.get(asked.get("app_id", ""))
        if part is None or part.dialect is not Dialect.ALIPAY:
            raise _RefusedError("isv.invalid-app-id", "无效的AppID参数")
        self._check_signature(asked)
        if abs(_asked_at(asked) - now) > _SKEW:
            raise _RefusedError("isv.invalid-timestamp", "非法的时间戳参数")
        action = asked.get("method", "").removeprefix("alipay.trade.")
        if action not in _STEPS:
            raise _RefusedError("isv.invalid-method", "不存在的方法名")
        try:
            content = json.loads(asked.get("biz_content", ""))
        except (ValueError, RecursionError):
            raise _RefusedError("isv.illegal-json", "biz_content不是合法的JSON") from None
        if not isinstance(content, dict) or not str(content.get("out_trade_no", "")):
            raise _RefusedError("isv.invalid-parameter", "参数有误：out_trade_no")
        return action, content

    def _check_signature(self, asked: Mapping[str, str]) -> None:
        if not asked.get("sign"):
            raise _RefusedError("isv.missing-signature", "缺少签名参数")
        text = "&".join(f"{name}={asked[name]}" for name in sorted(asked) if name != "sign" and asked[name])
        try:
            signature = base64.b64decode(asked["sign"], validate=True)
            self._keys.merchant_public_key.verify(signature, text.encode(), PKCS1v15(), SHA256())
        except (ValueError, InvalidSignature):
            raise _RefusedError("isv.invalid-signature", "验签出错，签名私钥与应用公钥不匹配") from None

    def _trade(self, action: str, content: Mapping[str, Any], part: Part, now: datetime) -> _Trade:
        """The trade that is asked about, or that is being asked for."""
        number = str(content["out_trade_no"])
        known = self._trades.get(number)
        if known is not None and _STEPS[action] != "order":
            return known
        if action == "pay":
            payer = payer_of_alipay_code(str(content.get("auth_code", "")))
        else:
            payer = PAYER_OF_ALIPAY.get(str(content.get("buyer_logon_id", "")))
        return _Trade(
            number=number, part=part, payer=payer, amount=str(content.get("total_amount", "")), made_at=now
        )

    def _do(self, action: str, content: Mapping[str, Any], trade: _Trade, now: datetime) -> dict[str, Any]:
        if action == "precreate":
            self._keep(trade)
            code = f"https://qr.alipay.com/bax{secrets.token_hex(10)}"
            return _success({"out_trade_no": trade.number, "qr_code": code})
        if action == "pay":
            return self._pay(trade, content)
        if action == "cancel":
            self._keep(replace(trade, state="TRADE_CLOSED" if trade.state else ""))
            done = {"action": "refund" if trade.state == "TRADE_SUCCESS" else "close"} if trade.state else {}
            return _success({"out_trade_no": trade.number, "retry_flag": "N", **done})
        if not trade.state:
            raise _RefusedError("ACQ.TRADE_NOT_EXIST", "交易不存在")
        if trade.state == "WAIT_BUYER_PAY" and now - trade.made_at >= _TYPING_TAKES:
            trade = replace(trade, state="TRADE_SUCCESS")
            self._keep(trade)
        return _success({**trade.shown(), "trade_status": trade.state})

    def _pay(self, trade: _Trade, content: Mapping[str, Any]) -> dict[str, Any]:
        if trade.payer is None:
            raise _RefusedError("ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效，请顾客刷新付款码后重新收款")
        if trade.number in self._trades:
            raise _RefusedError("ACQ.TRADE_HAS_SUCCESS", "交易已被支付")
        asks = str(content.get("auth_code", "")).endswith(_PASSWORD_NEEDED)
        self._keep(replace(trade, state="WAIT_BUYER_PAY" if asks else "TRADE_SUCCESS"))
        return _success(trade.shown(), "10003" if asks else "10000")

    def _keep(self, trade: _Trade) -> None:
        if len(self._trades) >= _MOST:
            del self._trades[next(iter(self._trades))]
        self._trades[trade.number] = trade

    def _sign(self, text: str) -> str:
        signature = self._keys.platform_key.sign(text.encode(), PKCS1v15(), SHA256())
        return base64.b64encode(signature).decode("ascii")


def _parameters(request: ServerRequest) -> dict[str, str]:
    """Parameters may stand in the address and in the form."""
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    return {**request.query, **form}


def _asked_at(asked: Mapping[str, str]) -> datetime:
    try:
        at = datetime.strptime(asked.get("timestamp", ""), "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        raise _RefusedError("isv.invalid-timestamp", "非法的时间戳参数") from None
    return at.replace(tzinfo=SITE_ZONE)


def _success(content: Mapping[str, Any], code: str = "10000") -> dict[str, Any]:
    return {"code": code, "msg": _MESSAGES[code], **content}


def _error(refused: _RefusedError) -> dict[str, Any]:
    code = _CODES.get(refused.sub_code) or _CODES[refused.sub_code[:3]]
    return {"code": code, "msg": _MESSAGES[code], "sub_code": refused.sub_code, "sub_msg": refused.sub_msg}


def _text_of(node: Mapping[str, Any]) -> str:
    """A node as it is sent and signed: slashes escaped, as the platform's JSON writer does it."""
    return json.dumps(node, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")


def _reply(name: str, node: Mapping[str, Any], proof: Mapping[str, str], status: int) -> ServerReply:
    members = "".join(f',"{name}":"{value}"' for name, value in proof.items() if value)
    body = f'{{"{name}":{_text_of(node)}{members}}}'
    return ServerReply(
        status=status, headers=(("Content-Type", "text/html;charset=utf-8"),), body=body.encode()
    )
