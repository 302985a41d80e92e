"""Connects to public addresses only, checked when connecting, so that no name can point us inside."""

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

import httpcore


class ForbiddenAddressError(httpcore.ConnectError):
    """A host whose address is not public, and which no setting allows."""


_SIX_TO_FOUR, _NAT64 = 0x2002, 0x64FF9B


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also where IPv4 is wrapped in IPv6."""
    ip = ip_address(address.partition("%")[0])
    return all(part.is_global and not part.is_multicast for part in (ip, *_wrapped(ip)))


def _wrapped(ip: IPv4Address | IPv6Address) -> Iterable[IPv4Address]:
    if isinstance(ip, IPv4Address):
        return
    if ip.ipv4_mapped:
        yield ip.ipv4_mapped
    if ip.teredo:
        yield ip.teredo[1]
    if int(ip) >> 112 == _SIX_TO_FOUR:
        yield IPv4Address(int(ip) >> 80 & 0xFFFFFFFF)
    if int(ip) >> 96 == _NAT64:
        yield IPv4Address(int(ip) & 0xFFFFFFFF)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves a host itself and connects to the very address that it checked.

    ``private_hosts`` are the names or ``host:port`` pairs that may lead to a private address.
    """

    def __init__(self, private_hosts: Iterable[str] = ()) -> None:
        self._allowed = frozenset(host.lower() for host in private_hosts)
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to ``host``; raises :class:`ForbiddenAddressError` where any of its addresses is
        private."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host}: {error}") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self._allowed & {host.lower(), f"{host.lower()}:{port}"}:
            for address in addresses:
                if not is_public(address):
                    raise ForbiddenAddressError(f"{host} leads to {address}, which is not public")
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in addresses[:3]:
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host}: no address")

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Refused: a source is never a file of this machine."""
        raise ForbiddenAddressError("a Unix socket is no source")

    def sleep(self, seconds: float) -> None:
        """As the transport asks between its own attempts."""
        self._inner.sleep(seconds)
