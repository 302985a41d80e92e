"""The pretended WeChat Pay over HTTP: routes, signatures, and the world's will on top of them.

Paths: ``/v3/pay/transactions/{native,jsapi,h5,app}``, ``/v3/pay/transactions/codepay``,
``/v3/pay/transactions/out-trade-no/{no}[/close]``,
``/v3/payscore/serviceorder[/{no}/{complete,cancel,modify}]``, ``/v3/fenfu/exposure?appid=&openid=`` (is 分付
shown to this payer: ``fqf_exposure``) and ``/v3/certificates``.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import formatdate
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from probes.simulator.cast import PART_OF_APPID, PAYER_OF_OPENID, PAYERS, Part, Payer
from probes.simulator.fates import AnswerForm, Dialect, Fate, FatedAnswer, FatedFault
from probes.simulator.wechat import fields
from probes.simulator.wechat.errors import ApiError, param_error
from probes.simulator.wechat.manners import Manners
from probes.simulator.wechat.notify import Notifier
from probes.simulator.wechat.orders import OrderBook
from probes.simulator.wechat.payments import PaymentOutcome, Payments, part_in, payer_in
from probes.simulator.wechat.payscore import ServiceOrders
from probes.simulator.wechat.signing import fault_of_signature, request_moment_s, sealed, signed_headers
from probes.simulator.wire.http import ServerReply, ServerRequest, json_reply, no_reply, raw_reply
from probes.simulator.wire.keys import KeyRing, serial_of
from probes.simulator.world import World, check_began
from probes.vocabulary.tiers import RiskTier

_NO = r"(?P<no>[^/]{1,64})"
_ROUTES: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (method, re.compile(pattern), name)
    for method, pattern, name in (
        ("POST", r"/v3/pay/transactions/(?P<kind>native|jsapi|h5|app|codepay)", "order"),
        ("GET", rf"/v3/pay/transactions/out-trade-no/{_NO}", "query"),
        ("POST", rf"/v3/pay/transactions/out-trade-no/{_NO}/close", "close"),
        ("POST", r"/v3/payscore/serviceorder", "score-create"),
        ("GET", r"/v3/payscore/serviceorder", "score-find"),
        ("POST", rf"/v3/payscore/serviceorder/{_NO}/(?P<action>complete|cancel|modify)", "score-change"),
        ("GET", r"/v3/fenfu/exposure", "exposure"),
        ("GET", r"/v3/certificates", "certificates"),
    )
)
_STEP_OF_ROUTE = {"query": "query", "close": "close", "score-find": "query", "score-change": "close"}
_TECHNICAL = {429, 500, 502, 503, 504}
_PAYSCORE_REFUSED = "271300099"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """What is asked, about which product, by which payer; ``at`` is when its check began."""

    route: str
    found: Mapping[str, str]
    content: Mapping[str, Any]
    part: Part | None
    payer: Payer | None
    at: datetime


class WechatPay:
    """Answers the dialect's requests as the world wants it at ``clock()``."""

    def __init__(
        self, world: World, keys: KeyRing, clock: Callable[[], datetime], notifier: Notifier
    ) -> None:
        self._world, self._keys, self._clock, self._notifier = world, keys, clock, notifier
        self.manners = Manners()
        self.payments = Payments(OrderBook())
        self.service_orders = ServiceOrders()

    async def handle(self, request: ServerRequest) -> ServerReply:
        """The reply to one request, signed where the platform would sign it."""
        now = self._clock()
        try:
            call = self._read(request, now)
        except ApiError as error:
            return self._signed(request, now, error.status, _body_of(error))
        fate = self._fate(call, request.vantage)
        if isinstance(fate, FatedFault):
            return no_reply(fate)
        delay_s = fate.latency_s if fate is not None else 0.0
        if fate is not None and fate.said.status in _TECHNICAL | {200} and not fate.accepted:
            return self._failed(request, call, now, fate)
        try:
            outcome = self._told(self._do(request, call, fate, now), now)
        except ApiError as error:
            return self._signed(request, now, error.status, _body_of(error), delay_s, _tail(call, fate))
        return self._signed(request, now, outcome.status, outcome.content, delay_s)

    def pay(self, out_trade_no: str) -> Mapping[str, Any]:
        """Let the payer of an order pay it. Raises :class:`ApiError`."""
        now = self._clock()
        return self._told(self.payments.pay(out_trade_no, now), now).content or {}

    def _told(self, outcome: PaymentOutcome, now: datetime) -> PaymentOutcome:
        """The outcome, of which the merchant is notified where somebody paid."""
        if outcome.paid is not None:
            self._notifier.tell_paid(outcome.paid, now)
        return outcome

    def _read(self, request: ServerRequest, now: datetime) -> _Call:
        for method, pattern, route in _ROUTES:
            match = pattern.fullmatch(request.path)
            if match is not None and method == request.method:
                return self._identified(request, route, match.groupdict(), now)
        raise ApiError(404, "RESOURCE_NOT_EXISTS", "请求的资源不存在")

    def _identified(
        self, request: ServerRequest, route: str, found: Mapping[str, str], now: datetime
    ) -> _Call:
        content = request.query if request.method == "GET" else request.content
        part, payer, at = part_in(content), payer_in(content), now
        order = self.payments.book.find(found.get("no", "")) if route in {"query", "close"} else None
        if order is not None:
            part, payer = PART_OF_APPID[order.appid], PAYERS.get(order.persona)
            at = check_began(order.made_at, now)
        service_order = self.service_orders.order_of(found.get("no", ""))
        if service_order is not None and payer is None:
            payer = PAYER_OF_OPENID.get(service_order.openid)
        return _Call(route=route, found=found, content=content, part=part, payer=payer, at=at)

    def _fate(self, call: _Call, vantage: str) -> Fate | None:
        """What the world has in store for this call; None for one that belongs to no product."""
        if call.part is None:
            return None
        return self._world.fate(
            component=call.part.slug,
            persona=call.payer.slug if call.payer is not None else "",
            tier=call.payer.tier if call.payer is not None else RiskTier.LOW,
            vantage=vantage,
            at=call.at,
            step=_STEP_OF_ROUTE.get(call.route, "order"),
        )

    def _do(
        self, request: ServerRequest, call: _Call, fate: FatedAnswer | None, now: datetime
    ) -> PaymentOutcome:
        stated_s = request_moment_s(request) if self.manners.lenient else self._platform_s(now)
        fault = fault_of_signature(request, self._keys, stated_s)
        if fault is not None:
            raise ApiError(401, "SIGN_ERROR", fault, {"location": "authorization", "issue": "sign not match"})
        if request.method == "POST":
            fields.read_json(request.body)
        if fate is not None and not fate.accepted:
            raise ApiError(fate.said.status, fate.said.code, fate.said.message)
        no = call.found.get("no", "")
        match call.route:
            case "order":
                return self.payments.create(call.found["kind"], call.content, now)
            case "query":
                return self.payments.find(no, request.query, now)
            case "close":
                return self.payments.close(no, call.content, now)
            case "score-create":
                return PaymentOutcome(content=self.service_orders.create(call.content))
            case "score-find":
                return PaymentOutcome(content=self.service_orders.find(request.query))
            case "score-change":
                changed = self.service_orders.change(no, call.found["action"], call.content)
                return PaymentOutcome(content=changed)
            case "exposure":
                return PaymentOutcome(content=_exposure(call, shown=True))
            case _:
                return PaymentOutcome(content=self._certificates())

    def _failed(self, request: ServerRequest, call: _Call, now: datetime, fate: FatedAnswer) -> ServerReply:
        """An answer whatever exactly was asked: a server fault, maintenance, a refused exposure."""
        said = fate.said
        if said.form is AnswerForm.JSON and said.status == 200:
            return self._signed(request, now, 200, _exposure(call, shown=False), fate.latency_s)
        if said.form is AnswerForm.JSON:
            body = {"code": said.code, "message": said.message}
            return self._signed(request, now, said.status, body, fate.latency_s, extra=said.headers)
        signed = said.status == 200
        return raw_reply(fate, headers=self._signature(request, said.message.encode(), now) if signed else ())

    def _signed(
        self,
        request: ServerRequest,
        now: datetime,
        status: int,
        content: dict[str, Any] | None,
        delay_s: float = 0.0,
        tail: str = "0",
        extra: tuple[tuple[str, str], ...] = (),
    ) -> ServerReply:
        reply = json_reply(status, content, delay_s=delay_s)
        signature = self._signature(request, reply.body, now)
        request_id = f"08{secrets.token_hex(15).upper()}-{tail}"
        headers = (*reply.headers, *extra, ("Request-ID", request_id), *signature)
        return ServerReply(status=status, headers=headers, body=reply.body, delay_s=delay_s)

    def _signature(self, request: ServerRequest, body: bytes, now: datetime) -> tuple[tuple[str, str], ...]:
        named, at_s = request.headers.get("wechatpay-serial", ""), self._platform_s(now)
        signature = signed_headers(body, self._keys, at_s, self.manners, named=named)
        return (("Date", formatdate(at_s, usegmt=True)), *signature)

    def _platform_s(self, now: datetime) -> float:
        return now.timestamp() + self.manners.clock_off_s

    def _certificates(self) -> dict[str, Any]:
        if not self.manners.certificates:
            raise ApiError(
                404, "RESOURCE_NOT_EXISTS", "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥"
            )
        keys = self._keys
        given = [keys.platform_certificate, *([keys.next_certificate] if self.manners.rotated else [])]
        return {"data": [_certificate_entry(certificate, keys) for certificate in given]}


