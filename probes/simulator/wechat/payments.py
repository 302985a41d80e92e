"""Payment orders of the pretended WeChat Pay: made, asked for, closed and paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from probes.simulator.cast import MCHID, PART_OF_APPID, PAYER_OF_OPENID, Part, Payer, payer_of_auth_code
from probes.simulator.wechat import fields
from probes.simulator.wechat.errors import ApiError, param_error
from probes.simulator.wechat.orders import STATE_IN_WORDS, Order, OrderBook, TradeState, WrongStateError

TRADE_TYPES = {"native": "NATIVE", "jsapi": "JSAPI", "h5": "MWEB", "app": "APP", "codepay": "MICROPAY"}
# A payment code that ends so asks its payer for the password first, as happens at the till.
PASSWORD_NEEDED = "99"
_TYPING_TAKES = timedelta(seconds=5)
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOutcome:
    """What a call gives back, and the order that was paid by it, if one was."""

    content: dict[str, Any] | None
    status: int = 200
    paid: Order | None = None


def payer_in(content: Mapping[str, Any]) -> Payer | None:
    """Who pays, as far as the request tells: by openid, payment code, or ``attach`` of ``payer=OPENID``.

    Real native, h5 and app orders do not name their payer; here ``attach`` may, so that a persona can use
    them.
    """
    payer = content.get("payer")
    if isinstance(payer, Mapping):
        openid, auth_code = payer.get("openid"), payer.get("auth_code")
        if isinstance(openid, str) and openid:
            return PAYER_OF_OPENID.get(openid)
        if isinstance(auth_code, str):
            return payer_of_auth_code(auth_code)
    openid = content.get("openid")
    if isinstance(openid, str):
        return PAYER_OF_OPENID.get(openid)
    attach = content.get("attach")
    if isinstance(attach, str) and attach.startswith("payer="):
        return PAYER_OF_OPENID.get(attach.removeprefix("payer="))
    return None


class Payments:
    """The order endpoints: ``/v3/pay/transactions/...``."""

    def __init__(self, book: OrderBook) -> None:
        self.book = book

    def create(self, kind: str, content: Mapping[str, Any], now: datetime) -> PaymentOutcome:
        """Make an order of ``kind`` (native, jsapi, h5, app, codepay). Raises :class:`ApiError`."""
        order = _read_order(kind, content, now)
        known = self.book.find(order.out_trade_no)
        if known is not None:
            if known.state is TradeState.CLOSED:
                raise ApiError(400, "ORDER_CLOSED", "订单已关闭")
            if kind == "codepay" or known.state is not TradeState.NOTPAY or not known.same_as(order):
                raise ApiError(403, "OUT_TRADE_NO_USED", "商户订单号重复")
        else:
            self.book.add(order)
        if kind == "codepay":
            return self._charge(order, content, now)
        return PaymentOutcome(content=_handle_of(kind, order, now))

    def find(self, out_trade_no: str, query: Mapping[str, str], now: datetime) -> PaymentOutcome:
        """What became of an order. Raises :class:`ApiError`."""
        if query.get("mchid") != MCHID:
            raise param_error("mchid", "与请求签名的商户号不一致", query.get("mchid", ""), "query")
        order = self._known(out_trade_no)
        paid = None
        if order.state is TradeState.USERPAYING and now - order.made_at >= _TYPING_TAKES:
            order = paid = self.book.move(order, TradeState.SUCCESS, now)
        return PaymentOutcome(content=transaction_of(order), paid=paid)

    def close(self, out_trade_no: str, content: Mapping[str, Any], now: datetime) -> PaymentOutcome:
        """Close an unpaid order; closing it again is no error. Raises :class:`ApiError`."""
        if fields.text(content, "mchid", most=32) != MCHID:
            raise param_error("mchid", "与请求签名的商户号不一致", content.get("mchid", ""))
        order = self._known(out_trade_no)
        if order.state is TradeState.SUCCESS:
            raise ApiError(400, "ORDER_PAID", "订单已支付")
        if order.state is not TradeState.CLOSED:
            self._move(order, TradeState.CLOSED, now)
        return PaymentOutcome(status=204, content=None)

    def pay(self, out_trade_no: str, now: datetime) -> PaymentOutcome:
        """The payer pays. Raises :class:`ApiError`."""
        order = self._move(self._known(out_trade_no), TradeState.SUCCESS, now)
        return PaymentOutcome(content=transaction_of(order), paid=order)

    def _charge(self, order: Order, content: Mapping[str, Any], now: datetime) -> PaymentOutcome:
        if fields.text(content, "payer/auth_code", most=32).endswith(PASSWORD_NEEDED):
            self._move(order, TradeState.USERPAYING, now)
            waiting = {"code": "USERPAYING", "message": STATE_IN_WORDS[TradeState.USERPAYING]}
            return PaymentOutcome(status=202, content=waiting)
        paid = self._move(order, TradeState.SUCCESS, now)
        return PaymentOutcome(content=transaction_of(paid), paid=paid)

    def _known(self, out_trade_no: str) -> Order:
        order = self.book.find(out_trade_no)
        if order is None:
            raise ApiError(404, "ORDER_NOT_EXIST", "订单不存在")
        return order

    def _move(self, order: Order, state: TradeState, now: datetime) -> Order:
        try:
            return self.book.move(order, state, now)
        except WrongStateError as error:
            raise ApiError(400, "INVALID_REQUEST", f"订单状态不允许此操作：{error}") from error


def part_in(content: Mapping[str, Any]) -> Part | None:
    """The product that a request is about, by its appid."""
    appid = content.get("appid")
    return PART_OF_APPID.get(appid) if isinstance(appid, str) else None


def transaction_of(order: Order) -> dict[str, Any]:
    """An order as the dialect shows it."""
    shown: dict[str, Any] = {
        "appid": order.appid,
        "mchid": MCHID,
        "out_trade_no": order.out_trade_no,
        "trade_type": order.trade_type,
        "trade_state": order.state.value,
        "trade_state_desc": STATE_IN_WORDS[order.state],
        "attach": order.attach,
        "amount": {"total": order.total, "currency": "CNY"},
        "payer": {"openid": order.openid},
    }
    if order.paid_at is not None:
        shown["transaction_id"] = order.transaction_id
        shown["bank_type"] = "OTHERS"
        shown["success_time"] = in_china(order.paid_at)
        shown["amount"] |= {"payer_total": order.total, "payer_currency": "CNY"}
    return shown


def in_china(at: datetime) -> str:
    """A moment as the dialect writes it."""
    return at.astimezone(_CHINA).isoformat(timespec="seconds")


def _read_order(kind: str, content: Mapping[str, Any], now: datetime) -> Order:
    appid = fields.text(content, "appid", most=32)
    if fields.text(content, "mchid", most=32) != MCHID:
        raise ApiError(400, "MCH_NOT_EXISTS", "商户号不存在")
    part = PART_OF_APPID.get(appid)
    if part is None:
        raise ApiError(400, "APPID_MCHID_NOT_MATCH", "AppID和mch_id不匹配")
    payer = _payer(kind, content)
    return Order(
        out_trade_no=fields.trade_no(content),
        appid=appid,
        component=part.slug,
        persona=payer.slug if payer is not None else "",
        openid=payer.openid if payer is not None else "",
        trade_type=TRADE_TYPES[kind],
        total=fields.number(content, "amount/total"),
        description=fields.text(content, "description"),
        attach=fields.text(content, "attach", most=128, required=False),
        notify_url=fields.notify_url(content, required=kind != "codepay"),
        made_at=now,
    )


def _payer(kind: str, content: Mapping[str, Any]) -> Payer | None:
    payer = payer_in(content)
    if kind == "jsapi":
        openid = fields.text(content, "payer/openid", most=128)
        if payer is None:
            raise param_error("payer/openid", "无效的openid", openid)
    if kind == "codepay":
        auth_code = fields.text(content, "payer/auth_code", most=32)
        if payer is None or len(auth_code) != 18 or not auth_code.isdigit():
            raise param_error("payer/auth_code", "付款码无效", auth_code)
    if kind == "h5":
        fields.text(content, "scene_info/payer_client_ip", most=45)
    return payer


def _handle_of(kind: str, order: Order, now: datetime) -> dict[str, Any]:
    """By what the merchant's page lets the payer pay this order."""
    prepay_id = f"wx{now.astimezone(_CHINA):%d%H%M%S}{order.transaction_id[-20:]}0000"
    if kind == "native":
        return {"code_url": f"weixin://wxpay/bizpayurl?pr={order.transaction_id[-9:]}zz"}
    if kind == "h5":
        return {
            "h5_url": f"https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id={prepay_id}&package=1"
        }
    return {"prepay_id": prepay_id}
