"""A row of every model, so that all that the admin has can be walked and nobody has to think of a new one."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Model

from statuspage.api.models import ApiToken
from statuspage.incidents.models import Incident
from statuspage.incidents.planned_models import MaintenanceSeries
from statuspage.monitoring.models import CodeRule, Endpoint, Probe, Report, Source
from statuspage.outside.models import SenderRule
from statuspage.subscribers.models import Subscription
from tests.support.public_rows import World, make_announcement, make_incident, make_maintenance, make_results

# To the microsecond, which no form shows.
FINE = datetime(2026, 3, 1, 5, 52, 28, 123456, tzinfo=UTC)
_numbers = count(1)


def rows_of_every_admin(world: World) -> dict[type[Model], Model]:
    """One row of each model that the admin shows."""
    incident = make_incident(world)
    Incident.objects.filter(pk=incident.pk).update(started_at=FINE)
    make_announcement(world, starts_at=FINE, ends_at=FINE.replace(hour=7))
    make_maintenance(world, starts_at=FINE, ends_at=FINE.replace(hour=7), status="completed")
    make_results(world)
    # One whose form asks for nothing that the world has not, with what no form knows.
    Endpoint.objects.update(gateway="generic_http", base_url="https://api.example", credentials={})
    Probe.objects.update(operation="get", options={"unheard_of": {"b": 1, "a": [2, 1]}, "path": "/ping"})
    return {model: row_of(model) for model in admin.site._registry}


def row_of(model: type[Model]) -> Model:
    """The first row of a model, as the database has it; one is made where there is none."""
    if not model._base_manager.exists():
        made = _filled(model)
        made.save(force_insert=True)
        for relation in model._meta.many_to_many:
            if not relation.blank:
                getattr(made, relation.name).add(row_of(relation.related_model))
    row = model._base_manager.order_by("pk").first()
    assert row is not None
    return row


# What the fields of some models must hold, where any value of their kind will not do.
GIVEN: dict[type[Model], dict[str, Any]] = {
    ApiToken: {"scopes": ["incidents"], "expires_at": FINE},
    CodeRule: {"code": "ACQ.SYSTEM_ERROR", "outcome": "declined_unknown"},
    Source: {
        "kind": "html",
        "url": "https://forum.example/new",
        "options": {"text": ".text", "item": "li.post"},
    },
    Subscription: {"channel": "slack", "name": "Ops", "language": "en", "components": [], "causes": []},
    MaintenanceSeries: {"zone": "Asia/Shanghai", "rule": "FREQ=WEEKLY;BYDAY=SU", "active": False},
    Report: {"text": "付不了"},
    SenderRule: {"matchers": 'severity="page"'},
}


def _filled(model: type[Model]) -> Model:
    """A row with something in each field that must hold something."""
    fields = [field for field in model._meta.concrete_fields if not field.auto_created]
    made = {field.name: _value(field) for field in fields if _is_asked(field)}
    return model(**made | GIVEN.get(model, {}))


def _is_asked(field: "models.Field[Any, Any]") -> bool:
    if field.name.endswith(("_zh", "_en")):  # one language at least
        return True
    return not field.null and not field.has_default() and not (field.blank and field.empty_strings_allowed)


def _value(field: "models.Field[Any, Any]") -> Any:
    if isinstance(field, models.ForeignKey):
        related: Any = field.related_model
        return row_of(related)
    if field.choices:
        return field.flatchoices[0][0]
    kinds: dict[type[Any], Any] = {
        models.DateTimeField: FINE,
        models.DateField: FINE.date(),
        models.TimeField: FINE.time().replace(microsecond=0),
        models.BooleanField: False,
        models.JSONField: {},
        models.BinaryField: b"x",
        models.IntegerField: 1,
        models.FloatField: 1.0,
    }
    found = next((value for kind, value in kinds.items() if isinstance(field, kind)), None)
    return f"x{next(_numbers)}" if found is None else found
