"""Answers for what could not be answered: in both languages, whatever was asked and whatever is broken."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from statuspage.public.serve.answers import failure


def failed(request: HttpRequest) -> HttpResponse:
    """As Django's ``handler500``: without the database it is for a while, and no mistake of ours."""
    error = sys.exc_info()[1]
    answer = failure(is_for_now=isinstance(error, OperationalError | InterfaceError))
    return HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))
