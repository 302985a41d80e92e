"""The simulator's ports: one with TLS per vantage, a CONNECT proxy, the public sites, and its own door."""

import asyncio
import ssl
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from probes.simulator.alipay import Alipay
from probes.simulator.cards import CardGateway
from probes.simulator.cast import ALIPAY_HOST, CARD_HOST, CONTROL_HOSTS, UNIONPAY_HOST, WECHAT_HOST
from probes.simulator.control_host import ControlHost
from probes.simulator.fates import FaultKind
from probes.simulator.iso8583 import Iso8583Host
from probes.simulator.line import fault_of_line
from probes.simulator.sites import Sites
from probes.simulator.steering import Steering
from probes.simulator.wechat.notify import Notifier
from probes.simulator.wechat.wechat_pay import WechatPay
from probes.simulator.wire.http import Conversation, Handler, ServerReply, ServerRequest, json_reply
from probes.simulator.wire.keys import KeyRing
from probes.simulator.wire.streams import PlainStream, Stream, TlsStream, hold_open
from probes.simulator.world import World

Talk: TypeAlias = Coroutine[Any, Any, None]
_HELLO_S = 30.0
_LONGEST_HEAD = 16384


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where the simulator listens on 127.0.0.1, a port for each vantage among them; 0 asks for a free one."""

    vantages: Mapping[str, int]
    control: int = 0
    proxy: int = 0
    sites: int = 0


class Simulator:
    """A running world: :meth:`start`, use :attr:`ports`, :meth:`stop`."""

    def __init__(self, world: World, keys: KeyRing, clock: Callable[[], datetime]) -> None:
        self._world, self._clock = world, clock
        self._tls = keys.server_context()
        self.wechat = WechatPay(world, keys, clock, Notifier(keys, clock))
        control = ControlHost(world, clock).handle
        self._hosts: dict[str, Handler] = {
            WECHAT_HOST: self.wechat.handle,
            ALIPAY_HOST: Alipay(world, keys, clock).handle,
            CARD_HOST: CardGateway(world, clock).handle,
            UNIONPAY_HOST: Iso8583Host(world, keys, clock).handle,
            **dict.fromkeys(CONTROL_HOSTS, control),
        }
        self._sites = Sites(world, clock)
        self._steering = Steering(world, self.wechat, clock, clock())
        self._servers: list[asyncio.Server] = []
        self._talks: set[asyncio.Task[None]] = set()
        self.ports = Ports(vantages={})

    async def start(self, ports: Ports) -> Ports:
        """Listen; gives the ports with those that were free. Raises ``OSError`` where one is taken."""
        vantages = {
            name: await self._listen(port, partial(self._tls_talk, vantage=name))
            for name, port in ports.vantages.items()
        }
        proxied = next(iter(ports.vantages), "")
        self.ports = Ports(
            vantages=vantages,
            control=await self._listen(ports.control, self._plain(self._steering.handle)),
            proxy=await self._listen(ports.proxy, lambda stream: self._proxy_talk(stream, proxied)),
            sites=await self._listen(ports.sites, self._plain(self._sites.handle)),
        )
        return self.ports

    async def stop(self) -> None:
        """Stop listening and break off every conversation."""
        for server in self._servers:
            server.close()
        for talk in list(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        self._servers.clear()

    async def _listen(self, port: int, talk: Callable[[PlainStream], Talk]) -> int:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            if task is not None:
                self._talks.add(task)
                task.add_done_callback(self._talks.discard)
            stream = PlainStream(reader, writer)
            try:
                await talk(stream)
            except (OSError, ssl.SSLError, TimeoutError, asyncio.IncompleteReadError):
                stream.abort()
            except asyncio.CancelledError:
                # Only stop() cancels, and asyncio would complain of every conversation that it broke off.
                stream.abort()
            finally:
                stream.close()

        server = await asyncio.start_server(accept, "127.0.0.1", port, backlog=512)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    def _plain(self, handler: Handler) -> Callable[[PlainStream], Talk]:
        return lambda stream: Conversation(stream, handler).run()

    async def _tls_talk(self, below: Stream, vantage: str) -> None:
        stream = TlsStream(below, self._tls)
        async with asyncio.timeout(_HELLO_S):
            if not await stream.hello():
                return
            fault = await stream.handshake(
                lambda host: fault_of_line(self._world, vantage, host, self._clock())
            )
        if fault is None:
            await Conversation(stream, self._route, vantage).run()
        else:
            await _fail(below, fault)

    async def _proxy_talk(self, below: PlainStream, vantage: str) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            data = await below.read()
            head += data
            if not data or len(head) > _LONGEST_HEAD:
                return
        words = head.partition(b"\r\n")[0].split()
        if len(words) != 3 or words[0] != b"CONNECT":
            await below.write(
                b"HTTP/1.1 405 Method Not Allowed\r\nAllow: CONNECT\r\nContent-Length: 0\r\n\r\n"
            )
            return
        await below.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self._tls_talk(below, vantage)

    async def _route(self, request: ServerRequest) -> ServerReply:
        handler = self._hosts.get(request.host)
        if handler is None:
            return json_reply(421, {"code": "NO_SUCH_HOST", "message": f"nobody is called {request.host}"})
        return await handler(request)


async def _fail(below: Stream, fault: FaultKind) -> None:
    if fault.hangs:
        await hold_open(below)
    elif fault is FaultKind.TLS:
        await below.write(b"this is no TLS\r\n")
    else:
        below.abort()
