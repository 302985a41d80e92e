"""Each role may what the table says, by the pages and by the server, and no more."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse
from django.utils import translation

from statuspage.entrance.groups import follow_table
from statuspage.entrance.roles import LABELS, SINGLE, TABLE, VERBS, Role, may, permissions_of
from statuspage.monitoring.admin_entries import FIELDS, TRY
from tests.entrance.conftest import PASSWORD
from tests.support.every_row import rows_of_every_admin
from tests.support.public_rows import make_world

LIMITED = (Role.VIEWER, Role.ANNOUNCER, Role.OPERATOR)
DJANGOS = ("changelist", "add", "history", "delete", "change")
# Pages of one's own account, and what every admin has.
OWN_PAGES = {"index", "login", "logout", "password_change", "password_change_done", "jsi18n", "autocomplete"}
OWN_PAGES |= {"view_on_site", "app_list", "second_factor", "sessions", "oidc", "oidc_back", "oidc_code"}
# What a button of the control room sends.
DECISION = {"act": "resolve", "pk": "1", "mark": ""}

Rows = dict[type[Model], Model]


@pytest.fixture
def rows(boss: User) -> Rows:
    return rows_of_every_admin(make_world(days=1))


def staff(role: Role) -> User:
    user = User.objects.create_user(f"the-{role}", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=role.value))
    return user


def logged_in(role: Role) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff(role))
    return client


def page(row: Model, verb: str) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{verb}", args=[row.pk])


def sheet(model: type[Model], verb: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{verb}")


def test_table_has_a_row_for_every_model_and_permission_when_all_are_walked() -> None:
    models = {model._meta.label_lower: model for model in apps.get_models()}
    single = {
        f"{model._meta.app_label}.{name}" for model in models.values() for name, _ in model._meta.permissions
    }

    assert models.keys() == TABLE.keys()
    assert single <= SINGLE.keys()


def test_roles_grow_when_they_are_walked_from_the_least() -> None:
    held = [permissions_of(role) for role in Role]

    assert all(less < more for less, more in pairwise(held))
    assert {name for name in held[0] if ".view_" not in name} == set()
    assert set(LABELS) == set(Role)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_group_of_a_role_holds_what_the_table_says_when_all_is_migrated(role: Role) -> None:
    user = staff(role)

    held = user.get_all_permissions()

    known = {
        f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
        for model in apps.get_models()
        for verb in VERBS
    }
    assert held & known == permissions_of(role) & known


@pytest.mark.django_db
def test_group_of_a_role_follows_the_table_when_somebody_changed_it() -> None:
    group = Group.objects.get(name=Role.VIEWER)
    before = set(group.permissions.values_list("pk", flat=True))
    group.permissions.set(Group.objects.get(name=Role.OWNER).permissions.all()[:5])

    follow_table()

    assert set(group.permissions.values_list("pk", flat=True)) == before


def forbidden(role: Role, rows: Rows) -> Iterator[tuple[str, dict[str, str]]]:
    """What a role must not do, by address and form."""
    for model, row in rows.items():
        access = TABLE[model._meta.label_lower]
        if not may(role, access.least("add")):
            yield sheet(model, "add"), {}
        if not may(role, access.least("change")):
            yield page(row, "change"), {}
            yield f"{page(row, 'change')}?asked", {TRY: "1", FIELDS: "1"}
        if not may(role, access.least("delete")):
            yield page(row, "delete"), {"post": "yes"}


@pytest.mark.parametrize("role", LIMITED)
def test_server_refuses_what_a_role_may_not_when_its_form_is_posted(rows: Rows, role: Role) -> None:
    client = logged_in(role)

    answers = {address: client.post(address, form).status_code for address, form in forbidden(role, rows)}

    assert {address: status for address, status in answers.items() if status != 403} == {}
    assert len(answers) > 30


def test_viewer_sees_every_list_and_row_when_he_opens_them(rows: Rows) -> None:
    client = logged_in(Role.VIEWER)
    shown = [model for model in rows if TABLE[model._meta.label_lower].see is not None]

    lists = {model: client.get(sheet(model, "changelist")).status_code for model in shown}
    forms = {model: client.get(page(rows[model], "change")) for model in shown}

    assert set(lists.values()) == {200}
    assert {model for model, answer in forms.items() if answer.status_code != 200} == set()
    assert {model for model, answer in forms.items() if b'name="_save"' in answer.content} == set()


def test_server_refuses_a_list_action_when_a_viewer_posts_it(rows: Rows) -> None:
    client = logged_in(Role.VIEWER)
    answers = {}
    for model, row in rows.items():
        actions: Any = admin.site._registry[model].actions
        for act in [*actions, "delete_selected"]:
            form = {"action": act, "_selected_action": [row.pk], "index": 0, "post": "yes"}
            answers[f"{model.__name__}.{act}"] = client.post(sheet(model, "changelist"), form).status_code

    assert {name for name, status in answers.items() if status != 403} <= {"Report.export"}
    assert len(answers) > 20


def own_urls(model: type[Model]) -> Iterator[URLPattern]:
    """The addresses of a model's admin that Django does not have."""
    patterns: list[Any] = admin.site._registry[model].get_urls()
    djangos = {f"{model._meta.app_label}_{model._meta.model_name}_{verb}" for verb in DJANGOS}
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.name and pattern.name not in djangos:
            yield pattern


