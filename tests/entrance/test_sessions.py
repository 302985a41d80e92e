"""A session is new at each login, ends with the password, and its cookie stays between browser and site."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.entrance.conftest import PASSWORD, LogIn


def test_session_is_another_one_when_somebody_logs_in(boss: User, client: Client, log_in: LogIn) -> None:
    client.get("/admin/login/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    before = session.session_key

    log_in(client)

    assert client.cookies["sessionid"].value != before
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 12 * 3600


def test_other_sessions_end_when_the_password_is_changed(boss: User, log_in: LogIn) -> None:
    here, elsewhere = Client(), Client()
    log_in(here)
    log_in(elsewhere)

    form = {
        "old_password": PASSWORD,
        "new_password1": "a fresh long one",
        "new_password2": "a fresh long one",
    }
    here.post("/admin/password_change/", form)

    assert here.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:x"]
)
def test_login_leads_to_the_admin_when_it_is_to_lead_elsewhere(
    boss: User, client: Client, target: str
) -> None:
    answer = client.post("/admin/login/", {"username": "boss", "password": PASSWORD, "next": target})

    assert answer.headers["Location"] == "/admin/"
