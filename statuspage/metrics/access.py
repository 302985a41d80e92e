"""Who may read the metrics: everybody, or who has the token or comes from a network, where these are set."""

from collections.abc import Sequence
from enum import StrEnum
from ipaddress import ip_address, ip_network

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from statuspage.networks import address_behind


class MayNotRead(StrEnum):
    """Why somebody may not read them, as he is told."""

    TOKEN = "expected the header Authorization: Bearer TOKEN with the token that METRICS_TOKEN sets\n"
    NETWORK = "expected to be asked from a network that METRICS_NETWORKS lists\n"


def refusal(request: HttpRequest, *, token: str, networks: Sequence[str]) -> MayNotRead | None:
    """Why this request is refused; None where it is answered. One of the two suffices where both are set."""
    if not (token or networks):
        return None
    if token and _bears(request, token):
        return None
    if networks and _comes_from(address_behind(request), networks):
        return None
    return MayNotRead.TOKEN if token else MayNotRead.NETWORK


def _bears(request: HttpRequest, token: str) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and constant_time_compare(given.strip(), token)


def _comes_from(address: str, networks: Sequence[str]) -> bool:
    try:
        known = ip_address(address.strip("[]"))
    except ValueError:
        return False
    mapped = getattr(known, "ipv4_mapped", None) or known
    return any(mapped in ip_network(network) for network in networks)
