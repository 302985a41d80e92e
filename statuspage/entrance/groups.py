"""Keeps the groups of the roles as the table of roles says, whenever tables are migrated."""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.models import Group, Permission

from statuspage.entrance.roles import Role, permissions_of


def keep_roles(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """After the last application was migrated, for only then all permissions are there."""
    if sender is [each for each in apps.get_app_configs() if each.models_module][-1]:
        follow_table(using=using)


def follow_table(*, using: str = "default") -> None:
    """Give each role's group what the table says, and take what it does not; in a handful of queries."""
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.using(using).values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    own = Group.objects.using(using)
    there = set(own.values_list("name", flat=True))
    own.bulk_create([Group(name=role.value) for role in Role if role.value not in there])
    groups = {group.name: group.pk for group in own.filter(name__in=list(Role))}
    given = Group.permissions.through._default_manager.using(using)
    held = set(given.filter(group__in=groups.values()).values_list("group_id", "permission_id"))
    wanted = {
        (groups[role.value], known[name]) for role in Role for name in permissions_of(role) & known.keys()
    }
    given.bulk_create(
        [Group.permissions.through(group_id=group, permission_id=right) for group, right in wanted - held],
        ignore_conflicts=True,
    )
    for group in groups.values():
        surplus = [right for of, right in held - wanted if of == group]
        if surplus:
            given.filter(group_id=group, permission_id__in=surplus).delete()
