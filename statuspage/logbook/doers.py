"""Who does what is done now: the person or program behind the request that is answered, else a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.http import HttpRequest

from statuspage.logbook.models import DoerKind
from statuspage.networks import network_behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Doer:
    """Somebody, as he is called now; ``network`` is coarse and empty where nothing was sent."""

    kind: DoerKind
    name: str = ""
    user_id: int | None = None
    network: str = ""


COMMAND_LINE = Doer(kind=DoerKind.COMMAND)
_answering: ContextVar[HttpRequest | None] = ContextVar("answering", default=None)
_named: ContextVar[Doer | None] = ContextVar("named", default=None)


def current_doer() -> Doer:
    """Who was named, or is logged in where a request is answered; without one it is a command."""
    named, request = _named.get(), _answering.get()
    if named is not None:
        return named
    return COMMAND_LINE if request is None else doer_behind(request)


def doer_behind(request: HttpRequest) -> Doer:
    """The person who is logged in, or a stranger."""
    network, user = network_behind(request), getattr(request, "user", None)
    return person(user, network=network) if isinstance(user, User) else stranger(network=network)


def person(user: User, *, network: str) -> Doer:
    """One who has an account."""
    return Doer(kind=DoerKind.PERSON, name=user.get_username(), user_id=user.pk, network=network)


def stranger(*, network: str) -> Doer:
    """One who has shown no account."""
    return Doer(kind=DoerKind.STRANGER, network=network)


@contextmanager
def answering(request: HttpRequest) -> Iterator[None]:
    """What is done within is done by whoever sent this request."""
    token = _answering.set(request)
    try:
        yield
    finally:
        _answering.reset(token)


@contextmanager
def done_by(doer: Doer) -> Iterator[None]:
    """What is done within is done by ``doer``."""
    token = _named.set(doer)
    try:
        yield
    finally:
        _named.reset(token)
