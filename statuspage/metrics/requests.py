"""Counts what is asked of Django, by method, view and kind of answer, and how long it took."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from statuspage.metrics.reporting import REPORTER
from statuspage.metrics.tally import TALLY, SiteCount

# Whoever asks can send any word as a method.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_VIEW = "none"
LONGEST_VIEW = 100


class CountsRequests:
    """Middleware, the outermost one: it sees every answer, also those of the others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        REPORTER.keep_going()
        began_s = time.monotonic()
        response = self._get_response(request)
        view, method = view_of(request), request.method if request.method in METHODS else "other"
        TALLY.add(SiteCount.REQUESTS, [str(method), view, f"{response.status_code // 100}xx"])
        TALLY.took(SiteCount.REQUEST_SECONDS, view, time.monotonic() - began_s)
        return response


def view_of(request: HttpRequest) -> str:
    """The view's name in the code, never what was asked for: there are no more of these than views."""
    match = request.resolver_match
    if match is None:
        return NO_VIEW
    return (match.view_name or match._func_path)[:LONGEST_VIEW]
