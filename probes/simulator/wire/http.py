"""HTTP/1.1 for pretended servers: reads a request, sends its reply, or misbehaves as it was asked to."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import h11

from probes.simulator.fates import AnswerForm, FatedAnswer, FatedFault, FaultKind
from probes.simulator.wire.streams import HANG_S, Stream, hold_open

BODY_LIMIT = 1 << 20
_DRIP_S = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRequest:
    """What was asked; ``target`` is path and query as they were signed, header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    vantage: str = ""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def host(self) -> str:
        return self.headers.get("host", "").partition(":")[0].lower()

    @property
    def content(self) -> dict[str, Any]:
        """The body as a JSON object; an empty one where it is none."""
        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerReply:
    """What is answered after ``delay_s`` seconds, or with ``fault`` how it is not."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    delay_s: float = 0.0
    fault: FaultKind | None = None


Handler: TypeAlias = Callable[[ServerRequest], Awaitable[ServerReply]]


def json_reply(
    status: int, content: Any, *, delay_s: float = 0.0, headers: tuple[tuple[str, str], ...] = ()
) -> ServerReply:
    """A reply of compact JSON."""
    body = b"" if content is None else json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    kind = (("Content-Type", "application/json; charset=utf-8"),)
    return ServerReply(status=status, headers=kind + headers, body=body, delay_s=delay_s)


def raw_reply(fate: FatedAnswer, *, headers: tuple[tuple[str, str], ...] = ()) -> ServerReply:
    """An answer as it stands, whatever was asked: of a proxy in between, or broken on its way."""
    said = fate.said
    kind = "text/html" if said.message.startswith("<") else "text/plain"
    if said.form is AnswerForm.MALFORMED:
        kind = "application/json"
    headers = (("Content-Type", f"{kind}; charset=utf-8"), *said.headers, *headers)
    return ServerReply(
        status=said.status, headers=headers, body=said.message.encode(), delay_s=fate.latency_s
    )


def no_reply(fate: FatedFault) -> ServerReply:
    """How a call is left without an answer; what breaks off does so within a second."""
    return ServerReply(fault=fate.kind, delay_s=min(fate.latency_s, 1.0))


@dataclass(slots=True)
class Conversation:
    """Requests and replies on one stream until either side ends it."""

    stream: Stream
    handler: Handler
    vantage: str = ""
    _http: h11.Connection = field(default_factory=lambda: h11.Connection(h11.SERVER))

    async def run(self) -> None:
        """Answer until the client leaves, a fault breaks off, or the client speaks no HTTP."""
        try:
            while (request := await self._request()) is not None:
                reply = await self.handler(request)
                if not await self._answer(request, reply):
                    return
                self._http.start_next_cycle()
        except (h11.RemoteProtocolError, h11.LocalProtocolError):
            with suppress(OSError):
                await self.stream.write(
                    b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                )
        except OSError:
            return
        finally:
            self.stream.close()

    async def _request(self) -> ServerRequest | None:
        head: h11.Request | None = None
        body = b""
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self.stream.read())
            elif isinstance(event, h11.Request):
                head = event
                if self._http.they_are_waiting_for_100_continue:
                    go_on = h11.InformationalResponse(status_code=100, headers=[])
                    await self.stream.write(self._http.send(go_on) or b"")
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > BODY_LIMIT:
                    return None
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return self._read(head, body)
            else:
                return None

    def _read(self, head: h11.Request, body: bytes) -> ServerRequest:
        return ServerRequest(
            method=head.method.decode("ascii"),
            target=head.target.decode("ascii", "replace"),
            headers={name.decode("ascii"): value.decode("latin-1") for name, value in head.headers},
            body=body,
            vantage=self.vantage,
        )

    async def _answer(self, request: ServerRequest, reply: ServerReply) -> bool:
        """Send the reply; False where the conversation is over."""
        if reply.fault is not None:
            await _MISBEHAVE[reply.fault](self, reply)
            return False
        if reply.delay_s > 0:
            await asyncio.sleep(reply.delay_s)
        headers = [*reply.headers, ("Server", "pretended")]
        if reply.status != 204:
            headers.append(("Content-Length", str(len(reply.body))))
        send = self._http.send
        reason = HTTPStatus(reply.status).phrase.encode("ascii")
        data = send(h11.Response(status_code=reply.status, headers=headers, reason=reason)) or b""
        if request.method != "HEAD" and reply.body and reply.status != 204:
            data += send(h11.Data(data=reply.body)) or b""
        data += send(h11.EndOfMessage()) or b""
        await self.stream.write(data)
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    async def _hang(self, reply: ServerReply) -> None:
        await hold_open(self.stream)

    async def _drip(self, reply: ServerReply) -> None:
        await self.stream.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n")
        for _ in range(int(HANG_S / _DRIP_S)):
            await asyncio.sleep(_DRIP_S)
            await self.stream.write(b" ")

    async def _break_off(self, reply: ServerReply) -> None:
        await asyncio.sleep(reply.delay_s)
        self.stream.abort()

    async def _garbage(self, reply: ServerReply) -> None:
        await asyncio.sleep(reply.delay_s)
        await self.stream.write(b"\x00\xfe\xff garbled \x15\x03 \r\n\r\n")

    async def _half(self, reply: ServerReply) -> None:
        await asyncio.sleep(reply.delay_s)
        await self.stream.write(b"HTTP/1.1 200 OK\r\nContent-Le")
        await asyncio.sleep(0.02)
        self.stream.abort()


# A client that has sent its request can no longer be refused or fail in DNS or TLS: it is cut off instead.
_MISBEHAVE: dict[FaultKind, Callable[[Conversation, ServerReply], Awaitable[None]]] = {
    FaultKind.HANG: Conversation._hang,
    FaultKind.DRIP: Conversation._drip,
    FaultKind.REFUSE: Conversation._break_off,
    FaultKind.DNS: Conversation._break_off,
    FaultKind.TLS: Conversation._break_off,
    FaultKind.GARBAGE: Conversation._garbage,
    FaultKind.RESET: Conversation._half,
}
