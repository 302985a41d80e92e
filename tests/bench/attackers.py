"""What strangers do to a web server, in a process of their own: ``python -m tests.bench.attackers``."""

import argparse
import asyncio
import itertools
import re
import resource
import socket
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import uvloop

# So many addresses they come from; readers who mean no harm have another one.
ADDRESSES = [f"127.0.0.{number}" for number in range(2, 6)]
DRIP_S = 1.0
# Whoever was sent away comes back after so long.
BACK_S = 1.0
HOST = b"Host: 127.0.0.1\r\n"
GIGABYTE = 10**9
# All who pour have one line of a gigabit. Without it they pour at the speed of memory, and nginx reads what
# it throws away for as long as more is there already, whoever else waits.
LINE_BYTES_S = 125_000_000
CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
FORM = b"name=x&message=" + b"y" * 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to, and what a login needs: the cookie and the token of a form that was fetched before."""

    port: int
    cookie: str = ""
    token: str = ""

    async def connected(self, address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection from ``address``."""
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0))


Attack = Callable[[Target, str], Awaitable[None]]


async def _drip(target: Target, address: str, head: bytes) -> None:
    reader, writer = await target.connected(address)
    try:
        writer.write(head)
        while not reader.at_eof():
            with suppress(TimeoutError):
                async with asyncio.timeout(DRIP_S):
                    await reader.read(65536)
            if not writer.is_closing():
                writer.write(b"x")
    finally:
        writer.close()
    await asyncio.sleep(BACK_S)


async def heads(target: Target, address: str) -> None:
    """A head that comes a byte a second."""
    await _drip(target, address, b"GET / HTTP/1.1\r\n" + HOST + b"X-Long: ")


async def bodies(target: Target, address: str) -> None:
    """A form whose body comes a byte a second."""
    await _drip(target, address, b"POST /report/ HTTP/1.1\r\n" + HOST + b"Content-Length: 60000\r\n\r\n")


async def readers(target: Target, address: str) -> None:
    """The page ten times over, and none of it read."""
    loop = asyncio.get_running_loop()
    with socket.socket() as caller:
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        caller.setblocking(False)
        caller.bind((address, 0))
        await loop.sock_connect(caller, ("127.0.0.1", target.port))
        await loop.sock_sendall(caller, (b"GET / HTTP/1.1\r\n" + HOST + b"\r\n") * 10)
        await asyncio.sleep(20)


async def _asked(target: Target, address: str, request: bytes) -> None:
    reader, writer = await target.connected(address)
    try:
        writer.write(request)
        await reader.read(-1)
    finally:
        writer.close()


def _form(path: bytes, body: bytes, *more: bytes) -> bytes:
    head = (b"POST %s HTTP/1.1" % path, HOST.strip(), b"Connection: close", *more)
    length = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d" % len(body)
    return b"\r\n".join((*head, length, b"", body))


async def forms(target: Target, address: str) -> None:
    """Reports, one after the other."""
    await _asked(target, address, _form(b"/report/?on=fenfu-qr&what=failed", FORM))


async def logins(target: Target, address: str) -> None:
    """Wrong passwords, one after the other."""
    body = f"csrfmiddlewaretoken={target.token}&username=root&password=guess".encode()
    cookie = f"Cookie: csrftoken={target.cookie}".encode()
    await _asked(target, address, _form(b"/admin/login/", body, cookie))


async def announced(target: Target, address: str) -> None:
    """A body of a gigabyte, announced and begun."""
    head = b"POST /only-me/ HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % GIGABYTE
    await _poured(target, address, head, b"x" * 0x10000)


async def chunked(target: Target, address: str) -> None:
    """A body of a gigabyte in chunks."""
    head = b"POST /only-me/ HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    await _poured(target, address, head, CHUNK)


async def _poured(target: Target, address: str, head: bytes, part: bytes) -> None:
    reader, writer = await target.connected(address)
    try:
        writer.write(head)
        for _ in range(GIGABYTE // len(part)):
            if reader.at_eof() or writer.is_closing():
                return
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(len(part) * POURERS / LINE_BYTES_S)
    finally:
        writer.close()


# Who holds connections does it with all of them; a few are enough to pour and flood as fast as they can.
HOLDING: dict[str, Attack] = {"heads": heads, "bodies": bodies, "readers": readers}
POURING: dict[str, Attack] = {"forms": forms, "logins": logins, "announced": announced, "chunked": chunked}
ATTACKS = HOLDING | POURING
POURERS = 64


def target_at(port: int) -> Target:
    """The server at ``port``, with what its form for logins gave."""
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/admin/login/") as reply:
        cookie = re.search(r"csrftoken=([^;]+)", reply.headers.get("Set-Cookie", ""))
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', reply.read().decode())
        if cookie and token:
            return Target(port=port, cookie=cookie[1], token=token[1])
    return Target(port=port)


async def assault(target: Target, kinds: Iterator[str], *, connections: int, seconds: float) -> None:
    """Let so many connections do it again and again; tells on standard output once all have begun."""
    ends = asyncio.get_running_loop().time() + seconds
    begun: set[int] = set()
    callers = [
        asyncio.create_task(_keep_at_it(ATTACKS[kind], target, number, begun, ends))
        for number, kind in zip(range(connections), kinds, strict=False)
    ]
    with suppress(TimeoutError):
        async with asyncio.timeout(10):
            while len(begun) < connections:
                await asyncio.sleep(0.05)
    print("begun", flush=True)
    await asyncio.wait(callers, timeout=max(0.0, ends - asyncio.get_running_loop().time()))


async def _keep_at_it(attack: Attack, target: Target, number: int, begun: set[int], ends: float) -> None:
    address = ADDRESSES[number % len(ADDRESSES)]
    loop = asyncio.get_running_loop()
    while loop.time() < ends:
        begun.add(number)
        try:
            await attack(target, address)
        except OSError:
            await asyncio.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=[*ATTACKS, "all"])
    parser.add_argument("port", type=int)
    parser.add_argument("--connections", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=10.0)
    chosen = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    target = target_at(chosen.port)
    wanted = chosen.connections if chosen.kind in {*HOLDING, "all"} else min(POURERS, chosen.connections)
    # Of all at once one in forty pours or floods.
    kinds = itertools.cycle([*POURING, *[*HOLDING] * 52] if chosen.kind == "all" else [chosen.kind])
    uvloop.run(assault(target, kinds, connections=wanted, seconds=chosen.seconds))


if __name__ == "__main__":
    main()
