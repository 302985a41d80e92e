"""Who sends a form, as far as it must be known to keep one from speaking for many; it is not stored."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from statuspage.networks import network_behind, provider_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """``network`` is the address's /24 or /48; ``device`` what the browser says of itself."""

    network: str
    device: str

    def quota_key(self, now: datetime) -> str:
        """A name for the network that holds for an hour and tells nothing."""
        return _hourly_name(self.network, now)

    def provider_quota_key(self, now: datetime) -> str | None:
        """The same for the /32 that an IPv6 network belongs to; None where it is IPv4."""
        provider = provider_of(self.network)
        return None if provider is None else _hourly_name(provider, now)


def _hourly_name(network: str, now: datetime) -> str:
    message = f"{now:%Y-%m-%dT%H}\0{network}"
    return hmac.digest(f"quota:{settings.SECRET_KEY}".encode(), message.encode(), "sha256").hex()[:32]


def caller_of(request: HttpRequest) -> Caller:
    """The network and device behind a request."""
    device = "\0".join(request.headers.get(name, "")[:300] for name in ("User-Agent", "Accept-Language"))
    return Caller(network=network_behind(request), device=device)


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
