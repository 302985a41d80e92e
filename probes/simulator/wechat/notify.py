"""Notifications of payments: sealed, signed and posted to merchants that are on this machine."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import h11

from probes.simulator.wechat.orders import Order
from probes.simulator.wechat.payments import in_china, transaction_of
from probes.simulator.wechat.signing import sealed, signed_headers
from probes.simulator.wire.keys import KeyRing

_LOCAL = {"127.0.0.1", "localhost"}
_TRIES_AFTER_S = (0.0, 0.5, 2.0)
_PATIENCE_S = 5.0


class Notifier:
    """Tells merchants that they were paid; tries again until one acknowledges by 200 or 204."""

    def __init__(self, keys: KeyRing, clock: Callable[[], datetime]) -> None:
        self._keys, self._clock = keys, clock
        self._running: set[asyncio.Task[None]] = set()

    def tell_paid(self, order: Order, now: datetime) -> None:
        """Post the payment to the order's ``notify_url``; other machines than this one are never asked."""
        url = urlsplit(order.notify_url)
        if url.scheme != "http" or url.hostname not in _LOCAL:
            return
        body = json.dumps(self._paid(order, now), ensure_ascii=False).encode()
        task = asyncio.get_running_loop().create_task(self._deliver(order.notify_url, body))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _paid(self, order: Order, now: datetime) -> dict[str, Any]:
        transaction = json.dumps(transaction_of(order), ensure_ascii=False)
        return {
            "id": f"EV-{order.transaction_id}",
            "create_time": in_china(now),
            "event_type": "TRANSACTION.SUCCESS",
            "resource_type": "encrypt-resource",
            "summary": "支付成功",
            "resource": {"original_type": "transaction", **sealed(transaction, "transaction", self._keys)},
        }

    async def _deliver(self, url: str, body: bytes) -> None:
        for wait_s in _TRIES_AFTER_S:
            await asyncio.sleep(wait_s)
            headers = signed_headers(body, self._keys, self._clock().timestamp())
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    if await _post(url, headers, body) in {200, 204}:
                        return
            except (OSError, TimeoutError, h11.RemoteProtocolError):
                continue


async def _post(url: str, headers: tuple[tuple[str, str], ...], body: bytes) -> int:
    parts = urlsplit(url)
    port = parts.port or 80
    reader, writer = await asyncio.open_connection(parts.hostname, port)
    try:
        http = h11.Connection(h11.CLIENT)
        head = [
            ("Host", f"{parts.hostname}:{port}"),
            ("Content-Type", "application/json; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
            *headers,
        ]
        request = h11.Request(method="POST", target=parts.path or "/", headers=head)
        writer.write((http.send(request) or b"") + (http.send(h11.Data(data=body)) or b""))
        writer.write(http.send(h11.EndOfMessage()) or b"")
        await writer.drain()
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                http.receive_data(await reader.read(65536))
            elif isinstance(event, h11.Response):
                return event.status_code
            elif not isinstance(event, h11.InformationalResponse):
                return 0
    finally:
        writer.close()
