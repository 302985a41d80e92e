"""Who guesses passwords is refused before anything is hashed, and keeps nobody else out."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import hashers
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from statuspage.entrance import limits
from statuspage.entrance.limits import Login
from statuspage.entrance.models import LoginAttempts
from tests.entrance.conftest import PASSWORD, LogIn

NOW = datetime(2026, 3, 2, 12, 0, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
AT_ONCE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", "entrance", verbosity=0, skip_checks=True)
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from statuspage.entrance import limits
guess = limits.Login(account="boss", network="203.0.113.0/24")
def heard(_):
    return limits.take_place(guess, datetime(2026, 3, 2, 12, tzinfo=UTC)) is None
with ThreadPoolExecutor(8) as guessers:
    print(sum(guessers.map(heard, range(40))))
"""
GUESSER = "203.0.113.5"


def attempt(account: str = "boss", network: str = "203.0.113.0/24", device: str = "") -> Login:
    return Login(account=account, network=network, device=device)


def taken(wanted: Login, times: int, now: datetime = NOW) -> int:
    return sum(limits.take_place(wanted, now) is None for _ in range(times))


def test_guesser_is_refused_without_hashing_when_his_network_tried_too_often(
    boss: User, client: Client, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(limits.PER_NETWORK_AND_ACCOUNT):
        log_in(client, password=f"guess {number}", address=GUESSER)
    monkeypatch.setattr(hashers, "verify_password", lambda *_, **__: pytest.fail("a password was hashed"))

    answer = log_in(client, address="203.0.113.77")

    assert answer.status_code == 200
    assert b"Too many attempts. Try again in" in answer.content


def test_owner_gets_in_when_strangers_elsewhere_guess_his_password(
    boss: User, client: Client, log_in: LogIn
) -> None:
    for number in range(limits.PER_NETWORK_AND_ACCOUNT + 1):
        log_in(client, password=f"guess {number}", address=GUESSER)

    answer = log_in(Client(), address="198.51.100.7")

    assert answer.status_code == 302


def test_owner_gets_in_from_a_known_browser_when_all_his_network_is_refused(
    boss: User, client: Client, log_in: LogIn
) -> None:
    known = Client()
    assert log_in(known, address=GUESSER).status_code == 302
    known.post("/admin/logout/")
    for number in range(limits.PER_NETWORK + 1):
        log_in(client, name=f"anybody {number}", address=GUESSER)
    assert b"Too many" in log_in(client, address=GUESSER).content

    answer = log_in(known, address=GUESSER)

    assert answer.status_code == 302


def test_known_browser_opens_nothing_when_its_cookie_is_of_another_or_forged(
    boss: User, log_in: LogIn
) -> None:
    other, forged = Client(), Client()
    User.objects.create_superuser(username="other", password="another long password")
    log_in(other, name="other", password="another long password", address=GUESSER)
    forged.cookies["fogbreak_known"] = "boss:forged"
    taken(attempt(), limits.PER_NETWORK_AND_ACCOUNT, datetime.now(tz=UTC))

    assert b"Too many" in log_in(other, address=GUESSER).content
    assert b"Too many" in log_in(forged, address=GUESSER).content


@pytest.mark.django_db
def test_account_is_slowed_but_not_closed_when_many_networks_guess() -> None:
    everywhere = [attempt(network=f"10.0.{number}.0/24") for number in range(limits.PER_ACCOUNT + 5)]

    heard = [limits.take_place(each, NOW) is None for each in everywhere]

    # After the last of its places one in twenty seconds.
    assert heard == [True] * (limits.PER_ACCOUNT + 1) + [False] * 4
    assert limits.take_place(attempt(network="elsewhere"), NOW + limits.SLOW) is None
    assert limits.take_place(attempt(device="known"), NOW) is None


@pytest.mark.django_db
def test_hashing_keeps_to_a_pace_when_many_networks_guess_many_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IN_ALL", 20)
    everybody = [attempt(f"name {number}", f"10.0.{number}.0/24") for number in range(40)]

    heard = [limits.take_place(each, NOW) is None for each in everybody]

    assert sum(heard) == 21
    assert limits.take_place(attempt("another", "10.1.0.0/24"), NOW + limits.SLOW_IN_ALL) is None
    assert limits.take_place(attempt(device="known"), NOW) is None
    # Who was refused for others has not lost a place of his own.
    assert LoginAttempts.objects.filter(count__gt=20).count() == 0
    assert limits.take_place(everybody[-1], NOW + limits.PERIOD) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("limit", "flood"),
    [
        pytest.param("PER_NETWORK", lambda number: attempt(f"name {number}"), id="of a network"),
        pytest.param("PER_ACCOUNT", lambda number: attempt(network=f"10.0.{number}.0/24"), id="an account"),
        pytest.param("IN_ALL", lambda number: attempt(f"{number}", f"10.0.{number}.0/24"), id="everybody"),
        pytest.param("PER_DEVICE", lambda number: attempt(device="known"), id="of a known browser"),
    ],
)
def test_flood_keeps_no_writer_busy_when_it_is_refused(
    limit: str, flood: Callable[[int], Login], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, limit, 5)
    for number in range(6):
        limits.take_place(flood(number), NOW)

    with CaptureQueriesContext(connection) as asked:
        heard = [limits.take_place(flood(number), NOW) is None for number in range(6, 16)]

    assert not any(heard)
    # A transaction would begin with a lock for writing, or a savepoint here.
    assert {query["sql"].split()[0] for query in asked.captured_queries} == {"SELECT"}
    assert len(asked) == 10


