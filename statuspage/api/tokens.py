"""Makes tokens and recognises them: a token is shown once, and only its hash is kept."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q

from statuspage.api.models import ApiToken, Scope
from statuspage.digests import digest_of

PREFIX = "fb_"
SHOWN = 9
USE_NOTED_EVERY = timedelta(minutes=1)
# Who may write these in the admin may let a program write them.
NEEDED = {
    Scope.INCIDENTS: ("incidents.add_incident", "incidents.change_incident"),
    Scope.MAINTENANCE: ("incidents.add_maintenance", "incidents.change_maintenance"),
    Scope.ANNOUNCEMENTS: ("incidents.add_announcement", "incidents.change_announcement"),
}


def make_token(
    *,
    name: str,
    scopes: list[Scope],
    owner: AbstractBaseUser,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A new token's row, and the token itself, which is nowhere else."""
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        name=name,
        start=secret[:SHOWN],
        digest=digest_of(secret),
        scopes=[scope.value for scope in scopes],
        owner_id=owner.pk,
        created_at=now,
        expires_at=expires_at,
    )
    return row, secret


def find_token(secret: str, *, now: datetime) -> ApiToken | None:
    """The row of a token that is valid at ``now``, whose owner may still enter the admin."""
    row = (
        ApiToken.objects.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=now),
            digest=digest_of(secret),
            revoked=False,
            owner__is_active=True,
            owner__is_staff=True,
        )
        .select_related("owner")
        .first()
    )
    if row is not None and (row.used_at is None or now - row.used_at > USE_NOTED_EVERY):
        ApiToken.objects.filter(pk=row.pk).update(used_at=now)
    return row


def may_write(token: ApiToken, scope: Scope) -> bool:
    """Whether a token was given the scope and its owner may still write that himself."""
    return scope.value in token.scopes and token.owner.has_perms(NEEDED[scope])
