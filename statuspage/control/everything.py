"""All tables of the admin, by what one wants to do, for below the control room."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PURPOSES: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (
        _("Tell the public"),
        (
            "incidents.incident",
            "incidents.announcement",
            "incidents.maintenance",
            "incidents.componentstatus",
            "incidents.maintenanceseries",
            "incidents.publishingpolicy",
            "drafting.wordtemplate",
        ),
    ),
    (
        _("Who is told"),
        ("subscribers.subscription", "delivery.news", "delivery.delivery"),
    ),
    (
        _("What is watched"),
        (
            "monitoring.component",
            "monitoring.componentgroup",
            "monitoring.probe",
            "monitoring.endpoint",
            "monitoring.persona",
            "monitoring.vantage",
            "monitoring.source",
            "outside.sender",
            "outside.senderrule",
            "outside.pushtoken",
        ),
    ),
    (
        _("What was measured and heard"),
        (
            "monitoring.report",
            "outside.sentsignal",
            "monitoring.checkresult",
            "monitoring.checkblock",
            "monitoring.usualpage",
            "monitoring.unmappedanswer",
            "monitoring.coderule",
            "monitoring.progress",
        ),
    ),
    (
        _("Who gets in, and who did what"),
        ("logbook.deed", "auth.user", "auth.group", "api.apitoken"),
    ),
)
MORE = _("More")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminList:
    """One list, and where a row is added; empty where nobody may."""

    name: str
    url: str
    add_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What one wants to do, and the lists that are for it."""

    name: str
    tables: tuple[AdminList, ...]


def by_purpose(apps: Iterable[Mapping[str, Any]]) -> tuple[Purpose, ...]:
    """The lists that somebody may see, from Django's own list of applications; none is left out."""
    tables = {
        f"{app['app_label']}.{model['object_name'].lower()}": AdminList(
            name=str(model["name"]), url=model.get("admin_url") or "", add_url=model.get("add_url") or ""
        )
        for app in apps
        for model in app["models"]
    }
    found = [
        Purpose(name=str(name), tables=tuple(tables.pop(label) for label in labels if label in tables))
        for name, labels in PURPOSES
    ]
    found.append(Purpose(name=str(MORE), tables=tuple(tables.values())))
    return tuple(purpose for purpose in found if purpose.tables)
