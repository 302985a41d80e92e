"""Gives every answer that Django makes the security headers of published pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from statuspage.public.headers import SECURITY


class StatedHeaders:
    """Middleware: the admin, the forms, the API and every error; what an answer says of itself stays."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        for name, value in SECURITY:
            response.headers.setdefault(name, value)
        return response
