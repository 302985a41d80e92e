"""Django's admin behind this entrance: with limits, and with a page for one's second factor."""

from typing import Any

import segno
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_GET
from django_otp import login as note_in_session

from statuspage import clock
from statuspage.entrance import limits, second_factor
from statuspage.entrance.forms import CodeForm, LoginForm, told_to_wait
from statuspage.entrance.known_device import remember
from statuspage.entrance.limits import Login
from statuspage.entrance.noting import Happening, note_happening
from statuspage.entrance.oidc import views as oidc
from statuspage.entrance.session_page import session_page
from statuspage.entrance.sessions import end_sessions
from statuspage.public.site import site
from statuspage.wording.active import said

PAGE = "admin:second_factor"
# What is done with one's second factor, as the log says it.
DONE = {"set-up": Happening.FACTOR, "codes": Happening.CODES, "remove": Happening.FACTOR_GONE}


class GuardedAdmin(admin.AdminSite):
    """Lets in who may enter and has shown the second factor that is asked of him."""

    login_form = LoginForm
    login_template = "admin/entrance/login.html"

    def has_permission(self, request: HttpRequest) -> bool:
        user = _user_of(request)
        return user is not None and super().has_permission(request) and self._is_guarded(request, user)

    def _is_guarded(self, request: HttpRequest, user: User) -> bool:
        return second_factor.suffices(user) or oidc.is_vouched(request)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        own: list[URLResolver | URLPattern] = [
            path("second-factor/", self.second_factor, name="second_factor"),
            path("oidc/", never_cache(require_GET(oidc.begin)), name="oidc"),
            path("oidc/back/", never_cache(require_GET(oidc.come_back)), name="oidc_back"),
            path("oidc/code/", never_cache(csrf_protect(self.oidc_code)), name="oidc_code"),
            path("sessions/", self.admin_view(self.sessions), name="sessions"),
        ]
        return own + super().get_urls()

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The form; who still has to set up a second factor is led there."""
        if request.method == "GET" and _must_set_up(request):
            return HttpResponseRedirect(reverse(PAGE))
        if request.method == "POST" and not settings.PASSWORD_LOGIN:
            raise PermissionDenied
        response = super().login(request, {**_ways_in(), **(extra_context or {})})
        if request.method == "POST" and response.status_code == 302:
            remember(response, request.user.get_username())
            self._note(request, Happening.LOGGED_IN)
        return response

    def logout(  # type: ignore[override]  # Django's redirects, too
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's, noted."""
        if request.method == "POST":
            self._note(request, Happening.LOGGED_OUT)
        return super().logout(request, extra_context)

    def _note(self, request: HttpRequest, what: Happening) -> None:
        user = _user_of(request)
        if user is not None:
            note_happening(request, what, user, now=clock.now())

    def oidc_code(self, request: HttpRequest) -> HttpResponse:
        """The second factor after the provider's own check."""
        return oidc.ask_code(request, self.each_context(request))

    def sessions(self, request: HttpRequest) -> HttpResponse:
        """One's own sessions, and for owners those of others."""
        return session_page(request, self.each_context(request))

    def password_change(  # type: ignore[override]  # Django's redirects, too
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's; who holds somebody's session may not guess the old password without end."""
        if request.method != "POST":
            return super().password_change(request, extra_context)
        now = clock.now()
        # The account's own, whatever browser or network it is.
        attempt = Login(account=request.user.get_username(), network="", device="change of the password")
        wait_until = limits.take_place(attempt, now)
        if wait_until is not None:
            messages.error(request, told_to_wait(wait_until, now))
            return HttpResponseRedirect(reverse("admin:password_change"))
        response = super().password_change(request, extra_context)
        if response.status_code == 302:
            limits.give_back(attempt, now)
            self._note(request, Happening.PASSWORD)
            end_sessions(request.user, but=request.session.session_key)
        return response

    @method_decorator(never_cache)
    @method_decorator(csrf_protect)
    def second_factor(self, request: HttpRequest) -> HttpResponse:
        """One's own second factor: set up, given new recovery codes, or removed, each with a code."""
        user = _user_of(request)
        if user is None or not (self.has_permission(request) or _must_set_up(request)):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        form = CodeForm(request.POST or None)
        codes: list[str] = []
        if request.method == "POST" and form.is_valid():
            done = _do(request, user, request.POST.get("do", ""), form.cleaned_data["code"])
            if done is None:
                form.add_error("code", _("That is not the code of the second factor."))
            elif not done:
                return HttpResponseRedirect(reverse(PAGE))
            else:
                codes = done
        return TemplateResponse(
            request,
            "admin/entrance/second_factor.html",
            {
                **self.each_context(request),
                "title": _("Second factor"),
                "form": form,
                "codes": codes,
                **_state(user, request.session),
            },
        )


def _ways_in() -> dict[str, object]:
    """By what people log in here."""
    label = settings.OIDC_LABEL if oidc.is_set_up() else ""
    return {"provider": label, "by_password": settings.PASSWORD_LOGIN}


def _user_of(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _must_set_up(request: HttpRequest) -> bool:
    """Whether the only thing that keeps somebody out is that he has no second factor yet."""
    user = _user_of(request)
    return (
        user is not None
        and user.is_active
        and user.is_staff
        and second_factor.device_of(user) is None
        and second_factor.is_required_of(user)
        and not oidc.is_vouched(request)
    )


def _do(request: HttpRequest, user: User, what: str, code: str) -> list[str] | None:
    """Do what is asked and note it: recovery codes to show, nothing, or None where the code is wrong."""
    done = _carry_out(request, user, what, code)
    if done or (done is not None and what == "remove"):
        note_happening(request, DONE[what], user, now=clock.now())
    return done


def _carry_out(request: HttpRequest, user: User, what: str, code: str) -> list[str] | None:
    if what == "set-up":
        if second_factor.device_of(user) is not None:
            return []
        device = second_factor.new_device(user, request.session)
        if not second_factor.confirm(device, code):
            return None
        note_in_session(request, device)
        return second_factor.make_recovery_codes(user)
    if second_factor.verified_by(user, code) is None:
        return None
    if what == "codes":
        return second_factor.make_recovery_codes(user)
    if what == "remove":
        second_factor.remove(user)
    return []


def _state(user: User, session: SessionBase) -> dict[str, object]:
    """What the page shows of a user's second factor."""
    device = second_factor.device_of(user)
    if device is not None:
        return {"device": device, "left": second_factor.recovery_codes_left(user)}
    device = second_factor.new_device(user, session)
    address = second_factor.key_address(
        device, account=user.get_username(), site=said(site().name) or settings.SITE_URL
    )
    # On white, or it cannot be read where the admin is dark.
    picture = segno.make(address, micro=False).svg_inline(scale=4, light="white")
    return {"picture": mark_safe(picture), "key": second_factor.key_text(device)}
