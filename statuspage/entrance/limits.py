"""How often somebody may try a password: counted before it is hashed, in the database, for all processes.

By hand, since django-axes counts an attempt after its password was hashed, so that many at once pass, knows
one limit for all of its keys, and keeps names and addresses as they are.

Strangers who know a name must not keep its owner out. So a browser that its owner has logged in with is
known by a cookie and has places of its own (OWASP's "device cookies"); all other attempts are limited by
network, and what comes from everywhere, on one account or in all, is only slowed down.
"""

import hmac
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain

from django.conf import settings
from django.db import transaction
from django.db.models import F

from statuspage.entrance.models import LoginAttempts

log = logging.getLogger(__name__)

PERIOD = timedelta(minutes=15)
PER_DEVICE = 10
PER_NETWORK = 20
PER_NETWORK_AND_ACCOUNT = 10
PER_ACCOUNT = 30
IN_ALL = 300
# When an account, or the site, has had that many from everywhere, one more is heard in each of these.
SLOW, SLOW_IN_ALL = timedelta(seconds=20), timedelta(seconds=2)
SLOWED = "slowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who tries to log in: the account as it was typed, the network, and the known browser, if it is one."""

    account: str
    network: str
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One limit that an attempt falls under: who is counted, how many at most, in which period."""

    of: tuple[str, ...]
    most: int
    period: timedelta

    def key(self, now: datetime) -> str:
        """A name for it that holds for one period and tells nothing."""
        message = "\0".join((str(self.ends(now).timestamp()), *self.of))
        return hmac.digest(f"login:{settings.SECRET_KEY}".encode(), message.encode(), "sha256").hex()[:32]

    def ends(self, now: datetime) -> datetime:
        """When the period of ``now`` is over."""
        length = self.period.total_seconds()
        return datetime.fromtimestamp((now.timestamp() // length + 1) * length, tz=UTC)


def places_of(attempt: Login) -> tuple[Place, ...]:
    """The limits that an attempt falls under, all of which must have room."""
    if attempt.device:
        return (Place(of=("device", attempt.account, attempt.device), most=PER_DEVICE, period=PERIOD),)
    return (
        Place(of=("network", attempt.network), most=PER_NETWORK, period=PERIOD),
        Place(of=("both", attempt.network, attempt.account), most=PER_NETWORK_AND_ACCOUNT, period=PERIOD),
    )


def take_place(attempt: Login, now: datetime) -> datetime | None:
    """Count an attempt before anything is hashed for it; where there is no room, when there will be."""
    # Asked first, and only read, outside of a transaction: a flood that is refused keeps no writer busy.
    refused = _without_room(attempt, now)
    if refused:
        return max(place.ends(now) for place in refused)
    places = places_of(attempt)
    with transaction.atomic():
        refused = [place for place in places if not _take(place, now)] or list(_slowed(attempt, now))
        if refused:
            # What was taken under the other limits goes back with the transaction.
            transaction.set_rollback(True)
            return max(place.ends(now) for place in refused)
    return None


def give_back(attempt: Login, now: datetime) -> None:
    """Undo the counting of an attempt that succeeded."""
    places = [*places_of(attempt), *(common for common, _ in _from_everywhere(attempt))]
    keys = [place.key(now) for place in places]
    LoginAttempts.objects.filter(key__in=keys, count__gt=0).update(count=F("count") - 1)


def lift_all() -> int:
    """Forget all attempts; gives how many limits were counting."""
    return LoginAttempts.objects.all().delete()[0]


def _from_everywhere(attempt: Login) -> Iterator[tuple[Place, timedelta]]:
    """What strangers of all networks share, and how slowly they are heard when it is full."""
    if not attempt.device:
        yield Place(of=("account", attempt.account), most=PER_ACCOUNT, period=PERIOD), SLOW
        yield Place(of=("everybody",), most=IN_ALL, period=PERIOD), SLOW_IN_ALL


def _without_room(attempt: Login, now: datetime) -> list[Place]:
    """The limits of an attempt that are full, found by one question."""
    places = places_of(attempt)
    shared = [(common, _turn(common, slowly)) for common, slowly in _from_everywhere(attempt)]
    keys = [place.key(now) for place in (*places, *chain(*shared))]
    counts = dict(LoginAttempts.objects.filter(key__in=keys).values_list("key", "count"))

    def is_full(place: Place) -> bool:
        return counts.get(place.key(now), 0) >= place.most

    own = [place for place in places if is_full(place)]
    return own or [turn for common, turn in shared if is_full(common) and is_full(turn)]


def _turn(common: Place, slowly: timedelta) -> Place:
    """The place of the one that is heard in each ``slowly`` when a place that all share is full."""
    return Place(of=(SLOWED, *common.of), most=1, period=slowly)


def _slowed(attempt: Login, now: datetime) -> Iterator[Place]:
    """Where there is no room in what all share, one is heard at a time; gives the places that are taken."""
    for common, slowly in _from_everywhere(attempt):
        turn = _turn(common, slowly)
        if not _take(common, now) and not _take(turn, now):
            yield turn


def _is_full(place: Place, now: datetime) -> bool:
    return LoginAttempts.objects.filter(key=place.key(now), count__gte=place.most).exists()


def _take(place: Place, now: datetime) -> bool:
    """Count one under a limit; False where it is full, for which nothing is written."""
    key = place.key(now)
    if _is_full(place, now):
        return False
    counting = LoginAttempts.objects.filter(key=key)
    _, created = LoginAttempts.objects.get_or_create(key=key, defaults={"until": place.ends(now)})
    if created:
        LoginAttempts.objects.filter(until__lt=now).delete()
    if counting.filter(count__lt=place.most).update(count=F("count") + 1) != 1:
        return False
    if place.of[0] != SLOWED and counting.filter(count=place.most).exists():
        log.warning("login: limit of %d per %s reached: %s", place.most, place.period, _said(place))
    return True


def _said(place: Place) -> str:
    """What is counted, for the log; a name that is typed may be somebody's password."""
    kind, *rest = place.of
    return f"{kind} {rest[0]}" if kind in {"network", "both"} else kind
