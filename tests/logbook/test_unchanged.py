"""A form that nobody changed changes nothing, in every language: all that the admin has is walked."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from statuspage.incidents.models import Incident
from statuspage.logbook.models import Deed
from tests.support.admin_forms import filled_in
from tests.support.every_row import FINE, rows_of_every_admin
from tests.support.public_rows import make_world


def request_of(user: User) -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = user
    return request


def all_values(row: Model) -> dict[str, Any]:
    """All that the database holds of a row, of its relations and of the rows below it."""
    meta: Any = row._meta
    held = dict(type(row)._base_manager.values().get(pk=row.pk))
    for relation in meta.many_to_many:
        held[relation.name] = sorted(getattr(row, relation.name).values_list("pk", flat=True))
    for below in meta.related_objects:
        if below.one_to_many and below.get_accessor_name():
            held[below.name] = list(getattr(row, below.get_accessor_name()).order_by("pk").values())
    return held


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_form_of_every_admin_changes_nothing_when_it_is_saved_unchanged(
    settings: Settings, language: str
) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    rows = rows_of_every_admin(make_world(days=1))
    boss = User.objects.create_superuser("boss", date_joined=FINE)
    rows[User] = boss
    client = Client(headers={"accept-language": language})
    client.force_login(boss)
    request, saved, noted = request_of(boss), list[str](), Deed.objects.count()

    for model, row in rows.items():
        if not admin.site._registry[model].has_change_permission(request, row):
            continue
        address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        page = HTMLParser(client.get(address).content.decode())
        before = all_values(row)

        answer = client.post(address, filled_in(page) | {"_save": "1"})

        faults = answer.context["errors"] if answer.status_code == 200 else ""
        assert answer.status_code == 302, (model, faults)
        assert all_values(row) == before, model
        assert Deed.objects.count() == noted, (model, Deed.objects.values_list("changes", flat=True)[:1])
        saved.append(model.__name__)

    assert len(saved) >= 14
    assert Incident.objects.filter(taken_over=True).count() == 0
