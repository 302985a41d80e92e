"""Who is vouched for by the provider gets in with the roles of his groups; nobody else does."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from statuspage.entrance.models import ProvidedAccount
from statuspage.entrance.noting import Happening
from statuspage.entrance.oidc.environment import issuer, oidc_problems, roles_of_groups
from statuspage.logbook.models import Deed, DeedKind
from tests.entrance.conftest import PASSWORD, LogIn
from tests.support.openid import CLIENT, CLIENT_SECRET, OpenIdProvider, openid_provider

pytestmark = pytest.mark.django_db
LI = {"sub": "42", "preferred_username": "li.na", "email": "li@example.com", "groups": ["oncall", "staff"]}


@pytest.fixture(scope="module")
def running() -> Iterator[OpenIdProvider]:
    with openid_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: OpenIdProvider, settings: Settings) -> OpenIdProvider:
    """The site is set up for it; it says the truth about Li Na."""
    running.claims, running.false_claims, running.signed_by, running.said_issuer = dict(LI), {}, "own", ""
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = running.issuer, CLIENT
    settings.OIDC_CLIENT_SECRET = CLIENT_SECRET
    settings.OIDC_ROLES = {"oncall": "operator", "payments-admins": "owner"}
    settings.OIDC_CREATE_USERS = True
    return running


def log_in_there(client: Client, *, tampered: dict[str, str] | None = None, next_page: str = "") -> Any:
    """The whole way of a browser; ``tampered`` is put into the address that leads back."""
    begun = client.get("/admin/oidc/", {"next": next_page})
    back = httpx.get(begun.headers["Location"]).headers["Location"]
    url = httpx.URL(back)
    return client.get(url.path, {**dict(url.params), **(tampered or {})})


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_user_is_made_with_his_role_when_he_logs_in_for_the_first_time(
    provider: OpenIdProvider, client: Client
) -> None:
    answer = log_in_there(client, next_page="/admin/incidents/incident/")

    user = User.objects.get(username="li.na")
    assert answer.headers["Location"] == "/admin/incidents/incident/"
    assert is_in(client)
    assert [group.name for group in user.groups.all()] == ["operator"]
    assert not user.has_usable_password()
    assert ProvidedAccount.objects.get(user=user).subject == "42"
    told = set(Deed.objects.values_list("kind", "what"))
    assert {(DeedKind.ADDED, ""), (DeedKind.ENTRANCE, Happening.BY_PROVIDER)} <= told


def test_roles_follow_the_groups_when_they_changed_there(provider: OpenIdProvider, client: Client) -> None:
    log_in_there(client)
    own = Group.objects.create(name="own")
    user = User.objects.get(username="li.na")
    user.groups.add(own)
    provider.claims |= {"groups": ["payments-admins"], "preferred_username": "renamed"}

    log_in_there(Client())

    assert {group.name for group in user.groups.all()} == {"owner", "own"}
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("false", "signed_by"),
    [
        pytest.param({"aud": "another"}, "own", id="for another client"),
        pytest.param({"aud": [CLIENT, "another"]}, "own", id="for several without an authorised party"),
        pytest.param({"azp": "another"}, "own", id="given to another"),
        pytest.param({"iss": "https://evil.example"}, "own", id="by another issuer"),
        pytest.param({"nonce": "replayed"}, "own", id="with another nonce"),
        pytest.param({"nonce": None}, "own", id="without a nonce"),
        pytest.param({"exp": 1_000_000_000}, "own", id="run out"),
        pytest.param({"exp": None}, "own", id="that never runs out"),
        pytest.param({"iat": 4_000_000_000}, "own", id="of the future"),
        pytest.param({"sub": ""}, "own", id="of nobody"),
        pytest.param({}, "another key", id="signed by another key"),
        pytest.param({}, "nobody", id="not signed"),
        pytest.param({}, "public key as a secret", id="signed with the public key as a secret"),
    ],
)
def test_nobody_gets_in_when_the_token_is_false(
    provider: OpenIdProvider, client: Client, false: dict[str, Any], signed_by: str
) -> None:
    provider.false_claims, provider.signed_by = false, signed_by

    log_in_there(client)

    assert not is_in(client)
    assert not User.objects.exists()
    assert Deed.objects.get().what == Happening.REFUSED


def test_nobody_gets_in_when_another_issuer_answers(provider: OpenIdProvider, client: Client) -> None:
    provider.said_issuer = "https://evil.example"

    assert client.get("/admin/oidc/").headers["Location"] == "/admin/login/"


@pytest.mark.parametrize(
    "tampered", [{"state": "another"}, {"code": "another"}, {"state": ""}], ids=["state", "code", "no state"]
)
def test_nobody_gets_in_when_the_way_back_was_tampered_with(
    provider: OpenIdProvider, client: Client, tampered: dict[str, str]
) -> None:
    log_in_there(client, tampered=tampered)

    assert not is_in(client)


def test_code_is_of_no_use_when_another_browser_brings_it(provider: OpenIdProvider, client: Client) -> None:
    begun = client.get("/admin/oidc/")
    back = httpx.URL(httpx.get(begun.headers["Location"]).headers["Location"])
    thief = Client()

    thief.get(back.path, dict(back.params))

    assert not is_in(thief)
    client.get(back.path, dict(back.params))
    assert is_in(client)


@pytest.mark.parametrize("name", ["boss", "ｂｏｓｓ"], ids=["in the same letters", "in wide letters"])
def test_account_is_not_taken_over_when_somebody_there_is_called_alike(
    provider: OpenIdProvider, boss: User, client: Client, name: str
) -> None:
    provider.claims |= {"preferred_username": name, "groups": ["payments-admins"]}

    log_in_there(client)

    assert not is_in(client)
    assert not ProvidedAccount.objects.exists()


def test_prepared_account_is_linked_when_it_has_no_password(
    provider: OpenIdProvider, client: Client, settings: Settings
) -> None:
    settings.OIDC_CREATE_USERS = False
    prepared = User.objects.create_user("li.na")

    log_in_there(client)

    assert is_in(client)
    assert ProvidedAccount.objects.get().user == prepared


@pytest.mark.parametrize(
    ("claims", "makes"),
    [
        pytest.param({"groups": ["staff"]}, True, id="no role"),
        pytest.param({"groups": None}, True, id="no groups"),
        pytest.param({}, False, id="no account, and none is made"),
    ],
)
def test_nobody_gets_in_when_he_has_no_role_or_account(
    provider: OpenIdProvider, client: Client, settings: Settings, claims: dict[str, Any], makes: bool
) -> None:
    provider.claims |= claims
    settings.OIDC_CREATE_USERS = makes

    log_in_there(client)

    assert not is_in(client)
    assert not User.objects.exists()


def test_groups_are_asked_for_when_the_token_does_not_tell_them(
    provider: OpenIdProvider, client: Client
) -> None:
    provider.false_claims = {"groups": None, "preferred_username": None}

    log_in_there(client)

    assert is_in(client)


def test_second_factor_is_asked_for_here_when_one_is_set_up_here(
    provider: OpenIdProvider, client: Client, settings: Settings
) -> None:
    log_in_there(client)
    device = TOTPDevice.objects.create(user=User.objects.get(), name="totp", confirmed=True)
    fresh = Client()

    led = log_in_there(fresh)
    before = is_in(fresh)
    fresh.post(led.headers["Location"], {"code": "000000"})
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    wrong = is_in(fresh)
    fresh.post(led.headers["Location"], {"code": f"{totp(device.bin_key):06}"})

    assert led.headers["Location"] == "/admin/oidc/code/"
    assert (before, wrong, is_in(fresh)) == (False, False, True)


@pytest.mark.parametrize(("left_to", "gets_in"), [("provider", True), ("here", False)])
def test_second_factor_is_left_to_the_provider_when_that_is_set(
    provider: OpenIdProvider, client: Client, settings: Settings, left_to: str, gets_in: bool
) -> None:
    settings.OIDC_SECOND_FACTOR = left_to
    settings.ADMIN_SECOND_FACTOR = frozenset({"required"})

    log_in_there(client)

    assert is_in(client) is gets_in


def test_passwords_are_of_no_use_when_they_are_switched_off(
    provider: OpenIdProvider, boss: User, client: Client, log_in: LogIn, settings: Settings
) -> None:
    settings.PASSWORD_LOGIN = False

    page = client.get("/admin/login/").content.decode()
    answer = log_in(client, password=PASSWORD)

    assert answer.status_code == 403
    assert "id_password" not in page
    assert "/admin/oidc/" in page


def test_there_is_no_way_to_a_provider_when_none_is_set_up(client: Client) -> None:
    paths = ("/admin/oidc/", "/admin/oidc/back/", "/admin/oidc/code/")

    assert [client.get(path).status_code for path in paths] == [404, 404, 404]
    assert "/admin/oidc/" not in client.get("/admin/login/").content.decode()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        pytest.param({"issuer": "", "password_login": False}, {"PASSWORD_LOGIN"}, id="nobody could log in"),
        pytest.param(
            {"client": "", "client_secret": ""}, {"OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"}, id="no client"
        ),
        pytest.param({"roles": {}, "makes_users": True}, {"OIDC_ROLES"}, id="users without a role"),
        pytest.param({}, set(), id="all right"),
    ],
)
def test_settings_are_refused_by_name_when_they_do_not_fit(given: dict[str, Any], named: set[str]) -> None:
    right: dict[str, Any] = {
        "issuer": "https://id.example",
        "client": "c",
        "client_secret": "s",
        "roles": {"g": "viewer"},
        "makes_users": False,
        "password_login": True,
    }

    assert oidc_problems(**{**right, **given}).keys() == named


@pytest.mark.parametrize("raw", ['{"g": "king"}', "[]", "g=viewer"])
def test_roles_of_groups_are_refused_when_they_are_none(raw: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        roles_of_groups(raw)


def test_issuer_is_refused_when_anybody_could_listen() -> None:
    with pytest.raises(ValueError, match="https"):
        issuer("http://id.example")

    assert issuer("http://127.0.0.1:9/realm/") == "http://127.0.0.1:9/realm"
