"""Orders of the pretended WeChat Pay and the states that they go through."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

KEEP = timedelta(hours=2)
MOST_ORDERS = 50_000


class TradeState(StrEnum):
    """Where an order stands."""

    NOTPAY = "NOTPAY"
    USERPAYING = "USERPAYING"
    SUCCESS = "SUCCESS"
    CLOSED = "CLOSED"
    REVOKED = "REVOKED"
    PAYERROR = "PAYERROR"
    REFUND = "REFUND"


NEXT_STATES: dict[TradeState, frozenset[TradeState]] = {
    TradeState.NOTPAY: frozenset(
        {TradeState.SUCCESS, TradeState.CLOSED, TradeState.USERPAYING, TradeState.PAYERROR}
    ),
    TradeState.USERPAYING: frozenset({TradeState.SUCCESS, TradeState.REVOKED, TradeState.PAYERROR}),
    TradeState.SUCCESS: frozenset({TradeState.REFUND}),
    TradeState.PAYERROR: frozenset({TradeState.REVOKED, TradeState.CLOSED}),
    TradeState.CLOSED: frozenset(),
    TradeState.REVOKED: frozenset(),
    TradeState.REFUND: frozenset(),
}

STATE_IN_WORDS: dict[TradeState, str] = {
    TradeState.NOTPAY: "订单未支付",
    TradeState.USERPAYING: "用户支付中，需要输入密码",
    TradeState.SUCCESS: "支付成功",
    TradeState.CLOSED: "订单已关闭",
    TradeState.REVOKED: "订单已撤销",
    TradeState.PAYERROR: "支付失败",
    TradeState.REFUND: "订单发生过退款",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order. ``made_at`` is when it was asked for; ``trade_type`` as the dialect writes it."""

    out_trade_no: str
    appid: str
    component: str
    persona: str
    openid: str
    trade_type: str
    total: int
    description: str
    attach: str
    notify_url: str
    made_at: datetime
    state: TradeState = TradeState.NOTPAY
    paid_at: datetime | None = None

    @property
    def transaction_id(self) -> str:
        return f"42000{number_of(self.out_trade_no) % 10**23:023d}"

    def same_as(self, other: "Order") -> bool:
        """True where asking again means the same order."""
        mine = (self.appid, self.openid, self.trade_type, self.total, self.description, self.notify_url)
        return mine == (
            other.appid, other.openid, other.trade_type, other.total, other.description, other.notify_url,
        )  # fmt: skip


def number_of(text: str) -> int:
    """A number that is always the same for the same text."""
    return int.from_bytes(text.encode(), "big")


class WrongStateError(Exception):
    """An order cannot go from its state to the one that was asked for."""


class OrderBook:
    """The orders of the last two hours."""

    def __init__(self) -> None:
        self._orders: OrderedDict[str, Order] = OrderedDict()

    def find(self, out_trade_no: str) -> Order | None:
        return self._orders.get(out_trade_no)

    def add(self, order: Order) -> None:
        """Keep a new order and forget those that are too old."""
        self._orders[order.out_trade_no] = order
        while self._orders:
            oldest = next(iter(self._orders.values()))
            if len(self._orders) <= MOST_ORDERS and order.made_at - oldest.made_at <= KEEP:
                return
            self._orders.popitem(last=False)

    def move(self, order: Order, state: TradeState, now: datetime) -> Order:
        """The order in its new state. Raises :class:`WrongStateError` where it cannot go there."""
        if state not in NEXT_STATES[order.state]:
            raise WrongStateError(STATE_IN_WORDS[order.state])
        paid_at = now if state is TradeState.SUCCESS else order.paid_at
        moved = replace(order, state=state, paid_at=paid_at)
        self._orders[order.out_trade_no] = moved
        return moved
