"""Who sends a form, as far as it must be known to keep one from speaking for many; it is not stored."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

NOWHERE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """``network`` is the address's /24 or /48; ``device`` what the browser says of itself."""

    network: str
    device: str

    def quota_key(self, now: datetime) -> str:
        """A name for the network that holds for an hour and tells nothing."""
        message = f"{now:%Y-%m-%dT%H}\0{self.network}"
        return hmac.digest(f"quota:{settings.SECRET_KEY}".encode(), message.encode(), "sha256").hex()[:32]


def caller_of(request: HttpRequest) -> Caller:
    """The network and device behind a request."""
    device = "\0".join(request.headers.get(name, "")[:300] for name in ("User-Agent", "Accept-Language"))
    return Caller(network=network_of(_address(request)), device=device)


def _address(request: HttpRequest) -> str:
    """The client's address: the last one that a trusted proxy wrote, or the connection's own.

    Every proxy appends to X-Forwarded-For whom it was asked by; what stands before the entries of our own
    proxies was written by the client and could be anything.
    """
    trusted = settings.TRUSTED_PROXIES
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    return hops[-trusted] if 0 < trusted <= len(hops) else str(request.META.get("REMOTE_ADDR", ""))


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


def comes_from_here(request: HttpRequest) -> bool:
    """Whether a form was sent from a page of this site, by what browsers tell and pages cannot forge.

    The form has no cookie, hence no CSRF token: what a foreign page could do with a visitor's browser is to
    file a report in his name. Browsers say in Sec-Fetch-Site or Origin where a form was; a program that sends
    neither has no visitor to misuse and meets the same limits.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    asked, own = f"{request.scheme}://{request.get_host()}", urlsplit(settings.SITE_URL)
    return origin in {asked, f"{own.scheme}://{own.netloc}", *settings.CSRF_TRUSTED_ORIGINS}
