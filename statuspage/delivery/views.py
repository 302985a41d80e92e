"""Takes down, for a page's script, that its reader wants to be told, and lets go of it."""

from collections.abc import Callable
from http import HTTPStatus

import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from statuspage import clock
from statuspage.asking.caller import caller_of, comes_from_here
from statuspage.delivery.subscribing import Subscribed, subscribe, unsubscribe
from statuspage.delivery.topics import read_topic
from statuspage.public.languages import TRADITIONAL, Language
from statuspage.webpush.receivers import Receiver

MOST_BYTES = 4096
ANSWERS = {
    Subscribed.TAKEN: HTTPStatus.CREATED,
    Subscribed.UNKNOWN: HTTPStatus.NOT_FOUND,
    Subscribed.CROWDED: HTTPStatus.TOO_MANY_REQUESTS,
}


class _Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the script sends: a topic, and the browser's subscription as it gives it."""

    topic: str
    endpoint: str
    p256dh: str = ""
    auth: str = ""


@csrf_exempt  # it has no cookie; foreign pages are told apart by what browsers say of themselves
@require_POST
def start(request: HttpRequest, language: Language) -> HttpResponse:
    """201 where it will be told, 404 where there is nothing to tell of, 429 where too many asked."""

    def take(wish: _Wish) -> HTTPStatus:
        done = subscribe(
            topic=read_topic(wish.topic),
            receiver=msgspec.convert(msgspec.structs.asdict(wish), Receiver),
            language=language.code,
            caller=caller_of(request),
            now=clock.now(),
        )
        return ANSWERS[done]

    if language is TRADITIONAL and not settings.TRADITIONAL_CHINESE:
        raise Http404  # as are the pages that a push would lead to
    return _answered(request, take)


@csrf_exempt
@require_POST
def stop(request: HttpRequest, language: Language) -> HttpResponse:
    """204, whether or not there was anything to forget."""

    def forget(wish: _Wish) -> HTTPStatus:
        unsubscribe(topic=read_topic(wish.topic), endpoint=wish.endpoint)
        return HTTPStatus.NO_CONTENT

    return _answered(request, forget)


def _answered(request: HttpRequest, work: Callable[[_Wish], HTTPStatus]) -> HttpResponse:
    """The status that ``work`` gives; 403 for a foreign page, 400 with the reason for what cannot be read."""
    if not comes_from_here(request):
        return _plain(HTTPStatus.FORBIDDEN)
    if len(request.body) > MOST_BYTES:
        return _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        return _plain(work(msgspec.json.decode(request.body, type=_Wish)))
    except (ValueError, RecursionError) as error:  # of which msgspec's are kinds
        return _plain(HTTPStatus.BAD_REQUEST, str(error))


def _plain(status: HTTPStatus, text: str = "") -> HttpResponse:
    return HttpResponse(
        text, status=status, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