def _certificate_entry(certificate: Certificate, keys: KeyRing) -> dict[str, Any]:
    pem = certificate.public_bytes(Encoding.PEM).decode("ascii")
    return {
        "serial_no": serial_of(certificate),
        "effective_time": certificate.not_valid_before_utc.isoformat(),
        "expire_time": certificate.not_valid_after_utc.isoformat(),
        "encrypt_certificate": sealed(pem, "certificate", keys),
    }


def _exposure(call: _Call, *, shown: bool) -> dict[str, Any]:
    if call.part is None:
        raise ApiError(400, "APPID_MCHID_NOT_MATCH", "AppID和mch_id不匹配")
    if call.part.dialect is not Dialect.EXPOSURE:
        raise ApiError(403, "NO_AUTH", "此AppID没有查询分付展示状态的权限")
    if call.payer is None:
        raise param_error("openid", "无效的openid", call.content.get("openid", ""), "query")
    return {"appid": call.part.appid, "openid": call.payer.openid, "fqf_exposure": shown}


def _body_of(error: ApiError) -> dict[str, Any]:
    body: dict[str, Any] = {"code": error.code, "message": error.message}
    return body if error.detail is None else body | {"detail": error.detail}


def _tail(call: _Call, fate: FatedAnswer | None) -> str:
    """The number at the end of the Request-ID; PayScore's tells why it refused."""
    refused = call.route == "score-create" and fate is not None and not fate.accepted
    return _PAYSCORE_REFUSED if refused else "0"
