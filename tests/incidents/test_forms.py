"""Forms of the admin: each rule that they can break says why beside its field, and times are told exactly.

All forms are walked, so that nobody has to think of a new one.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import BaseConstraint, CheckConstraint, Model, Q
from django.forms.models import model_to_dict
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from pytest_django import Settings
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from probes.vocabulary.bilingual import Bilingual
from statuspage.admin_base import ZonedDateTime
from statuspage.api.models import ApiToken
from statuspage.drafting.models import WordTemplate
from statuspage.incidents.models import (
    Announcement,
    Incident,
    IncidentUpdate,
    Maintenance,
    MaintenanceSeries,
    MaintenanceUpdate,
    PublishingPolicy,
)
from statuspage.incidents.planned_updates import write
from statuspage.monitoring.models import Component, Probe
from tests.support.admin_forms import filled_in
from tests.support.public_rows import World, make_announcement, make_incident, make_maintenance, make_world

LANGUAGES = ("zh-hans", "en")
FINE = datetime(2026, 3, 1, 5, 52, 28, 123456, tzinfo=UTC)  # 13:52:28 in Shanghai, and a bit


@pytest.fixture
def world(db: None) -> World:
    return make_world(days=1)


@pytest.fixture
def boss(db: None) -> User:
    return User.objects.create_superuser("boss", date_joined=FINE)


@pytest.fixture
def browser(boss: User, settings: Settings) -> Client:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    client = Client()
    client.force_login(boss)
    return client


def forms_of(user: User) -> Iterator[tuple[type[Model], type[Any]]]:
    """The forms of all models whose admin has any, those for new rows last, and those of their inlines."""
    request = RequestFactory().get("/admin/")
    request.user = user
    for model, own in admin.site._registry.items():
        if own.has_change_permission(request):
            yield model, own.get_form(request, model(), change=True)
        if own.has_add_permission(request):
            yield model, own.get_form(request)
        for inline in own.get_inline_instances(request):
            yield inline.model, inline.get_formset(request).form


def can_be_broken(constraint: Any, form: type[Any]) -> bool:
    """Whether a form asks for all that a constraint speaks of: else the form cannot break it."""
    if isinstance(constraint, CheckConstraint):
        named = {str(name) for name in Q(constraint.condition).referenced_base_fields}
    else:
        named = set(constraint.fields)
    return bool(named) and named <= set(form.base_fields)


BREAKS: dict[str, dict[str, Any]] = {
    "announcement_ends_later": {"ends_at": -timedelta(hours=1)},
    "maintenance_ends_later": {"ends_at": timedelta(0)},
    **{
        f"{row}_{text}_in_a_language": {f"{text}_zh": " ", f"{text}_en": ""}
        for row, text in (
            ("announcement", "title"),
            ("announcement", "body"),
            ("incident", "title"),
            ("update", "body"),
            ("maintenance", "title"),
            ("maintenance_update", "body"),
            ("series", "title"),
            ("template", "body"),
        )
    },
    "one_automatic_template_per_occasion": {"automatic": True},
    "automatic_template_is_of_planned_work_or_mail": {"automatic": True, "occasion": "announcement"},
    "component_caution_positive": {"caution": 0},
    "one_policy_per_cause_and_component": {},
    "one_policy_per_cause": {"component": ""},
    "policy_tell_minutes": {"cause": "maintenance", "tell": "after", "tell_minutes": 0},
    "policy_confirm_minutes": {"cause": "maintenance", "confirm_minutes": 3},
    "probe_of_component_has_persona": {"persona": ""},
    "probe_interval_positive": {"interval_seconds": 0},
    "probe_timeout_positive": {"timeout_seconds": -1},
}


def test_every_rule_that_a_form_can_break_is_tried_when_all_forms_are_walked(boss: User) -> None:
    met = {
        constraint.name
        for model, form in forms_of(boss)
        for constraint in model._meta.constraints
        if can_be_broken(constraint, form)
    }

    assert met == set(BREAKS)


def make_templates() -> WordTemplate:
    """One beside another that is told by itself."""
    for name in ("automatic", "other"):
        made = WordTemplate.objects.create(
            name=name, occasion="planned_started", body_en="It begins.", automatic=name == "automatic"
        )
    return made


def make_series(world: World) -> MaintenanceSeries:
    row = MaintenanceSeries.objects.create(
        title_en="Weekly works",
        first_on=date(2027, 3, 7),
        starts_at=time(2, 30),
        zone="Asia/Shanghai",
        rule="FREQ=WEEKLY",
    )
    row.components.set([world.components["fenfu-qr"]])
    return row


def rows(world: World) -> dict[type[Model], Model]:
    incident, work = make_incident(world), make_maintenance(world)
    return {
        Announcement: make_announcement(world),
        Incident: incident,
        IncidentUpdate: incident.updates.get(sequence=1),
        Maintenance: work,
        MaintenanceSeries: make_series(world),
        WordTemplate: make_templates(),
        MaintenanceUpdate: write(work, Bilingual("一", "One"), author=None, now=world.now),
        PublishingPolicy: make_policies(world),
        Component: world.components["fenfu-qr"],
        Probe: world.probes[0],
    }


def make_policies(world: World) -> PublishingPolicy:
    """A rule of one component, beside that of all."""
    PublishingPolicy.objects.create(cause="outage")
    return PublishingPolicy.objects.create(cause="outage", component=world.components["fenfu-qr"])


def posted(row: Model, form: type[Any], changes: dict[str, Any]) -> dict[str, Any]:
    """What a browser would send of a new row like this one, but for ``changes``."""
    values = model_to_dict(row)
    starts = values.get("starts_at")
    for name, value in changes.items():
        values[name] = starts + value if isinstance(value, timedelta) and starts else value
    sent: dict[str, Any] = {}
    for name in form.base_fields:
        value = values.get(name)
        if isinstance(value, datetime):
            local = timezone.localtime(value)
            sent |= {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M:%S}"}
        elif isinstance(value, dict):
            sent[name] = "{}"
        elif isinstance(value, list):
            sent[name] = [member.pk for member in value]
        elif value is not None and value is not False:
            sent[name] = value
    return sent | {name: f"{sent[name]}-2" for name in ("slug",) if name in sent}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BREAKS)
def test_form_says_why_beside_the_field_when_a_rule_is_broken(
    world: World, boss: User, name: str, language: str
) -> None:
    made, shapes = rows(world), dict(forms_of(boss))
    model, constraint = next(
        (model, rule) for model in made for rule in model._meta.constraints if rule.name == name
    )

    with translation.override(language):
        form = shapes[model](posted(made[model], shapes[model], BREAKS[name]))
        errors = {field: list(problems) for field, problems in form.errors.items()}
        said = str(constraint.violation_error_message)

    assert errors == {constraint.violation_error_code: [said]}
    assert (said == _english(constraint)) == (language == "en")


def _english(constraint: BaseConstraint) -> str:
    with translation.override("en"):
        return str(constraint.violation_error_message)


def test_every_time_is_asked_for_with_its_zone_when_all_forms_are_walked(boss: User) -> None:
    asked = [
        (model, name, field)
        for model, form in forms_of(boss)
        for name, field in form.base_fields.items()
        if isinstance(field, forms.DateTimeField | forms.SplitDateTimeField)
    ]

    assert {model for model, _, _ in asked} >= {Incident, Maintenance, Announcement, ApiToken, User}
    for model, name, field in asked:
        assert isinstance(field.widget, ZonedDateTime), (model, name)
        assert "Asia/Shanghai" in field.widget.render(name, FINE), (model, name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_time_comes_back_as_typed_when_it_was_saved_or_refused(
    world: World, browser: Client, language: str
) -> None:
    row = make_maintenance(world)
    address = f"/admin/incidents/maintenance/{row.pk}/change/"
    told = {"accept-language": language}
    form = filled_in(HTMLParser(browser.get(address, headers=told).content.decode()))
    typed = {"starts_at_0": "2026-12-24", "starts_at_1": "04:00:00"}

    refused = browser.post(
        address, form | typed | {"ends_at_0": "2026-12-24", "ends_at_1": "3:30"}, headers=told
    )
    saved = browser.post(
        address, form | typed | {"ends_at_0": "2026-12-24", "ends_at_1": "05:30"}, headers=told
    )

    row.refresh_from_db()
    again = filled_in(HTMLParser(browser.get(address, headers=told).content.decode()))
    assert saved.status_code == 302
    assert row.starts_at == datetime(2026, 12, 23, 20, 0, tzinfo=UTC)
    assert {name: again[name] for name in typed} == typed
    back = filled_in(HTMLParser(refused.content.decode()))
    assert {name: back[name] for name in typed} == typed
    assert back["ends_at_1"] == "3:30"
