"""The admin with the control room as its first page, which looks again by itself and takes decisions."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.states import IncidentStatus
from statuspage import clock
from statuspage.control.acting import ActRefusedError, Decision, carry_out, permissions_for
from statuspage.control.deciding import PERMISSIONS
from statuspage.control.everything import by_purpose
from statuspage.control.reading import Sight, read_room
from statuspage.entrance.site import GuardedAdmin
from statuspage.incidents.decisions import IncidentDecision

PAGE, ROOM = "admin/control/index.html", "admin/control/_room.html"
# By this the page tells when it was looked at, also where nothing is another way.
LOOKED_AT = "X-Looked-At"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The room as HTML, when it was looked at, and a tag that is another one where anything else is shown."""

    html: SafeString
    tag: str
    at: datetime


class ControlledAdmin(GuardedAdmin):
    """Its first page is the control room; all tables stand below it."""

    index_template = PAGE

    def get_urls(self) -> list[URLResolver | URLPattern]:
        own: list[URLResolver | URLPattern] = [
            path("room/", self.admin_view(require_safe(self.room)), name="control_room"),
            path("room/act/", self.admin_view(require_POST(self.act)), name="control_act"),
        ]
        return own + super().get_urls()

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The room as it stands, and everything else below it."""
        context = {
            **self.each_context(request),
            "title": _("Control room"),
            "subtitle": None,
            "purposes": by_purpose(self.get_app_list(request)),
            "room": _rendered(request),
            **(extra_context or {}),
        }
        request.current_app = self.name
        return TemplateResponse(request, PAGE, context)

    def room(self, request: HttpRequest) -> HttpResponse:
        """The room alone; nothing where whoever asks has it already."""
        return _answer(request, _rendered(request))

    def act(self, request: HttpRequest) -> HttpResponse:
        """Carry out a decision, and show the room in which it holds."""
        user, decision = request.user, _decision(request)
        if not (isinstance(user, User) and user.has_perms(permissions_for(decision))):
            raise PermissionDenied
        in_place = bool(request.headers.get("HX-Request"))
        try:
            told = carry_out(decision, author=user, now=clock.now())
        except ActRefusedError as refusal:
            room = _rendered(request, told=str(refusal), failed=True, draft=decision)
            return _answer(request, room) if in_place else self.index(request, {"room": room})
        if in_place:
            return _answer(request, _rendered(request, told=told, done=decision.pk))
        messages.success(request, told)
        return HttpResponseRedirect(reverse("admin:index"))


def _rendered(request: HttpRequest, **more: object) -> Rendered:
    now, token = clock.now(), get_token(request)
    context = {"room": read_room(now, _sight(request)), "token": token, "now": now, **more}
    html = render_to_string(ROOM, context, request)
    # The token is masked anew each time.
    shown = html.replace(token, "").encode()
    return Rendered(html=mark_safe(html), tag=f'"{blake2b(shown, digest_size=12).hexdigest()}"', at=now)


def _answer(request: HttpRequest, room: Rendered) -> HttpResponse:
    known = request.method != "POST" and request.headers.get("If-None-Match") == room.tag
    answer = HttpResponse(status=304) if known else HttpResponse(room.html)
    answer.headers["ETag"] = room.tag
    answer.headers[LOOKED_AT] = f"{localtime(room.at):%H:%M:%S}"
    return answer


def _sight(request: HttpRequest) -> Sight:
    may = request.user.has_perm
    return Sight(
        incidents=may("incidents.view_incident") or may("incidents.change_incident"),
        acts=frozenset(act for act in IncidentDecision if may(PERMISSIONS[act])),
        instrument=may("monitoring.view_progress"),
        planned=may("incidents.view_maintenance"),
    )


def _decision(request: HttpRequest) -> Decision:
    """What the form of a button says; what no button of ours sends is no decision."""
    given = request.POST
    try:
        return Decision(
            act=IncidentDecision(given.get("act", "")),
            pk=int(given.get("pk", "")),
            mark=given.get("mark", ""),
            body=Bilingual(given.get("body_zh", "").strip(), given.get("body_en", "").strip()),
            status=IncidentStatus(given["status"]) if given.get("status") else None,
            cause=Cause(given["cause"]) if given.get("cause") else None,
            minutes=int(given["minutes"]) if given.get("minutes") else None,
        )
    except ValueError as error:
        raise BadRequest(str(error)) from error
