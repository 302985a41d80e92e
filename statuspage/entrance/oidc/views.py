"""The way to the provider and back: who comes back with a code that is good is logged in."""

import logging
import secrets
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_otp import login as note_in_session

from statuspage import clock
from statuspage.entrance import limits, second_factor
from statuspage.entrance.forms import CodeForm, told_to_wait
from statuspage.entrance.limits import Login
from statuspage.entrance.noting import Happening, note_happening, note_refusal
from statuspage.entrance.oidc import provider
from statuspage.entrance.oidc.accounts import NoAccountError, account_of
from statuspage.entrance.oidc.provider import CodeFlow, ProviderError
from statuspage.logbook.doers import stranger
from statuspage.networks import network_behind

log = logging.getLogger(__name__)

ATTEMPT, WAITS, VOUCHED, NEXT = "oidc_attempt", "oidc_waits", "oidc_vouched", "oidc_next"
BACKEND = "django.contrib.auth.backends.ModelBackend"
# So long somebody whom the provider vouches for may take to show the code.
CODE_WITHIN_S = 300


def is_set_up() -> bool:
    """Whether people log in by a provider."""
    return bool(settings.OIDC_ISSUER)


def is_vouched(request: HttpRequest) -> bool:
    """Whether the provider has seen to the second factor of this session, where that is left to it."""
    return settings.OIDC_SECOND_FACTOR == "provider" and bool(request.session.get(VOUCHED))


def begin(request: HttpRequest) -> HttpResponse:
    """Send somebody to the provider."""
    _must_be_set_up()
    now = clock.now()
    if wait_until := limits.take_place(_place(request), now):
        messages.error(request, told_to_wait(wait_until, now))
        return HttpResponseRedirect(reverse("admin:login"))
    attempt = CodeFlow(
        state=secrets.token_urlsafe(24), nonce=secrets.token_urlsafe(24), verifier=secrets.token_urlsafe(48)
    )
    try:
        address = provider.authorization_address(provider.discover(), attempt, back=_back())
    except ProviderError as error:
        return _refused(request, error)
    request.session[ATTEMPT] = [attempt.state, attempt.nonce, attempt.verifier]
    request.session[NEXT] = request.GET.get("next", "")
    return HttpResponseRedirect(address)


def come_back(request: HttpRequest) -> HttpResponse:
    """Log in who comes back with a code, if all that the provider says holds."""
    _must_be_set_up()
    known = request.session.pop(ATTEMPT, None)
    if known is None or not constant_time_compare(known[0], request.GET.get("state", "")):
        return _refused(request, ProviderError("nobody began this here"))
    attempt = CodeFlow(state=known[0], nonce=known[1], verifier=known[2])
    try:
        user = _vouched_for(request, attempt)
    except (ProviderError, NoAccountError) as error:
        note_refusal(request, "", now=clock.now())
        return _refused(request, error)
    limits.give_back(_place(request), clock.now())
    if settings.OIDC_SECOND_FACTOR == "here" and second_factor.device_of(user) is not None:
        request.session[WAITS] = [user.pk, clock.now().timestamp()]
        return HttpResponseRedirect(reverse("admin:oidc_code"))
    return _let_in(request, user)


def ask_code(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The second factor of who has shown the provider's, where it is asked here."""
    _must_be_set_up()
    waits, now = request.session.get(WAITS), clock.now()
    pk, since = waits or (0, 0.0)
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or now.timestamp() - since > CODE_WITHIN_S:
        return HttpResponseRedirect(reverse("admin:login"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        attempt = Login(
            account=user.get_username(), network=network_behind(request), device="code after oidc"
        )
        if wait_until := limits.take_place(attempt, now):
            form.add_error("code", told_to_wait(wait_until, now))
        elif device := second_factor.verified_by(user, form.cleaned_data["code"]):
            limits.give_back(attempt, now)
            answer = _let_in(request, user)
            note_in_session(request, device)
            return answer
        else:
            form.add_error("code", _("That is not the code of the second factor."))
    values = {**context, "title": _("Second factor"), "form": form}
    return TemplateResponse(request, "admin/entrance/oidc_code.html", values)


def _vouched_for(request: HttpRequest, attempt: CodeFlow) -> User:
    """The account of who comes back; raises ProviderError or NoAccountError with why there is none."""
    # The extra may not be installed.
    from statuspage.entrance.oidc.claims import ClaimsError, checked, identity_of

    if "code" not in request.GET:
        raise ProviderError(f"the provider refuses: {request.GET.get('error', '')[:100]!r}")
    now, endpoints = clock.now(), provider.discover()
    token, access = provider.tokens_for(request.GET["code"], endpoints, attempt, back=_back())
    try:
        claims = checked(
            token,
            provider.keys_of(endpoints),
            issuer=settings.OIDC_ISSUER,
            client=settings.OIDC_CLIENT_ID,
            nonce=attempt.nonce,
            now=now,
        )
        if {settings.OIDC_GROUPS_CLAIM, settings.OIDC_NAME_CLAIM} - claims.keys():
            more = provider.userinfo_of(endpoints, access)
            # Core 5.3.2: of somebody else it must not be used.
            claims = {**more, **claims} if more.get("sub") == claims["sub"] else claims
        who = identity_of(
            claims, name_claim=settings.OIDC_NAME_CLAIM, groups_claim=settings.OIDC_GROUPS_CLAIM
        )
    except ClaimsError as error:
        raise ProviderError(str(error)) from error
    return account_of(
        who,
        issuer=settings.OIDC_ISSUER,
        roles=settings.OIDC_ROLES,
        makes=settings.OIDC_CREATE_USERS,
        now=now,
        by=stranger(network=network_behind(request)),
    )


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    asked = request.session.pop(NEXT, "")
    request.session.pop(WAITS, None)
    login(request, user, backend=BACKEND)
    request.session[VOUCHED] = True
    note_happening(request, Happening.BY_PROVIDER, user, now=clock.now())
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(asked if asked and safe else reverse("admin:index"))


def _refused(request: HttpRequest, why: Exception) -> HttpResponse:
    """What strangers see says nothing of accounts; the log does."""
    log.warning("oidc: refused from network %s: %s", network_behind(request), why)
    messages.error(request, _("Logging in did not succeed. Who looks after this site finds why in its log."))
    return HttpResponseRedirect(reverse("admin:login"))


def _place(request: HttpRequest) -> Login:
    """What attempts by the provider are counted under."""
    return Login(account="by the provider", network=network_behind(request))


def _must_be_set_up() -> None:
    if not is_set_up():
        raise Http404


def _back() -> str:
    parts = urlsplit(settings.SITE_URL)
    return f"{parts.scheme}://{parts.netloc}{reverse('admin:oidc_back')}"
