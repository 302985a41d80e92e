"""Every address of the admin, found by the resolver, for everybody: a new view without a check fails here."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from statuspage.entrance.roles import TABLE, Role, may
from tests.support.every_row import rows_of_every_admin
from tests.support.public_rows import make_world

Rows = dict[type[Model], Model]

OPEN = {"login", "logout", "jsi18n", "oidc", "oidc_back", "oidc_code"}
# One's own account, and what shows each as much as he may see.
OWN = {"index", "app_list", "password_change", "password_change_done", "second_factor", "sessions"}
OWN |= {"control_room", "view_on_site"}
# The least role for a view that is none of Django's for a model, by the method that it answers.
LEAST: dict[str, dict[str, Role]] = {
    "control_act": {"POST": Role.ANNOUNCER},
    "preview-new": {"POST": Role.ANNOUNCER},
    "preview": {"POST": Role.ANNOUNCER},
    "autocomplete": {"GET": Role.VIEWER},
    "monitoring_catalog_export": {"GET": Role.VIEWER},
    "monitoring_catalog_import": {"GET": Role.OWNER, "POST": Role.OWNER},
    "incidents_incident_decide": {"POST": Role.OPERATOR},
    "incidents_maintenance_steer": {"POST": Role.ANNOUNCER},
    "incidents_maintenance_paste": {"GET": Role.ANNOUNCER, "POST": Role.ANNOUNCER},
    "outside_senderrule_try": {"GET": Role.OPERATOR, "POST": Role.OPERATOR},
    "auth_user_password_change": {"GET": Role.OWNER, "POST": Role.OWNER},
}
# What a view wants to know beside its address, so that it comes as far as its check.
QUERIES = {"autocomplete": "?app_label=monitoring&model_name=probe&field_name=endpoint&term="}
FORMS = {
    "control_act": {"act": "say", "pk": "1", "mark": ""},
    "incidents_incident_decide": {"decision": "take_over"},
}
GROUPS_ARE_FOR_SUPERUSERS = "auth.group"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One address of the admin; ``model`` where it is one of Django's five for a model."""

    name: str
    address: str
    verb: str = ""
    model: type[Model] | None = None

    def least(self, method: str) -> Role | None:
        """The least role that is let in; None for nobody by a role."""
        if self.model is None:
            return LEAST[self.name].get(method)
        label = self.model._meta.label_lower
        if self.verb in ("changelist", "history") or (self.verb == "change" and method == "GET"):
            return TABLE[label].least("view")
        # Django answers a list of which nothing is asked like a GET.
        return None if label == GROUPS_ARE_FOR_SUPERUSERS else TABLE[label].least(self.verb)


def patterns(found: list[Any], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in found:
        where = f"{before}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from patterns(list(one.url_patterns), where)
        else:
            yield where, one


def names_of_admin() -> list[str]:
    """The names under which the admin has addresses; what has none is Django's, and leads to one that has."""
    found = patterns(list(get_resolver().url_patterns))
    return list(dict.fromkeys(one.name for where, one in found if where.startswith("admin/") and one.name))


def djangos_five() -> dict[str, tuple[type[Model], str]]:
    """The views that Django has for each model, by name."""
    return {
        f"{model._meta.app_label}_{model._meta.model_name}_{verb}": (model, verb)
        for model in admin.site._registry
        for verb in ("changelist", "add", "history", "delete", "change")
    }


def views_of(rows: Rows) -> Iterator[View]:
    """Every view of the admin but those that are open to all."""
    djangos = djangos_five()
    incident = rows[apps.get_model("incidents.incident")]
    for name in names_of_admin():
        if name in djangos:
            model, verb = djangos[name]
            args = [] if verb in ("changelist", "add") else [rows[model].pk]
            yield View(name=name, address=reverse(f"admin:{name}", args=args), verb=verb, model=model)
        elif name.startswith("preview"):
            args = ["announcement"]
            if name == "preview":
                args.append(str(rows[apps.get_model("incidents.announcement")].pk))
            yield View(name=name, address=reverse(name, args=args))
        elif name not in OPEN:
            yield View(name=name, address=reverse(f"admin:{name}", args=_args(name, rows, incident)))


def _args(name: str, rows: Rows, incident: Model) -> list[Any]:
    if name == "app_list":
        return ["incidents"]
    if name == "view_on_site":
        return [1, 1]
    if name == "auth_user_password_change":
        return [User.objects.create_user("another", is_staff=True).pk]
    if name == "incidents_incident_decide":
        return [incident.pk]
    if name == "incidents_maintenance_steer":
        return [rows[apps.get_model("incidents.maintenance")].pk]
    return []


@pytest.fixture
def rows(boss: User) -> Rows:
    return rows_of_every_admin(make_world(days=1))


def client_of(role: Role | None, **how: Any) -> Client:
    """Somebody of the staff, with one role or none at all."""
    user = User.objects.create_user(f"of-{role}", is_staff=True)
    if role is not None:
        user.groups.add(Group.objects.get(name=role.value))
    client = Client(headers={"accept-language": "en"}, **how)
    client.force_login(user)
    return client


def answer(client: Client, view: View, method: str) -> int:
    address = view.address + QUERIES.get(view.name, "")
    if method == "GET":
        return client.get(address).status_code
    return client.post(address, FORMS.get(view.name, {})).status_code


def test_each_view_of_the_admin_is_for_somebody_when_all_are_walked() -> None:
    own = set(names_of_admin()) - djangos_five().keys()

    assert own == OPEN | OWN | LEAST.keys()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_stranger_is_led_to_the_login_when_he_asks_for_any_view(rows: Rows, method: str) -> None:
    client = Client()

    answers = {
        view.name: client.generic(method, view.address).headers.get("Location", "") for view in views_of(rows)
    }

    assert {name: to for name, to in answers.items() if not to.startswith("/admin/login/")} == {}
    assert len(answers) > 100


@pytest.mark.parametrize("role", [None, *Role])
def test_nobody_does_more_than_his_role_when_every_view_is_asked(rows: Rows, role: Role | None) -> None:
    client, wrong, asked = client_of(role), {}, 0
    for view, method in product(views_of(rows), ("GET", "POST")):
        if view.name in OWN:
            continue
        known = view.model is not None or method in LEAST[view.name]
        let_in = known and role is not None and may(role, view.least(method))
        # Django's own for who may: some rows are nobody's to add, change or delete, whatever the table gives.
        if let_in and view.model is not None:
            continue
        refused, asked = answer(client, view, method) in (403, 405), asked + 1
        if refused is let_in:
            wrong[view.name, method] = "refused" if refused else "let in"

    assert wrong == {}
    assert asked >= 2 * len(LEAST)


def test_every_form_is_refused_when_a_foreign_page_sends_it(rows: Rows, boss: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(boss)

    answers = {view.name: answer(client, view, "POST") for view in views_of(rows)}
    answers |= {name: client.post(reverse(f"admin:{name}")).status_code for name in ("login", "logout")}

    assert {name: status for name, status in answers.items() if status not in (403, 405)} == {}


def test_nothing_changes_when_every_view_is_only_looked_at(rows: Rows, boss: User) -> None:
    client = Client()
    client.force_login(boss)
    views = list(views_of(rows))
    before = everything()

    for view in views:
        client.get(view.address + QUERIES.get(view.name, ""))

    assert everything() == before


def everything() -> dict[str, list[Any]]:
    """All rows there are, but sessions, and keys that somebody has only been shown."""
    passing = {"entrance.opensession", "otp_totp.totpdevice"}
    return {
        model._meta.label_lower: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.label_lower not in passing
    }
