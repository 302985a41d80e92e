"""Lets the log know whose request is answered."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from statuspage.logbook.doers import answering


class NamesTheDoer:
    """Middleware: looks up nobody until something is done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with answering(request):
            return self._get_response(request)
