"""The log as people read it: fields and choices by their names, times in the site's zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import BooleanField, DateTimeField, Model
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

from statuspage.logbook.models import Deed, DeedKind, DoerKind

NOTHING = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """One field before and after, in the language of who reads it."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDeed:
    """One deed in the language of who reads it; ``at`` is in the site's zone."""

    at: str
    who: str
    network: str
    what: str
    of: str
    changes: tuple[ShownChange, ...]


def shown(deed: Deed) -> ShownDeed:
    """A row of the log in words."""
    return ShownDeed(
        at=moment(deed.at),
        who=doer_of(deed),
        network=deed.network or NOTHING,
        what=what_of(deed),
        of=object_of(deed),
        changes=tuple(changes_of(deed)),
    )


def moment(at: datetime) -> str:
    """A time in the site's zone, to the second."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S} ({settings.TIME_ZONE})"


def doer_of(deed: Deed) -> str:
    """Who did it: his name then, and as what, unless he is a person."""
    kind = str(DoerKind(deed.by).label) if deed.by in DoerKind.values else deed.by
    if not deed.who:
        return kind
    return deed.who if deed.by == DoerKind.PERSON else f"{deed.who} ({kind})"


def what_of(deed: Deed) -> str:
    """What was done, in words."""
    if deed.what:
        return gettext(deed.what)
    return str(DeedKind(deed.kind).label) if deed.kind in DeedKind.values else deed.kind


def object_of(deed: Deed) -> str:
    """Kind and name of the object."""
    model = _model(deed.model)
    kind = deed.model if model is None else capfirst(str(model._meta.verbose_name))
    return f"{kind}: {deed.object_name}" if deed.object_name else kind


def changes_of(deed: Deed) -> Iterator[ShownChange]:
    """The fields that changed."""
    model = _model(deed.model)
    for name, before, after in deed.changes:
        field = _field(model, name)
        yield ShownChange(
            field=_name_of(field, name), before=_value(field, before), after=_value(field, after)
        )


def _model(label: str) -> type[Model] | None:
    try:
        return apps.get_model(label) if label else None
    except (LookupError, ValueError):  # of an older version
        return None


def _field(model: type[Model] | None, name: str) -> Any:
    if model is None:
        return None
    fields = (*model._meta.concrete_fields, *model._meta.many_to_many)
    return next((field for field in fields if field.name == name), None)


def _name_of(field: Any, name: str) -> str:
    if field is not None:
        return str(field.verbose_name)
    below = _model(name)
    return name if below is None else str(below._meta.verbose_name)


def _value(field: Any, value: Any) -> str:
    if value is None or value == "" or value == []:
        return NOTHING
    if isinstance(field, BooleanField) or isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(field, DateTimeField):
        return moment(datetime.fromisoformat(str(value)))
    labels = dict(getattr(field, "flatchoices", ()) or ())
    return str(labels.get(value, value))
