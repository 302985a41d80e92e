"""Which account somebody has here whom the provider vouches for, and which roles follow from his groups."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import Group, User
from django.db import transaction

from statuspage.entrance.models import ProvidedAccount
from statuspage.entrance.oidc.claims import Identity
from statuspage.entrance.roles import Role
from statuspage.logbook.deeds import note_deed
from statuspage.logbook.doers import Doer
from statuspage.logbook.models import DeedKind
from statuspage.logbook.values import changes_between, stored_values


class NoAccountError(Exception):
    """Somebody is who he says, and has no account here; the text says why, for the log."""


def roles_in(groups: frozenset[str], roles: Mapping[str, str]) -> frozenset[Role]:
    """The roles that the provider's groups stand for."""
    return frozenset(Role(roles[group]) for group in groups if group in roles)


@transaction.atomic
def account_of(
    who: Identity, *, issuer: str, roles: Mapping[str, str], makes: bool, now: datetime, by: Doer
) -> User:
    """The account of ``who``, linked or made where that is due, with the roles of his groups; logs changes.

    An account is linked to an identity by its name once, and only one without a password, which an owner made
    for that: else whoever may choose his name at the provider could take over another's.
    Raises NoAccountError.
    """
    given = roles_in(who.groups, roles)
    if roles and not given:
        raise NoAccountError(f"none of the groups of {who.name!r} stands for a role")
    link = ProvidedAccount.objects.filter(issuer=issuer, subject=who.subject).select_related("user").first()
    user = link.user if link is not None else _linked(who, issuer=issuer, makes=makes, now=now, by=by)
    if not user.is_active:
        raise NoAccountError(f"the account {user.username!r} is closed")
    if roles:
        _give(user, given, now=now, by=by)
    return user


def _linked(who: Identity, *, issuer: str, makes: bool, now: datetime, by: Doer) -> User:
    user = User.objects.filter(username=who.name).first()
    if user is not None:
        taken = user.has_usable_password() or ProvidedAccount.objects.filter(user=user).exists()
        if taken or user.is_superuser:
            raise NoAccountError(f"the account {who.name!r} is somebody else's")
    elif not makes:
        raise NoAccountError(f"there is no account {who.name!r}")
    else:
        user = User.objects.create_user(who.name, email=who.email)
        changes = changes_between(User, {}, stored_values(user))
        note_deed(DeedKind.ADDED, user, now=now, changes=changes, by=by)
    ProvidedAccount.objects.create(user=user, issuer=issuer, subject=who.subject, linked_at=now)
    return user


def _give(user: User, roles: frozenset[Role], *, now: datetime, by: Doer) -> None:
    before = stored_values(user)
    groups = dict(Group.objects.filter(name__in=list(Role)).values_list("name", "pk"))
    user.groups.remove(*(pk for name, pk in groups.items() if name not in roles))
    user.groups.add(*(pk for name, pk in groups.items() if name in roles))
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    changes = changes_between(User, before, stored_values(user))
    if changes:
        note_deed(DeedKind.CHANGED, user, now=now, changes=changes, by=by)
