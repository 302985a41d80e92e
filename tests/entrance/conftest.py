"""Somebody who may do everything in the admin, and the forms that lead there."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

PASSWORD = "correct horse battery staple"

LogIn = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def _quick(settings: Settings) -> None:
    """Files that were not collected."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.TRUSTED_PROXIES = 1


@pytest.fixture
def boss(db: None, _quick: None) -> User:
    return User.objects.create_superuser(username="boss", password=PASSWORD)


@pytest.fixture
def log_in() -> LogIn:
    """Sends the form of the login, by default as the boss from a network of his own."""

    def send(
        client: Client,
        *,
        password: str = PASSWORD,
        name: str = "boss",
        code: str = "",
        address: str = "198.51.100.7",
    ) -> HttpResponse:
        form = {"username": name, "password": password, "code": code, "next": "/admin/"}
        headers = {"x-forwarded-for": address, "accept-language": "en"}
        return client.post("/admin/login/", form, headers=headers)  # type: ignore[return-value]

    return send
