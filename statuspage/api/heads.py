"""Answers HEAD under the API's addresses as GET would be, without the body."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PREFIX = "/api/v1/"


class HeadAsGet:
    """Middleware: RFC 9110 wants HEAD wherever GET is, and the API's router knows only what is declared."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self._get_response(request)
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        response = self._get_response(request)
        allowed = response.headers.get("Allow", "").split(", ")
        if "GET" in allowed and "HEAD" not in allowed:
            response.headers["Allow"] = ", ".join([*allowed, "HEAD"])
        if is_head:
            request.method = "HEAD"
            if response.status_code != 304:
                response.headers["Content-Length"] = str(len(response.content))
            response.content = b""
        return response
