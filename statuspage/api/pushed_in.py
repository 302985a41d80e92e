"""The operation by which a program pushes the checks that it made for one probe, or a heartbeat."""

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.errors import HttpError
from ninja.security import HttpBearer
from pydantic import Field

from statuspage import clock
from statuspage.api import examples
from statuspage.api.answers import FieldProblem, Problem
from statuspage.api.examples import example
from statuspage.outside.models import PushToken
from statuspage.outside.pushing import PushedChecks, PushFate, heartbeat, take_pushed
from statuspage.outside.senders import find_push_token, may_push

_WHY = {
    PushFate.FUTURE: "at: it ended in the future: is a clock wrong?",
    PushFate.OLD: "at: it ended more than ten minutes ago: by then it is missed",
}
_REFUSALS = dict.fromkeys((400, 401, 409, 422, 429, 503), Problem)
push = Router()


class PushTaken(Schema):
    """What a push came to; ``faults`` are the checks in it that were refused, and why."""

    model_config = example(examples.PUSH_TAKEN)
    taken: int = 0
    repeated: int = Field(0, description="Their ticks have a result: of each one only the first counts.")
    faults: list[FieldProblem] = []


class PushBearer(HttpBearer):
    """``Authorization: Bearer fp_…``: the token of one probe, made in the admin."""

    openapi_description = "The token of one probe, made in the admin."

    def authenticate(self, request: HttpRequest, token: str) -> PushToken | None:
        found = find_push_token(token)
        if found is not None and not found.probe.enabled:
            raise HttpError(409, "The probe is switched off or paused.")
        if found is not None and not may_push(found, now=clock.now()):
            raise HttpError(429, "Too many pushes in this minute.")
        return found


@push.post("", auth=PushBearer(), response={200: PushTaken, **_REFUSALS}, summary="Push checks of a probe")
def push_checks(request: HttpRequest, response: HttpResponse, order: PushedChecks) -> PushTaken:
    """In the words of a trace. What is not pushed in time is missed, never failed."""
    result = take_pushed(_holder(request), order.checks, now=clock.now())
    return PushTaken(
        taken=result.count(PushFate.TAKEN),
        repeated=result.count(PushFate.REPEATED),
        faults=[
            FieldProblem(where=f"checks.{place}", message=_WHY[fate])
            for place, fate in enumerate(result.fates)
            if fate in _WHY
        ],
    )


@push.post(
    "/heartbeat", auth=PushBearer(), response={200: PushTaken, **_REFUSALS}, summary="Say that it works, now"
)
def push_heartbeat(request: HttpRequest, response: HttpResponse) -> PushTaken:
    """Without a body: as a check that was accepted now. One that does not come is missed."""
    now = clock.now()
    result = take_pushed(_holder(request), [heartbeat(now)], now=now)
    return PushTaken(taken=result.count(PushFate.TAKEN), repeated=result.count(PushFate.REPEATED))


def _holder(request: HttpRequest) -> PushToken:
    token: PushToken = request.auth  # type: ignore[attr-defined]  # ninja puts what it found there
    return token
