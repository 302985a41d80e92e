"""The pages on which people ask to be told by mail, say yes, change what they are told, and stop it."""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from probes.vocabulary.telling import Membership, Rhythm
from statuspage import clock
from statuspage.asking.caller import caller_of, comes_from_here
from statuspage.asking.views import FormHeadline, in_language
from statuspage.public.frame import frame_of
from statuspage.public.languages import IN_ALL_SCRIPTS, TRADITIONAL, Language
from statuspage.public.site import site
from statuspage.subscribers.addresses import read_address
from statuspage.subscribers.ending import unsubscribe_mail
from statuspage.subscribers.forms import form_of, read_rhythm, read_topic_of, read_wish
from statuspage.subscribers.joining import MailRequest, ask_for_mail, change, confirm
from statuspage.subscribers.models import Subscription
from statuspage.subscribers.tokens import LinkPurpose, read_token, token_for
from statuspage.subscribers.wishes import PAGE
from statuspage.wording.subscribing import LABELS

TokenView = Callable[[HttpRequest, Language, str], HttpResponse]

BASE = "subscribe/"
STATUSES = {
    "mail_crowded": HTTPStatus.TOO_MANY_REQUESTS,
    "mail_foreign": HTTPStatus.FORBIDDEN,
    "mail_off": HTTPStatus.NOT_FOUND,
    "mail_over": HTTPStatus.NOT_FOUND,
}


@csrf_exempt  # it has no cookie; foreign pages are told apart by what browsers say of themselves
@require_http_methods(["GET", "HEAD", "POST"])
@in_language
def subscribe_page(request: HttpRequest, language: Language) -> HttpResponse:
    """The form. What it answers does not depend on whether the address is known."""
    sent = request.POST if request.method == "POST" else request.GET
    topic = read_topic_of(sent)
    trouble = "mail_off" if settings.EMAIL_URL is None else "mail_over" if topic is None else ""
    if request.method == "POST" and not trouble:
        trouble = _ask(request, language, topic or PAGE)
        if not trouble:
            return _see_other(site().root(language) + f"{BASE}sent/")
    wish, rhythm = read_wish(sent), read_rhythm(sent)
    context = {
        "form": form_of(wish, rhythm),
        "trouble": trouble,
        "incident": sent.get("incident", "") if topic not in {None, PAGE} else "",
        "open": trouble not in {"mail_off", "mail_over"},
        "email": sent.get("email", "")[:254] if request.method == "POST" else "",
    }
    status = STATUSES.get(trouble, HTTPStatus.BAD_REQUEST) if trouble else HTTPStatus.OK
    return _page(request, language, "subscribe", BASE, context, status=status)


def _ask(request: HttpRequest, language: Language, topic: str) -> str:
    """Take down what a form asks for; gives why that could not be, as a template names it, or nothing."""
    if not comes_from_here(request):
        return "mail_foreign"
    # People do not see this field; who fills it in is thanked and not heard.
    if request.POST.get("website"):
        return ""
    try:
        address = read_address(request.POST.get("email", "")[:300])
    except ValueError:
        return "mail_bad_address"
    asked = MailRequest(
        address=address,
        wish=read_wish(request.POST, topic=topic),
        language=language.code,
        rhythm=read_rhythm(request.POST) if topic == PAGE else Rhythm.AT_ONCE,
    )
    taken = ask_for_mail(asked, caller=caller_of(request), now=clock.now())
    return "" if taken else "mail_crowded"


@require_safe
@in_language
def sent_page(request: HttpRequest, language: Language) -> HttpResponse:
    """What a form is answered with, whatever the address."""
    return _page(request, language, "mail_sent", f"{BASE}sent/", {})


