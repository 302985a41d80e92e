"""Which network a request comes from: as much of an address as may be kept."""

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

NOWHERE = "-"


def network_behind(request: HttpRequest) -> str:
    """The network of the client of a request, as :func:`network_of` names it."""
    return network_of(address_behind(request))


def address_behind(request: HttpRequest) -> str:
    """The client's address: the last one that a trusted proxy wrote, or the connection's own.

    Every proxy appends to X-Forwarded-For whom it was asked by; what stands before the entries of our own
    proxies was written by the client and could be anything.
    """
    trusted = settings.TRUSTED_PROXIES
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    return hops[-trusted] if 0 < trusted <= len(hops) else str(request.META.get("REMOTE_ADDR", ""))


def provider_of(network: str) -> str | None:
    """The /32 of an IPv6 network, as much as whoever runs many networks is given; None for all others."""
    if ":" not in network:
        return None
    return str(IPv6Network(network).supernet(new_prefix=32))


def network_of(address: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one; all that is no address is one network."""
    try:
        parsed = ip_address(address.strip("[]"))
    except ValueError:
        return NOWHERE
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(IPv6Network((parsed, 48), strict=False))
        parsed = parsed.ipv4_mapped
    return str(IPv4Network((parsed, 24), strict=False))
