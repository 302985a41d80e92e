"""Whether an ID token is what it claims to be, and what it says of somebody."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

# Signed by the provider's own key: a secret that both know, or no signature at all, will not do.
ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
)
LEEWAY_S = 60


class ClaimsError(Exception):
    """A token is not to be believed; the text says why, for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody, as the provider knows him; ``subject`` alone never changes."""

    subject: str
    name: str
    email: str
    groups: frozenset[str]


def checked(
    token: str, keys: dict[str, Any], *, issuer: str, client: str, nonce: str, now: datetime
) -> dict[str, Any]:
    """The claims of an ID token by the rules of OpenID Connect Core 3.1.3.7; raises ClaimsError.

    Signature by one of ``keys``, issuer, audience (and authorised party), times and nonce must be right.
    """
    # Here, since a site without a provider need not have it.
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet, KeySetSerialization

    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_S,
        iss={"essential": True, "values": [issuer, f"{issuer}/"]},
        aud={"essential": True, "value": client},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        ring = KeySet.import_key_set(cast(KeySetSerialization, keys))
        claims: dict[str, Any] = jwt.decode(token, ring, algorithms=list(ALGORITHMS)).claims
        registry.validate(claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ClaimsError(f"{type(error).__name__}: {error}") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client) != client:
        raise ClaimsError(f"it was given to {claims.get('azp')!r}, not to us")
    return claims


def identity_of(claims: dict[str, Any], *, name_claim: str, groups_claim: str) -> Identity:
    """Who the claims speak of; raises ClaimsError where they do not say."""
    subject, name = claims.get("sub"), claims.get(name_claim)
    if not (isinstance(subject, str) and 0 < len(subject) <= 255):
        raise ClaimsError("the claim 'sub' names nobody")
    if not (isinstance(name, str) and 0 < len(name) <= 150 and name.isprintable()):
        raise ClaimsError(f"the claim {name_claim!r} is no name")
    # As accounts are called, or a name in other letters would be new and yet taken.
    name = unicodedata.normalize("NFKC", name)
    if len(name) > 150:
        raise ClaimsError(f"the claim {name_claim!r} is too long")
    email, groups = claims.get("email"), claims.get(groups_claim)
    named = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    return Identity(
        subject=subject,
        name=name,
        email=email if isinstance(email, str) and len(email) <= 254 else "",
        groups=frozenset(one for one in named if isinstance(one, str)),
    )
