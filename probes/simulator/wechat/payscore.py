"""Service orders of the pretended PayScore: made, shown, changed, completed and cancelled."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from probes.simulator.cast import MCHID, PART_OF_APPID, SERVICE_ID
from probes.simulator.wechat import fields
from probes.simulator.wechat.errors import ApiError, param_error
from probes.simulator.wechat.orders import number_of

_MOST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOrder:
    """One service order; ``state`` is CREATED, DOING, DONE, REVOKED or EXPIRED."""

    out_order_no: str
    appid: str
    openid: str
    introduction: str
    state: str
    state_description: str = ""
    total_amount: int = 0

    def shown(self) -> dict[str, Any]:
        """The order as the dialect shows it."""
        number = number_of(self.out_order_no) % 10**8
        return {
            "appid": self.appid,
            "mchid": MCHID,
            "service_id": SERVICE_ID,
            "out_order_no": self.out_order_no,
            "service_introduction": self.introduction,
            "state": self.state,
            "state_description": self.state_description,
            "order_id": f"15646546545165651651{number:08d}",
            "total_amount": self.total_amount,
            "openid": self.openid,
        }


class ServiceOrders:
    """The endpoints under ``/v3/payscore/serviceorder``."""

    def __init__(self) -> None:
        self._orders: dict[str, ServiceOrder] = {}

    def create(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Make one. Raises :class:`ApiError`."""
        number = fields.trade_no(content, "out_order_no")
        _check_owner(content)
        introduction = fields.text(content, "service_introduction")
        fields.text(content, "time_range/start_time", most=20)
        fields.text(content, "risk_fund/name", most=64)
        fields.number(content, "risk_fund/amount")
        fields.notify_url(content, required=True)
        if number in self._orders:
            raise ApiError(400, "INVALID_REQUEST", "商户服务订单号重复")
        confirm = content.get("need_user_confirm", True)
        order = ServiceOrder(
            out_order_no=number,
            appid=str(content["appid"]),
            openid=fields.text(content, "openid", most=128, required=not confirm),
            introduction=introduction,
            state="CREATED" if confirm else "DOING",
            state_description="" if confirm else "USER_CONFIRM",
        )
        if len(self._orders) >= _MOST:
            del self._orders[next(iter(self._orders))]
        self._orders[number] = order
        package = {"package": f"XXXXXXXX{number_of(number) % 10**12:012d}"} if confirm else {}
        return order.shown() | package

    def find(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Show one. Raises :class:`ApiError`."""
        _check_owner(query)
        return self._known(query.get("out_order_no", "")).shown()

    def order_of(self, out_order_no: str) -> ServiceOrder | None:
        return self._orders.get(out_order_no)

    def change(self, out_order_no: str, action: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Complete, cancel or modify one. Raises :class:`ApiError`."""
        _check_owner(content)
        order = self._known(out_order_no)
        if action == "cancel":
            fields.text(content, "reason", most=50)
            changed = _moved(order, {"CREATED", "DOING"}, "REVOKED")
        elif action == "complete":
            total = fields.number(content, "total_amount", least=0)
            changed = replace(_moved(order, {"CREATED", "DOING"}, "DONE"), total_amount=total)
        else:
            fields.text(content, "reason", most=50)
            total = fields.number(content, "total_amount", least=0)
            changed = replace(_moved(order, {"DOING", "DONE"}, order.state), total_amount=total)
        self._orders[out_order_no] = changed
        return changed.shown()

    def _known(self, out_order_no: str) -> ServiceOrder:
        order = self._orders.get(out_order_no)
        if order is None:
            raise ApiError(404, "RESOURCE_NOT_EXISTS", "服务订单不存在")
        return order


def _moved(order: ServiceOrder, allowed: set[str], state: str) -> ServiceOrder:
    if order.state not in allowed:
        raise ApiError(400, "INVALID_REQUEST", f"服务订单状态{order.state}不允许此操作")
    return replace(order, state=state)


def _check_owner(content: Mapping[str, Any]) -> None:
    if content.get("appid") not in PART_OF_APPID:
        raise ApiError(400, "APPID_MCHID_NOT_MATCH", "AppID和mch_id不匹配")
    if content.get("service_id") != SERVICE_ID:
        raise param_error("service_id", "无效的service_id", content.get("service_id", ""))