def with_token(view: TokenView) -> TokenView:
    """Run a view in the language of its address; the token in it is the right, and no site hears it."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def run(request: HttpRequest, language: Language, token: str) -> HttpResponse:
        def shown(request: HttpRequest, language: Language) -> HttpResponse:
            return view(request, language, token)

        response = in_language(shown)(request, language)
        # Not on the form: there browsers would send "Origin: null", as for a form of a foreign page.
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return run


@with_token
def confirm_page(request: HttpRequest, language: Language, token: str) -> HttpResponse:
    """A button: programs that look at links in mails must not say yes in somebody's name."""
    row, here = _row(LinkPurpose.CONFIRM, token), f"{BASE}confirm/{token}/"
    if row is None:
        return _gone(request, language, here)
    if request.method == "POST":
        confirm(row, now=clock.now())
    elif row.standing != Membership.ACTIVE.value:
        return _page(request, language, "mail_confirm", here, {})
    # Also for who comes back, or reads it in the other language.
    return _page(request, language, "mail_confirmed", here, {"manage": _manage(row, language)})


@with_token
def manage_page(request: HttpRequest, language: Language, token: str) -> HttpResponse:
    """What somebody is told, to change it or to stop it."""
    row, here = _row(LinkPurpose.MANAGE, token), f"{BASE}manage/{token}/"
    if row is None or row.standing != Membership.ACTIVE.value:
        return _gone(request, language, here)
    posted = request.method == "POST"
    if posted:
        wish, rhythm = read_wish(request.POST, topic=row.topic), read_rhythm(request.POST)
        change(row, wish=wish, language=_language(request, row), rhythm=rhythm)
    context = {
        "form": form_of(row.wish, Rhythm(row.rhythm)),
        "languages": [one for one in IN_ALL_SCRIPTS if one is not TRADITIONAL or site().has_traditional],
        "chosen": row.language,
        "whole": row.topic == PAGE,
        "saved": posted,
        "stop": f"{site().root(language)}{BASE}stop/{token}/",
    }
    return _page(request, language, "mail_manage", here, context)


@with_token
def stop_page(request: HttpRequest, language: Language, token: str) -> HttpResponse:
    """A button, and what mail programs send when their own is tapped (RFC 8058)."""
    row, here = _row(LinkPurpose.MANAGE, token), f"{BASE}stop/{token}/"
    if request.method == "POST":
        if row is not None:
            unsubscribe_mail(row)
        return _page(request, language, "mail_stopped", here, {})
    return _gone(request, language, here) if row is None else _page(request, language, "mail_stop", here, {})


def _row(purpose: LinkPurpose, token: str) -> Subscription | None:
    key = read_token(purpose, token, settings.SECRET_KEY)
    return Subscription.objects.filter(key=key).first() if key else None


def _language(request: HttpRequest, row: Subscription) -> str:
    asked = request.POST.get("language", "")
    return asked if asked in {one.code for one in IN_ALL_SCRIPTS} else row.language


def _manage(row: Subscription, language: Language) -> str:
    token = token_for(LinkPurpose.MANAGE, row.key, settings.SECRET_KEY)
    return f"{site().root(language)}{BASE}manage/{token}/"


def _gone(request: HttpRequest, language: Language, here: str) -> HttpResponse:
    return _page(request, language, "mail_gone", here, {}, status=HTTPStatus.NOT_FOUND)


def _page(
    request: HttpRequest,
    language: Language,
    name: str,
    path: str,
    context: Mapping[str, object],
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """One of the pages; nobody keeps it, and no address of it is told elsewhere."""
    now = clock.known()
    frame = frame_of(site(), language, path, FormHeadline(headline=LABELS[name].say(n=0)), at=now, as_of=now)
    template = "subscribe" if name in {"subscribe", "mail_manage"} else "said"
    shared = {"name": name, "base": site().root(language) + BASE, "hour": settings.DIGEST_HOUR}
    response = render(
        request,
        f"public/subscribing/{template}.html",
        {**frame, **shared, "zone": settings.TIME_ZONE, **context},
        status=status,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _see_other(address: str) -> HttpResponse:
    return HttpResponse(
        status=HTTPStatus.SEE_OTHER, headers={"Location": address, "Cache-Control": "no-store"}
    )
