"""Answers for what could not be answered: in both languages, whatever was asked and whatever is broken."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views import defaults

from statuspage import clock
from statuspage.public.frame import frame_of
from statuspage.public.languages import CHINESE, IN_ALL_SCRIPTS, TRADITIONAL, Language
from statuspage.public.serve.answers import failure
from statuspage.public.site import Site, site


def failed(request: HttpRequest) -> HttpResponse:
    """As Django's ``handler500``: without the database it is for a while, and no mistake of ours."""
    error = sys.exc_info()[1]
    answer = failure(is_for_now=isinstance(error, OperationalError | InterfaceError))
    return HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """As Django's ``handler404``: a page that leads on for who reads pages, a line for programs."""
    if not request.accepts("text/html") or request.path_info.startswith(("/admin/", "/api/")):
        return defaults.page_not_found(request, exception)
    language, now = _language_of(request.path_info, site()), clock.known()
    frame = frame_of(site(), language, "", None, at=now, as_of=now)
    with translation.override(language.code):
        response = render(request, "public/not_found.html", frame, status=404)
    response.headers["Cache-Control"] = "no-store"
    return response


def _language_of(path: str, of: Site) -> Language:
    spoken = [one for one in IN_ALL_SCRIPTS if of.has_traditional or one is not TRADITIONAL]
    return max(
        (one for one in spoken if path.startswith(one.root)), key=lambda one: len(one.root), default=CHINESE
    )
