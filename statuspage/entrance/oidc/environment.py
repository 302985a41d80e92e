"""Reads the settings of an OpenID provider, each and all together."""

from importlib.util import find_spec
from urllib.parse import urlsplit

import msgspec

from statuspage.environment import ROLES, web_address

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def issuer(raw: str) -> str:
    """A provider's address, over https unless it is on this machine; may be empty."""
    address = web_address(raw)
    parts = urlsplit(address)
    if address and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ValueError("expected an address that begins with https://")
    return address


def roles_of_groups(raw: str) -> dict[str, str]:
    """Which of the provider's groups stands for which role, as JSON."""
    try:
        roles = msgspec.json.decode(raw, type=dict[str, str])
    except msgspec.DecodeError as error:
        raise ValueError('expected a JSON object such as {"payments-oncall": "operator"}') from error
    if unknown := {*roles.values()} - ROLES:
        raise ValueError(
            f"there is no role {', '.join(sorted(unknown))}: expected {', '.join(sorted(ROLES))}"
        )
    return roles


def who_vouches(raw: str) -> str:
    """Whose second factor counts for who comes from the provider: ours, or the provider's own."""
    if raw not in {"here", "provider"}:
        raise ValueError("expected here or provider")
    return raw


def oidc_problems(
    *,
    issuer: str,
    client: str,
    client_secret: str,
    roles: dict[str, str],
    makes_users: bool,
    password_login: bool,
) -> dict[str, str]:
    """What is wrong with the settings taken together, by variable."""
    if not issuer:
        missing = "PASSWORD_LOGIN=0: without OIDC_ISSUER nobody could log in"
        return {} if password_login else {"PASSWORD_LOGIN": missing}
    found = {}
    if find_spec("joserfc") is None:
        found["OIDC_ISSUER"] = "OIDC_ISSUER: the extra is not installed: pip install 'fogbreak[oidc]'"
    for name, given in {"OIDC_CLIENT_ID": client, "OIDC_CLIENT_SECRET": client_secret}.items():
        if not given:
            found[name] = f"{name} is not set, and OIDC_ISSUER is"
    if makes_users and not roles:
        found["OIDC_ROLES"] = "OIDC_ROLES is not set: OIDC_CREATE_USERS=1 would make users without a role"
    return found
