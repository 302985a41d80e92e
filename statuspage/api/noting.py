"""Notes in the log what programs write, by their token and in the transaction of the write."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from ninja import Status

from statuspage import clock
from statuspage.api.models import ApiToken
from statuspage.logbook.deeds import note_deed
from statuspage.logbook.doers import Doer
from statuspage.logbook.models import DeedKind, DoerKind
from statuspage.logbook.values import Values, changes_between, stored_values, values_of, what_was_said
from statuspage.networks import network_behind

P = ParamSpec("P")
R = TypeVar("R")


def program(request: HttpRequest) -> Doer:
    """The program behind a request, by the token that was found valid; its owner is the account."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]  # ninja puts what it found there
    return Doer(
        kind=DoerKind.PROGRAM, name=str(token), user_id=token.owner_id, network=network_behind(request)
    )


def logged(model: type[Model], key: str = "public_id") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """An operation that writes the row which its path names by ``key``, or makes one and answers with it."""

    def decorate(operation: Callable[P, R]) -> Callable[P, R]:
        @wraps(operation)
        def noted(*args: P.args, **kwargs: P.kwargs) -> R:
            with transaction.atomic():
                named = kwargs.get("public_id")
                row = _row(model, key, str(named)) if named is not None else None
                held = {} if row is None else values_of(row)
                answer = operation(*args, **kwargs)
                _note(program(_request(args)), row, held, answer)
            return answer

        return noted

    return decorate


def _request(args: tuple[Any, ...]) -> HttpRequest:
    request = args[0]
    assert isinstance(request, HttpRequest)
    return request


def _row(model: type[Model], key: str, named: str) -> Model | None:
    if key == "pk" and not (named.isascii() and named.isdigit() and len(named) < 18):
        return None
    return model._base_manager.filter(**{key: named}).first()


def _note(by: Doer, row: Model | None, held: Values, answer: object) -> None:
    now, given = clock.now(), answer.value if isinstance(answer, Status) else answer
    if row is None and isinstance(given, Model):
        changes = changes_between(type(given), {}, stored_values(given))
        note_deed(DeedKind.ADDED, given, now=now, changes=changes, by=by)
    elif row is not None:
        after = stored_values(row)
        below = (what_was_said(given),) if isinstance(given, Model) and type(given) is not type(row) else ()
        changes = changes_between(type(row), held, after) + below
        kind = DeedKind.CHANGED if after else DeedKind.DELETED
        note_deed(kind, row, now=now, changes=changes, by=by)
