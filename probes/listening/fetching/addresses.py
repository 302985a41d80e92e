"""Connects to public addresses only, checked when connecting, so that no name can point us inside."""

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpcore

MOST_ATTEMPTS = 3  # addresses of one host


class ForbiddenAddressError(httpcore.ConnectError):
    """A host whose address is not public, and which no setting allows."""


_GIVEN_OUT = IPv6Network("2000::/3")  # all that is global in IPv6; the rest is local, obsolete or unused
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also where IPv4 is wrapped in IPv6."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip not in _GIVEN_OUT and ip not in _NAT64:
        return False
    return all(part.is_global and not part.is_multicast for part in (ip, *_wrapped(ip)))


def _wrapped(ip: IPv4Address | IPv6Address) -> Iterable[IPv4Address]:
    if isinstance(ip, IPv4Address):
        return
    if ip.teredo:
        yield ip.teredo[1]
    if ip in _SIX_TO_FOUR:
        yield IPv4Address(int(ip) >> 80 & 0xFFFFFFFF)
    if ip in _NAT64:
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
        """A connection to ``host``, whose addresses share the ``timeout``; raises
        :class:`ForbiddenAddressError` where any of them is private."""
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
        tried = addresses[:MOST_ATTEMPTS]
        share = timeout / len(tried) if timeout and tried else timeout
        for address in tried:
            try:
                return self._inner.connect_tcp(address, port, share, local_address, socket_options)
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
