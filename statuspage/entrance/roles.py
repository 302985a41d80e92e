"""Who may do what: four roles, each of which may all that the ones before it may, as one table of models.

The roles are groups, which follow this table at each migration: for another cut an owner makes a group.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What somebody is here for; also the name of the group."""

    VIEWER = "viewer"
    ANNOUNCER = "announcer"
    OPERATOR = "operator"
    OWNER = "owner"


LABELS: dict[Role, Promise] = {
    Role.VIEWER: _("viewer: sees everything, changes nothing"),
    Role.ANNOUNCER: _("announcer: announcements, planned work, a word on incidents"),
    Role.OPERATOR: _("operator: incidents, sources, reports, pausing what is watched"),
    Role.OWNER: _("owner: everything, also users, tokens and the catalog"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The least role that may see rows of a model, and write them; None stands for nobody by a role."""

    see: Role | None = Role.VIEWER
    write: Role | None = None

    def least(self, verb: str) -> Role | None:
        """The least role for one of Django's verbs."""
        return self.see if verb == "view" else self.write


SEEN = Access()
HIDDEN = Access(see=None)
ANNOUNCED = Access(write=Role.ANNOUNCER)
OPERATED = Access(write=Role.OPERATOR)
OWNED = Access(write=Role.OWNER)

TABLE: dict[str, Access] = {
    "incidents.announcement": ANNOUNCED,
    "incidents.maintenance": ANNOUNCED,
    "incidents.maintenanceupdate": ANNOUNCED,
    "incidents.maintenanceseries": ANNOUNCED,
    "drafting.wordtemplate": ANNOUNCED,
    "incidents.incidentupdate": ANNOUNCED,
    "incidents.incident": OPERATED,
    "incidents.componentstatus": OPERATED,
    "incidents.publishingpolicy": OPERATED,
    "monitoring.report": OPERATED,
    "monitoring.source": OPERATED,
    "monitoring.coderule": OPERATED,
    "monitoring.usualpage": OPERATED,
    "outside.sender": OPERATED,
    "outside.senderrule": OPERATED,
    "outside.pushtoken": OPERATED,
    "monitoring.componentgroup": OWNED,
    "monitoring.component": OWNED,
    "monitoring.persona": OWNED,
    "monitoring.vantage": OWNED,
    "monitoring.endpoint": OWNED,
    "monitoring.probe": OWNED,
    "api.apitoken": OWNED,
    "auth.user": OWNED,
    "auth.group": OWNED,
    # What was measured, concluded and sent, and the log: nobody edits it.
    "logbook.deed": SEEN,
    "monitoring.unmappedanswer": SEEN,
    "monitoring.voices": SEEN,
    "monitoring.checkresult": SEEN,
    "monitoring.checkblock": SEEN,
    "monitoring.minutecounts": SEEN,
    "monitoring.rollup": SEEN,
    "monitoring.checktotal": SEEN,
    "monitoring.durationtotal": SEEN,
    "monitoring.progress": SEEN,
    "metrics.siteprocess": HIDDEN,
    "metrics.sitetotal": HIDDEN,
    "metrics.tasksuccess": HIDDEN,
    "monitoring.dispatch": SEEN,
    "outside.sentsignal": SEEN,
    "outside.signalnotice": SEEN,
    "outside.sendertotal": SEEN,
    "incidents.maintenancenotice": SEEN,
    "incidents.incidenttotal": SEEN,
    "incidents.blindspell": SEEN,
    "incidents.componentday": SEEN,
    "subscribers.subscription": OWNED,
    "delivery.news": SEEN,
    "delivery.delivery": SEEN,
    # What lets somebody in, stands for strangers, or is Django's own.
    "admin.logentry": HIDDEN,
    "auth.permission": HIDDEN,
    "contenttypes.contenttype": HIDDEN,
    "sessions.session": HIDDEN,
    "otp_totp.totpdevice": HIDDEN,
    "entrance.loginattempts": HIDDEN,
    "entrance.opensession": HIDDEN,
    "entrance.providedaccount": HIDDEN,
    "entrance.recoverycode": HIDDEN,
    "monitoring.reportquota": HIDDEN,
    "delivery.recipient": HIDDEN,
    "delivery.pushsubscription": HIDDEN,
    "delivery.pushquota": HIDDEN,
}
# Permissions that are none of Django's four verbs.
SINGLE: dict[str, Role] = {
    "monitoring.pause_probe": Role.OPERATOR,
}
VERBS = ("view", "add", "change", "delete")


def permissions_of(role: Role) -> frozenset[str]:
    """The permissions of a role, as ``app.verb_model``."""
    by_verb = {
        f"{label.replace('.', f'.{verb}_')}"
        for label, access in TABLE.items()
        for verb in VERBS
        if may(role, access.least(verb))
    }
    return frozenset(by_verb | {name for name, least in SINGLE.items() if may(role, least)})


def may(role: Role, least: Role | None) -> bool:
    """Whether a role is at least ``least``."""
    order = list(Role)
    return least is not None and order.index(role) >= order.index(least)


def roles_of(user: AbstractBaseUser | AnonymousUser | Any) -> frozenset[Role]:
    """The roles that somebody has; a superuser counts as an owner."""
    if not isinstance(user, User):
        return frozenset()
    names = set(user.groups.filter(name__in=list(Role)).values_list("name", flat=True))
    return frozenset({Role(name) for name in names} | ({Role.OWNER} if user.is_superuser else set()))


def is_owner(user: AbstractBaseUser | AnonymousUser | Any) -> bool:
    """Whether somebody may give roles and guard the accounts of others."""
    return bool(getattr(user, "is_superuser", False)) or Role.OWNER in roles_of(user)
