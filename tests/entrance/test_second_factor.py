"""A second factor is set up by its user, asked for at each login, and can be lost without losing the site."""

import re
import time

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from statuspage.entrance import second_factor
from statuspage.entrance.models import RecoveryCode
from tests.entrance.conftest import LogIn

PAGE = "/admin/second-factor/"


def shown(device: TOTPDevice, steps: int = 0) -> str:
    """The code that an authenticator shows; one step later by ``steps``, since no code counts twice."""
    return f"{totp(device.bin_key, drift=steps):06}"


@pytest.fixture
def device(boss: User) -> TOTPDevice:
    """One that the boss has set up before."""
    made: TOTPDevice = TOTPDevice.objects.create(user=boss, name="totp", confirmed=True)
    return made


def test_user_sets_it_up_when_he_enters_what_the_authenticator_shows(
    boss: User, client: Client, log_in: LogIn
) -> None:
    log_in(client)
    page = client.get(PAGE).content.decode()
    device = TOTPDevice.objects.get(user=boss)
    wrong = client.post(PAGE, {"do": "set-up", "code": "000000"})
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)

    done = client.post(PAGE, {"do": "set-up", "code": shown(device)})

    assert "<svg" in page
    assert second_factor.key_text(device) in page
    assert wrong.context["form"].errors
    assert len(re.findall(r"<code>[\w-]{19}</code>", done.content.decode())) == second_factor.RECOVERY_CODES
    assert second_factor.device_of(boss) is not None
    assert client.get("/admin/").status_code == 200


def test_key_is_of_no_use_when_another_session_saw_it_before_it_was_set_up(
    boss: User, client: Client, log_in: LogIn
) -> None:
    thief = Client()
    log_in(thief)
    thief.get(PAGE)
    seen = TOTPDevice.objects.get(user=boss)
    log_in(client)

    pages = [client.get(PAGE).content.decode() for _ in range(2)]
    device = TOTPDevice.objects.get(user=boss)
    client.post(PAGE, {"do": "set-up", "code": shown(device)})

    assert device.key != seen.key
    assert all(second_factor.key_text(device) in page for page in pages)
    assert second_factor.device_of(boss) == device
    log_in(thief, code=shown(seen))
    assert thief.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    ("code", "gets_in"),
    [
        pytest.param("", False, id="no code"),
        pytest.param("000000", False, id="a wrong code"),
        pytest.param("right", True, id="what the authenticator shows"),
    ],
)
def test_login_asks_for_the_code_when_a_second_factor_is_set_up(
    device: TOTPDevice, client: Client, log_in: LogIn, code: str, gets_in: bool
) -> None:
    log_in(client, code=shown(device) if code == "right" else code)

    assert (client.get("/admin/").status_code == 200) is gets_in


def test_code_is_refused_when_it_was_used_before(device: TOTPDevice, client: Client, log_in: LogIn) -> None:
    code = shown(device)
    log_in(Client(), code=code)

    log_in(client, code=code)

    assert client.get("/admin/").status_code == 302


def test_recovery_code_lets_in_once_when_the_phone_is_lost(
    device: TOTPDevice, boss: User, log_in: LogIn
) -> None:
    code, *_ = second_factor.make_recovery_codes(boss)
    first, second = Client(), Client()

    log_in(first, code=code.upper())
    log_in(second, code=code)

    assert first.get("/admin/").status_code == 200
    assert second.get("/admin/").status_code == 302
    assert second_factor.recovery_codes_left(boss) == second_factor.RECOVERY_CODES - 1
    assert code.replace("-", "") not in str(list(RecoveryCode.objects.values_list("digest")))


def test_older_session_is_shut_out_when_its_user_sets_up_a_second_factor(
    boss: User, client: Client, log_in: LogIn
) -> None:
    log_in(client)
    assert client.get("/admin/").status_code == 200

    TOTPDevice.objects.create(user=boss, name="totp", confirmed=True)

    assert client.get("/admin/").status_code == 302


def test_user_is_led_to_set_it_up_when_it_is_required(
    boss: User, client: Client, log_in: LogIn, settings: Settings
) -> None:
    settings.ADMIN_SECOND_FACTOR = frozenset({"required"})

    log_in(client)

    led = client.get("/admin/monitoring/probe/", follow=True)
    assert led.redirect_chain[-1][0] == PAGE
    assert client.post("/admin/auth/user/add/", {}).status_code == 302
    done = client.post(PAGE, {"do": "set-up", "code": shown(TOTPDevice.objects.get(user=boss))})
    assert done.context["codes"]
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        pytest.param({"operator"}, True, id="of his role"),
        pytest.param({"owner"}, False, id="of another role"),
        pytest.param({"required"}, True, id="of everybody"),
        pytest.param(set(), False, id="of nobody"),
    ],
)
@pytest.mark.django_db
def test_second_factor_is_asked_for_when_it_is_required_of_a_role(
    client: Client, settings: Settings, asked: set[str], led: bool
) -> None:
    operator = User.objects.create_user("op", is_staff=True)
    operator.groups.add(Group.objects.get(name="operator"))
    settings.ADMIN_SECOND_FACTOR = frozenset(asked)
    client.force_login(operator)

    answer = client.get("/admin/")

    assert (answer.status_code == 302) is led


def test_page_is_closed_when_nobody_is_logged_in_or_only_by_password(
    device: TOTPDevice, boss: User, client: Client
) -> None:
    assert client.get(PAGE).status_code == 302
    client.force_login(boss)

    answer = client.post(PAGE, {"do": "remove", "code": shown(device)})

    assert answer.status_code == 302
    assert second_factor.device_of(boss) is not None


def test_user_removes_it_when_he_enters_a_code(device: TOTPDevice, boss: User, log_in: LogIn) -> None:
    client = Client()
    codes = second_factor.make_recovery_codes(boss)
    log_in(client, code=codes[0])

    client.post(PAGE, {"do": "remove", "code": "123"})
    assert second_factor.device_of(boss) is not None
    client.post(PAGE, {"do": "remove", "code": codes[1]})

    assert second_factor.device_of(boss) is None
    assert client.get("/admin/").status_code == 200


def test_operator_resets_it_when_phone_and_codes_are_lost(
    device: TOTPDevice, boss: User, client: Client, log_in: LogIn
) -> None:
    call_command("reset_second_factor", "boss")

    log_in(client)
    assert client.get("/admin/").status_code == 200
    with pytest.raises(CommandError, match="no second factor"):
        call_command("reset_second_factor", "boss")
    with pytest.raises(CommandError, match="no user 'nobody'"):
        call_command("reset_second_factor", "nobody")


def test_superuser_alone_removes_it_for_others_when_he_chooses_them(
    device: TOTPDevice, boss: User, log_in: LogIn
) -> None:
    client = Client()
    lost = User.objects.create_user(username="lost", is_staff=True)
    TOTPDevice.objects.create(user=lost, name="totp", confirmed=True)
    log_in(client, code=shown(device))
    chosen = {"action": "remove_second_factor", "_selected_action": [lost.pk]}

    client.post("/admin/auth/user/", chosen)

    assert second_factor.device_of(lost) is None
    assert b"otp_totp" not in client.get("/admin/").content


def test_guesses_of_the_code_are_slowed_when_the_password_is_known(
    device: TOTPDevice, client: Client, log_in: LogIn
) -> None:
    log_in(client, code="000000")

    log_in(client, code=shown(device))

    assert client.get("/admin/").status_code == 302
    time.sleep(1.1)
    log_in(client, code=shown(device))
    assert client.get("/admin/").status_code == 200
