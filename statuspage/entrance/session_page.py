"""The page of one's own sessions, and for owners of those of others: what is open, and a button to end it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from statuspage import clock
from statuspage.entrance import rights
from statuspage.entrance.noting import Happening, note_happening
from statuspage.entrance.roles import is_owner
from statuspage.entrance.sessions import end_session, end_sessions, sessions_of

LONGEST_NUMBER = 18  # digits of a row's number


def session_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The list, and what is asked by its buttons; 403 for another's sessions unless one is an owner."""
    user = _whose(request)
    if request.method == "POST":
        _end(request, user)
        return HttpResponseRedirect(request.get_full_path())
    title = _("Sessions of %(name)s") % {"name": user.get_username()}
    shown = sessions_of(user, this=request.session.session_key, now=clock.now())
    values = {**context, "title": title, "sessions": shown, "zone": settings.TIME_ZONE}
    return TemplateResponse(request, "admin/entrance/sessions.html", values)


def _whose(request: HttpRequest) -> User:
    asked, own = request.GET.get("of", ""), request.user
    assert isinstance(own, User)  # the admin lets nobody else in
    if asked in ("", str(own.pk)):
        return own
    if not (asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER):
        raise Http404
    user = get_object_or_404(User, pk=int(asked))
    if not (is_owner(own) and rights.may_change(own, user)):
        raise PermissionDenied
    return user


def _end(request: HttpRequest, user: User) -> None:
    if request.POST.get("do") == "others":
        ended = end_sessions(user, but=request.session.session_key)
    else:
        ended = int(end_session(user, request.POST.get("handle", "")))
    if ended:
        note_happening(request, Happening.SESSIONS, user, now=clock.now())
    told = ngettext("%(n)d session ended.", "%(n)d sessions ended.", ended) % {"n": ended}
    messages.success(request, told)