def test_server_refuses_every_view_of_our_own_when_a_viewer_posts_to_it(rows: Rows) -> None:
    client = logged_in(Role.VIEWER)
    answers = {}
    for model, row in rows.items():
        for pattern in own_urls(model):
            try:
                address = reverse(f"admin:{pattern.name}", args=[row.pk])
            except NoReverseMatch:
                address = reverse(f"admin:{pattern.name}")
            answers[str(pattern.name)] = client.post(address, {}).status_code
    patterns: list[Any] = admin.site.get_urls()
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.name and pattern.name not in OWN_PAGES:
            try:
                answers[pattern.name] = client.post(reverse(f"admin:{pattern.name}"), DECISION).status_code
            except NoReverseMatch:
                answers[pattern.name] = client.post(
                    reverse(f"admin:{pattern.name}", args=[1]), {}
                ).status_code

    assert {name: status for name, status in answers.items() if status not in {403, 404, 405}} == {}
    assert {"control_act", "incidents_maintenance_steer"} <= answers.keys()


def change_user(client: Client, user: User, **fields: Any) -> int:
    form = {"username": user.username, "is_active": "on", "is_staff": "on"}
    dates = {"date_joined_0": "2026-03-01", "date_joined_1": "12:00:00"}
    return client.post(page(user, "change"), {**form, **dates, **fields}).status_code


def test_owner_gives_roles_and_no_more_when_he_changes_a_user(boss: User) -> None:
    client, new = logged_in(Role.OWNER), User.objects.create_user("new", is_staff=True)
    operator, mighty = Group.objects.get(name=Role.OPERATOR), Group.objects.create(name="mighty")
    mighty.permissions.add(*apps.get_model("auth.permission").objects.filter(codename="delete_totpdevice"))

    given = change_user(client, new, groups=[operator.pk], is_superuser="on")
    too_much = change_user(client, new, groups=[operator.pk, mighty.pk])
    of_boss = change_user(client, boss, groups=[operator.pk])

    new.refresh_from_db()
    assert (given, too_much, of_boss) == (302, 200, 403)
    assert [group.name for group in new.groups.all()] == ["operator"]
    assert not new.is_superuser


def test_group_of_a_role_stays_when_a_superuser_would_change_it(boss: User, client: Client) -> None:
    client.force_login(boss)

    for role in Role:
        assert client.post(page(Group.objects.get(name=role), "change"), {"name": "x"}).status_code == 403

    assert set(Group.objects.values_list("name", flat=True)) == set(Role)


def test_readme_tells_what_each_role_writes_when_it_is_compared_with_the_table() -> None:
    with translation.override("en"):
        written = {
            role: sorted(
                str(apps.get_model(label)._meta.verbose_name_plural)
                for label, access in TABLE.items()
                if access.write is role
            )
            for role in Role
        }

    told = (Path(__file__).parents[2] / "README.md").read_text()

    for role in (*LIMITED[1:], Role.OWNER):
        assert f"| {role} | | {', '.join(written[role])} |" in told
    assert not written[Role.VIEWER]
