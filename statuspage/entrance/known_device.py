"""A browser that somebody has logged in with before, known by a signed cookie that lasts half a year."""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

COOKIE = "fogbreak_known"
SALT = "fogbreak.entrance.known"
LASTS_S = 180 * 86400


def known_device(request: HttpRequest, account: str) -> str:
    """The browser's number, where ``account`` has logged in with it; empty otherwise."""
    try:
        owner, number = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS_S)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(number) if owner == account else ""


def remember(response: HttpResponse, account: str) -> None:
    """Let the browser be known from now on; it opens nothing by itself."""
    response.set_cookie(
        COOKIE,
        signing.dumps([account, secrets.token_urlsafe(12)], salt=SALT),
        max_age=LASTS_S,
        path=reverse("admin:login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
