"""The operation by which another monitor tells us what it sees."""

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.errors import HttpError
from ninja.security import HttpBearer
from pydantic import Field

from statuspage import clock
from statuspage.api import examples
from statuspage.api.answers import FieldProblem, Problem
from statuspage.api.examples import example
from statuspage.outside.models import Sender
from statuspage.outside.posted import MOST_POSTED_BYTES, AlertmanagerPost, SignalRefusal, told
from statuspage.outside.receiving import note_refused, refused_places, take_in
from statuspage.outside.senders import find_sender, has_room

_WHY = {
    SignalRefusal.FUTURE: "startsAt: it began in the future: is a clock wrong?",
    SignalRefusal.OLD: "startsAt: it began more than 90 days ago",
    SignalRefusal.MANY: "more than 500 signals of this sender go on already",
}
_REFUSALS = dict.fromkeys((400, 401, 413, 422, 429, 503), Problem)
alerts = Router()


class SignalsTaken(Schema):
    """What a post came to; ``faults`` are the signals in it that were refused, and why."""

    model_config = example(examples.SIGNALS_TAKEN)
    new: int = 0
    again: int = Field(0, description="They went on already.")
    ended: int = 0
    over: int = Field(0, description="They were over already, or were never heard while they went on.")
    unmatched: int = Field(0, description="No rule took them: they are listed in the admin and mean nothing.")
    faults: list[FieldProblem] = []


class SenderBearer(HttpBearer):
    """``Authorization: Bearer fs_…``: the token of one other monitor, made in the admin."""

    openapi_description = "The token of another monitor, made in the admin."

    def authenticate(self, request: HttpRequest, token: str) -> Sender | None:
        """Before the body is read: who posts too much, or too often, costs no more than this."""
        sender = find_sender(token)
        if sender is None:
            return None
        if _length(request) > MOST_POSTED_BYTES:
            note_refused(sender, SignalRefusal.SIZE)
            raise HttpError(413, f"The body is larger than {MOST_POSTED_BYTES} bytes: set max_alerts.")
        if not has_room(sender, now=clock.now()):
            raise HttpError(429, "Too many posts in this minute.")
        return sender


@alerts.post(
    "/alertmanager",
    auth=SenderBearer(),
    response={200: SignalsTaken, **_REFUSALS},
    summary="Take in Alertmanager's webhook (version 4)",
)
def take_alertmanager(request: HttpRequest, response: HttpResponse, post: AlertmanagerPost) -> SignalsTaken:
    """An alert is known by its fingerprint and its start: to send it again changes nothing.

    Rules in the admin say what it means.
    """
    sender: Sender = request.auth  # type: ignore[attr-defined]  # ninja puts what it found there
    taken = take_in(sender, [told(alert) for alert in post.alerts], now=clock.now())
    return SignalsTaken(
        new=taken.counts.get("new", 0),
        again=taken.counts.get("again", 0),
        ended=taken.counts.get("ended", 0),
        over=taken.counts.get("over", 0),
        unmatched=taken.unmatched,
        faults=[
            FieldProblem(where=where, message=_WHY[refusal])
            for where, refusal in refused_places(taken.refused)
        ],
    )


def _length(request: HttpRequest) -> int:
    given = request.META.get("CONTENT_LENGTH") or "0"
    return int(given) if given.isascii() and given.isdigit() else 0