@pytest.mark.django_db
def test_places_are_free_again_when_the_period_is_over_or_an_attempt_succeeds() -> None:
    assert taken(attempt(), 50) == limits.PER_NETWORK_AND_ACCOUNT

    limits.give_back(attempt(), NOW)

    assert taken(attempt(), 50) == 1
    assert taken(attempt(), 50, NOW + limits.PERIOD) == limits.PER_NETWORK_AND_ACCOUNT
    assert not LoginAttempts.objects.filter(until__lt=NOW + limits.PERIOD - timedelta(seconds=2)).exists()


def test_no_more_are_heard_than_there_are_places_when_all_come_at_once(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE],
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "statuspage.settings"},
        check=True,
        capture_output=True,
        text=True,
    )

    assert int(done.stdout) == limits.PER_NETWORK_AND_ACCOUNT


@pytest.mark.django_db
def test_limit_is_noted_without_the_name_when_it_is_reached(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "statuspage.entrance"):
        taken(attempt(account="hunter2"), 50)

    assert [record.message for record in caplog.records] == [
        "login: limit of 10 per 0:15:00 reached: both 203.0.113.0/24"
    ]
    stored = LoginAttempts.objects.values_list("key", flat=True)
    assert not any("203" in key and "." in key for key in stored)


def test_nothing_is_written_when_a_form_comes_without_a_password(
    boss: User, client: Client, log_in: LogIn
) -> None:
    answer = log_in(client, password="")

    assert answer.status_code == 200
    assert not LoginAttempts.objects.exists()


def test_old_password_cannot_be_guessed_when_somebody_holds_a_session(
    boss: User, client: Client, log_in: LogIn
) -> None:
    log_in(client)
    new = {"new_password1": "a fresh long one", "new_password2": "a fresh long one"}
    for number in range(limits.PER_DEVICE):
        client.post("/admin/password_change/", {"old_password": f"guess {number}", **new})

    client.post("/admin/password_change/", {"old_password": PASSWORD, **new})

    boss.refresh_from_db()
    assert boss.check_password(PASSWORD)


def test_everybody_may_try_again_when_an_operator_lifts_the_limits(
    boss: User, client: Client, log_in: LogIn
) -> None:
    for number in range(limits.PER_NETWORK_AND_ACCOUNT + 1):
        log_in(client, password=f"guess {number}")

    call_command("lift_login_limits")

    assert log_in(client).status_code == 302
