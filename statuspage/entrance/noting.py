"""What happens at the entrance, as the log says it."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from statuspage.logbook.deeds import note_deed
from statuspage.logbook.doers import Doer, person, stranger
from statuspage.logbook.models import Deed, DeedKind
from statuspage.networks import network_behind

# Strangers do not decide how much is written: in an hour, from one network and from all.
REFUSED_PER_NETWORK, REFUSED_IN_ALL = 20, 300


class Happening(StrEnum):
    """What somebody does to get in, or to guard how he does."""

    LOGGED_IN = gettext_noop("logged in")
    BY_PROVIDER = gettext_noop("logged in by the provider")
    LOGGED_OUT = gettext_noop("logged out")
    REFUSED = gettext_noop("was refused at the login")
    PASSWORD = gettext_noop("changed the password")
    SESSIONS = gettext_noop("ended sessions")
    FACTOR = gettext_noop("set up a second factor")
    FACTOR_GONE = gettext_noop("removed the second factor")
    LIMITS = gettext_noop("lifted the limits on logins")
    CODES = gettext_noop("made new recovery codes")


def note_happening(request: HttpRequest, what: Happening, of: User, *, now: datetime) -> None:
    """Something that the user of this request did at the entrance, to his own account or to another's."""
    note_deed(DeedKind.ENTRANCE, of, now=now, what=what, by=_user_of(request))


def note_refusal(request: HttpRequest, account: str, *, now: datetime) -> None:
    """A login that was refused: of which account, if there is one, for what is typed may be a password."""
    network = network_behind(request)
    lately = Deed.objects.filter(
        kind=DeedKind.ENTRANCE, at__gt=now - timedelta(hours=1), what=Happening.REFUSED
    )
    if lately.count() >= REFUSED_IN_ALL or lately.filter(network=network).count() >= REFUSED_PER_NETWORK:
        return
    user = User.objects.filter(username=account).first()
    note_deed(DeedKind.ENTRANCE, user, now=now, what=Happening.REFUSED, by=stranger(network=network))


def _user_of(request: HttpRequest) -> Doer:
    network = network_behind(request)
    return (
        person(request.user, network=network) if isinstance(request.user, User) else stranger(network=network)
    )
