"""Reads a request's JSON fields strictly, as the dialect's parameter checks do."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from probes.simulator.wechat.errors import ApiError, param_error

_TRADE_NO = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")


def read_json(body: bytes) -> Mapping[str, Any]:
    """The body as a JSON object. Raises :class:`ApiError` otherwise."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise ApiError(400, "PARAM_ERROR", "请求体不是合法的JSON") from None
    if not isinstance(content, dict):
        raise ApiError(400, "PARAM_ERROR", "请求体必须是JSON对象")
    return content


def text(content: Mapping[str, Any], field: str, *, most: int = 127, required: bool = True) -> str:
    """A text of at most ``most`` characters; ``field`` may be a path such as ``payer/openid``."""
    value = _at(content, field)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value):
        raise param_error(field, "为必填项", value)
    if len(value) > most:
        raise param_error(field, f"长度超过{most}", value)
    return value


def number(content: Mapping[str, Any], field: str, *, least: int = 1, most: int = 10**9) -> int:
    """A whole number in [least, most]."""
    value = _at(content, field)
    if isinstance(value, bool) or not isinstance(value, int):
        raise param_error(field, "必须是整数", value)
    if not least <= value <= most:
        raise param_error(field, f"取值范围为{least}到{most}", value)
    return value


def _at(content: Mapping[str, Any], field: str) -> Any:
    value: Any = content
    for name in field.split("/"):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def trade_no(content: Mapping[str, Any], field: str = "out_trade_no") -> str:
    """A merchant's order number: 6 to 32 letters, digits, ``_-|*``."""
    value = text(content, field, most=64)
    if not _TRADE_NO.fullmatch(value):
        raise param_error(field, "只能是6到32位的数字、大小写字母或_-|*", value)
    return value


def notify_url(content: Mapping[str, Any], *, required: bool) -> str:
    """An address for notifications: http(s), without a query."""
    value = text(content, "notify_url", most=256, required=required)
    if not value and not required:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise param_error("notify_url", "必须是不带参数的http或https地址", value)
    return value
