"""Whose account somebody may change, and which rights he may give: none that he has not himself."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db.models import Q, QuerySet


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


def groups_to_give(who: AbstractBaseUser | AnonymousUser) -> QuerySet[Group]:
    """The groups that ``who``, who may give any, may put others into: those that may do no more than he."""
    if not isinstance(who, User):
        return Group.objects.none()
    if who.is_superuser:
        return Group.objects.all()
    own = Permission.objects.filter(Q(user=who) | Q(group__user=who))
    return Group.objects.exclude(permissions__in=Permission.objects.exclude(pk__in=own.values("pk")))
