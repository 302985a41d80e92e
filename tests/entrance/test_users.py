"""Who may change users in the admin gains nothing by it: no account and no right beyond his own."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from statuspage.api.models import ApiToken
from tests.entrance.conftest import PASSWORD

NEW = "a fresh long one"
# What somebody may do who looks after accounts.
OF_USERS = ("view_user", "add_user", "change_user", "delete_user", "view_group", "change_group", "add_group")
Staff = Callable[..., User]


@pytest.fixture
def staff(boss: User) -> Staff:
    """Makes one of the staff with some permissions, by name."""

    def make(name: str, *permissions: str) -> User:
        user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        return user

    return make


@pytest.fixture
def keeper(staff: Staff, client: Client) -> User:
    """One who looks after accounts, logged in by ``client``."""
    user = staff("keeper", *OF_USERS)
    client.force_login(user)
    return user


def set_password(client: Client, user: User, spelling: str = "{}") -> int:
    form = {"usable_password": "true", "password1": NEW, "password2": NEW}
    address = f"/admin/auth/user/{spelling.format(user.pk)}/password/"
    return client.post(address, {**form, "set-password": "1"}).status_code


def change(client: Client, user: User, **fields: object) -> int:
    form = {"username": user.username, "is_active": "on", "is_staff": "on"}
    dates = {"date_joined_0": "2026-03-01", "date_joined_1": "12:00:00"}
    return client.post(f"/admin/auth/user/{user.pk}/change/", {**form, **dates, **fields}).status_code


def test_password_of_a_superuser_stays_when_others_would_set_it(
    boss: User, keeper: User, client: Client
) -> None:
    status = set_password(client, boss)

    boss.refresh_from_db()
    assert status == 403
    assert boss.check_password(PASSWORD)


def test_password_of_who_may_do_more_stays_when_one_who_may_less_would_set_it(
    keeper: User, client: Client, staff: Staff
) -> None:
    editor = staff("editor", "change_endpoint")

    assert set_password(client, editor) == 403

    editor.refresh_from_db()
    assert editor.check_password(PASSWORD)


@pytest.mark.parametrize("spelling", ["{}", "0{}", "+{}", "%20{}", "%EF%BC%90{}"])
def test_own_password_stays_when_the_old_one_is_not_told(boss: User, client: Client, spelling: str) -> None:
    client.force_login(boss)

    assert set_password(client, boss, spelling) == 302

    boss.refresh_from_db()
    assert boss.check_password(PASSWORD)


def test_password_is_set_when_its_owner_may_do_no_more(keeper: User, client: Client, staff: Staff) -> None:
    reader = staff("reader", "view_user")

    assert set_password(client, reader) == 302

    reader.refresh_from_db()
    assert reader.check_password(NEW)


def test_rights_stay_as_they_are_when_others_than_a_superuser_give_them(
    keeper: User, client: Client, staff: Staff
) -> None:
    mighty = Group.objects.create(name="mighty")
    right = Permission.objects.get(codename="change_endpoint")

    for user in (keeper, staff("reader")):
        before = user.get_all_permissions()
        change(client, user, is_superuser="on", groups=[mighty.pk], user_permissions=[right.pk])

        again = User.objects.get(pk=user.pk)
        assert not again.is_superuser
        assert not again.groups.exists()
        assert again.get_all_permissions() == before


def test_rights_are_given_when_a_superuser_gives_them(boss: User, client: Client, staff: Staff) -> None:
    reader = staff("reader")
    right = Permission.objects.get(codename="change_endpoint")
    client.force_login(boss)

    assert change(client, reader, is_superuser="on", user_permissions=[right.pk]) == 302

    reader.refresh_from_db()
    assert reader.is_superuser
    assert reader.user_permissions.get() == right


def test_groups_stay_as_they_are_when_others_than_a_superuser_change_them(
    boss: User, keeper: User, client: Client
) -> None:
    group = Group.objects.create(name="keepers")
    right = Permission.objects.get(codename="change_endpoint")
    form = {"name": "keepers", "permissions": [right.pk]}
    places = (f"/admin/auth/group/{group.pk}/change/", "/admin/auth/group/add/")

    statuses = [client.post(place, {**form, "name": f"keepers {place}"}).status_code for place in places]

    assert statuses == [403, 403]
    assert not group.permissions.exists()
    client.force_login(boss)
    assert client.post(places[0], form).status_code == 302


@pytest.mark.parametrize("in_bulk", [False, True])
def test_superuser_is_not_deleted_when_others_would(
    in_bulk: bool, boss: User, keeper: User, client: Client
) -> None:
    if in_bulk:
        form = {"action": "delete_selected", "_selected_action": [boss.pk], "post": "yes"}
        client.post("/admin/auth/user/", form)
    else:
        client.post(f"/admin/auth/user/{boss.pk}/delete/", {"post": "yes"})

    assert User.objects.filter(pk=boss.pk).exists()


def test_token_writes_no_more_than_its_maker_when_he_asks_for_more(client: Client, staff: Staff) -> None:
    client.force_login(staff("maker", "add_apitoken", "change_apitoken", "add_incident", "change_incident"))
    form = {"name": "robot", "expires_at_0": "", "expires_at_1": ""}

    for scopes in (["incidents", "announcements"], ["incidents"]):
        client.post("/admin/api/apitoken/add/", {**form, "scopes": scopes})
    token = ApiToken.objects.get()
    client.post(f"/admin/api/apitoken/{token.pk}/change/", {**form, "scopes": ["announcements"]})

    token.refresh_from_db()
    assert token.scopes == ["incidents"]
