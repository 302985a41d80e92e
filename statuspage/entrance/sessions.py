"""Sessions in the database, each with whose it is, since when, and coarsely from where; they end in time.

A session engine of Django's kind. How long one lasts is decided here, by the site's clock.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends import db
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from statuspage import clock
from statuspage.entrance.browsers import browser_of
from statuspage.entrance.models import OpenSession
from statuspage.networks import network_behind

BEGAN, NETWORK, BROWSER = "began", "network", "browser"
# Not each request is written down.
USE_NOTED_EVERY = timedelta(minutes=1)


class SessionStore(db.SessionStore):
    """One session; that it is read counts as use, unless a page asked by itself (``attended`` is false)."""

    attended = True

    @classmethod
    def get_model_class(cls) -> type[OpenSession]:
        return OpenSession

    def _get_session_from_db(self) -> OpenSession | None:
        now = clock.known()
        row = OpenSession.objects.filter(session_key=self.session_key).first()
        if row is None or is_over(began_at=row.began_at, used_at=row.used_at, now=now):
            self._session_key = None
            return None
        if self.attended and now - row.used_at >= USE_NOTED_EVERY:
            OpenSession.objects.filter(pk=row.pk).update(used_at=now)
        return row

    def create_model_instance(self, data: dict[str, Any]) -> OpenSession:
        row = super().create_model_instance(data)
        assert isinstance(row, OpenSession)
        row.used_at = clock.known()
        row.began_at = datetime.fromtimestamp(data[BEGAN], tz=UTC) if BEGAN in data else row.used_at
        row.account_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.network, row.browser = data.get(NETWORK, ""), data.get(BROWSER, "")
        return row


def is_over(*, began_at: datetime, used_at: datetime, now: datetime) -> bool:
    """Whether a session has lasted, or was not used, for longer than the site lets it."""
    lasted = now - began_at >= timedelta(hours=settings.ADMIN_SESSION_HOURS)
    return lasted or now - used_at >= timedelta(minutes=settings.ADMIN_IDLE_MINUTES)


def remember_begin(request: HttpRequest, **kwargs: Any) -> None:
    """Note of a session that begins, when somebody has logged in, since when it is and from where."""
    request.session[BEGAN] = clock.known().timestamp()
    request.session[NETWORK] = network_behind(request)
    request.session[BROWSER] = browser_of(request.headers.get("User-Agent", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSession:
    """One session in a list; ``handle`` stands for its key, which opens it and is never shown."""

    handle: str
    browser: str
    network: str
    began_at: datetime
    used_at: datetime
    is_this: bool


def sessions_of(user: User, *, this: str | None, now: datetime) -> list[ShownSession]:
    """The sessions that still let a user in, the latest used first; ``this`` is the key of who asks."""
    return [
        ShownSession(
            handle=row.handle,
            browser=row.browser,
            network=row.network,
            began_at=row.began_at,
            used_at=row.used_at,
            is_this=row.session_key == this,
        )
        for row in _lasting(user).order_by("-used_at")
        if not is_over(began_at=row.began_at, used_at=row.used_at, now=now) and _opens(row, user)
    ]


def end_session(user: User, handle: str) -> bool:
    """End one of a user's sessions; False where there is none of this handle."""
    found = [row.pk for row in _lasting(user) if row.handle == handle]
    return bool(OpenSession.objects.filter(pk__in=found).delete()[0])


def end_sessions(user: AbstractBaseUser | AnonymousUser, *, but: str | None = None) -> int:
    """End a user's sessions, perhaps all but the one with this key; gives how many."""
    return _lasting(user).exclude(session_key=but or "").delete()[0]


def forget_ended(*, now: datetime) -> int:
    """Remove the rows of sessions that are over."""
    oldest = now - timedelta(hours=settings.ADMIN_SESSION_HOURS)
    unused = now - timedelta(minutes=settings.ADMIN_IDLE_MINUTES)
    return OpenSession.objects.filter(Q(began_at__lte=oldest) | Q(used_at__lte=unused)).delete()[0]


def _lasting(user: AbstractBaseUser | AnonymousUser) -> QuerySet[OpenSession]:
    return OpenSession.objects.filter(account_id=user.pk)


def _opens(row: OpenSession, user: User) -> bool:
    """Whether it is still of the password that the user has."""
    held = row.get_decoded().get(HASH_SESSION_KEY, "")
    return constant_time_compare(held, user.get_session_auth_hash())
