"""Which addresses a stranger's name may lead to: public ones, so that no name can point us inside."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from probes.network.dialling import Guard
from probes.network.names import host_name, place_of

# Of one host; a name with hundreds would have us knock at hundreds of doors.
MOST_ADDRESSES = 3
# All that is global in IPv6; the rest is local, obsolete or unused.
_GIVEN_OUT = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")


class ForbiddenAddressError(OSError):
    """A host whose address is not public, and which no setting allows."""


def public_only(private_hosts: Iterable[str]) -> Guard:
    """The guard that raises :class:`ForbiddenAddressError` where any address of a host is private.

    ``private_hosts``, names or ``host:port`` pairs however they are spelled, may lead anywhere; ValueError
    where one of them is neither.
    """
    trusted = {private_host(entry) for entry in private_hosts}

    def guard(host: str, port: int, addresses: Sequence[str]) -> Sequence[str]:
        name = host_name(host)
        if trusted.isdisjoint({(name, None), (name, port)}):
            for address in addresses:
                if not is_public(address):
                    raise ForbiddenAddressError(f"{host} leads to {address}, which is not public")
        return addresses[:MOST_ADDRESSES]

    return guard


def private_host(entry: str) -> tuple[str, int | None]:
    """Host and port of an entry, no port where it has none; ValueError where it is no host."""
    try:
        return host_name(entry), None
    except ValueError:
        return place_of(entry)


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
