"""Whose account somebody may change: who sets another's password can do all that the other may."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db.models import Q


def may_change(who: AbstractBaseUser | AnonymousUser, user: User | None) -> bool:
    """Whether ``who``, who may change users at all, may change ``user``: one who may do no more than he."""
    if user is None or (isinstance(who, User) and who.is_superuser):
        return True
    if user.is_superuser or not isinstance(who, User):
        return False
    # Asked of one who is not active it would be nothing; he may become active.
    theirs = Permission.objects.filter(Q(user=user) | Q(group__user=user)).distinct()
    named = theirs.values_list("content_type__app_label", "codename")
    return who.has_perms([f"{app}.{codename}" for app, codename in named])
