"""Who vouches for people: what its discovery says, and the three requests that the code flow makes of it.

OpenID Connect Core 1.0 (code flow), Discovery 1.0, PKCE (RFC 7636). The addresses are the operator's own
setting or follow from it, so they may lie inside; each request has a limit of time and size, and no redirect
is followed.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import msgspec
from django.conf import settings

TIMEOUT_S, LARGEST = 8.0, 256 * 1024
SCOPES = "openid profile email"


class ProviderError(Exception):
    """The provider did not do what it should; the text says what, for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where the provider is asked what."""

    authorization: str
    token: str
    keys: str
    userinfo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFlow:
    """What one attempt to log in is known by: only who began it, and only once, ends it."""

    state: str
    nonce: str
    verifier: str


def discover() -> Endpoints:
    """What the provider says of itself; raises ProviderError where that is not of the issuer that is set."""
    issuer = settings.OIDC_ISSUER
    said = _asked("GET", f"{issuer}/.well-known/openid-configuration")
    if str(said.get("issuer", "")).rstrip("/") != issuer:
        raise ProviderError(f"discovery is of the issuer {said.get('issuer')!r}, not of {issuer!r}")
    return Endpoints(
        authorization=_endpoint(said, "authorization_endpoint"),
        token=_endpoint(said, "token_endpoint"),
        keys=_endpoint(said, "jwks_uri"),
        userinfo=_endpoint(said, "userinfo_endpoint") if said.get("userinfo_endpoint") else "",
    )


def authorization_address(endpoints: Endpoints, attempt: CodeFlow, *, back: str) -> str:
    """Where somebody is sent to show who he is."""
    digest = hashlib.sha256(attempt.verifier.encode()).digest()
    values = {
        "response_type": "code",
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": back,
        "scope": SCOPES,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    joint = "&" if urlsplit(endpoints.authorization).query else "?"
    return f"{endpoints.authorization}{joint}{urlencode(values)}"


def tokens_for(code: str, endpoints: Endpoints, attempt: CodeFlow, *, back: str) -> tuple[str, str]:
    """The ID token and the access token (perhaps empty) that a code is good for."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": attempt.verifier,
    }
    given = _asked("POST", endpoints.token, form=form)
    if not isinstance(given.get("id_token"), str):
        raise ProviderError("the answer for the code has no id_token")
    return given["id_token"], str(given.get("access_token") or "")


def keys_of(endpoints: Endpoints) -> dict[str, Any]:
    """The keys that the provider signs by, as a JSON Web Key Set."""
    return _asked("GET", endpoints.keys)


def userinfo_of(endpoints: Endpoints, access_token: str) -> dict[str, Any]:
    """What the provider tells beside the ID token; nothing where it has no such endpoint."""
    if not (endpoints.userinfo and access_token):
        return {}
    return _asked("GET", endpoints.userinfo, bearer=access_token)


def _endpoint(said: dict[str, Any], name: str) -> str:
    address = said.get(name)
    secure = urlsplit(settings.OIDC_ISSUER).scheme == "https"
    if not isinstance(address, str) or urlsplit(address).scheme not in (
        {"https"} if secure else {"https", "http"}
    ):
        raise ProviderError(f"discovery has no {name} that can be used: {address!r}")
    return address


def _asked(
    method: str, address: str, *, form: dict[str, str] | None = None, bearer: str = ""
) -> dict[str, Any]:
    headers = {"Accept": "application/json", **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
    auth = (settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET) if form is not None else None
    try:
        with (
            httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client,
            client.stream(method, address, data=form, headers=headers, auth=auth) as answer,
        ):
            body = b""
            for part in answer.iter_bytes():
                body += part
                if len(body) > LARGEST:
                    raise ProviderError(f"{address} answers with more than {LARGEST} bytes")
    except httpx.HTTPError as error:
        raise ProviderError(f"{address}: {type(error).__name__}: {error}") from error
    if answer.status_code != 200:
        raise ProviderError(f"{address} answers with {answer.status_code}")
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProviderError(f"{address} answers with no JSON object: {error}") from error
