"""Makes and recognises the tokens of other monitors, and counts how often each posts."""

import secrets
from datetime import datetime

from django.db.models import F

from statuspage.digests import digest_of
from statuspage.outside.models import PushToken, Sender
from statuspage.outside.posted import SignalRefusal
from statuspage.outside.receiving import note_refused

PREFIX, PUSH_PREFIX = "fs_", "fp_"
SHOWN = 9
PER_MINUTE = 120


def new_token(holder: Sender | PushToken, *, now: datetime) -> str:
    """Give a row, which is not saved here, a token in place of any before; it is shown only now."""
    prefix = PREFIX if isinstance(holder, Sender) else PUSH_PREFIX
    secret = prefix + secrets.token_urlsafe(32)
    holder.start, holder.digest, holder.rotated_at = secret[:SHOWN], digest_of(secret), now
    return secret


def find_sender(secret: str) -> Sender | None:
    """Who holds this token and may post."""
    return Sender.objects.filter(digest=digest_of(secret), enabled=True).first()


def find_push_token(secret: str) -> PushToken | None:
    """Who holds the token of a probe, whether or not that is in use."""
    rows = PushToken.objects.filter(digest=digest_of(secret), enabled=True)
    return rows.select_related("probe").first()


def may_push(token: PushToken, *, now: datetime) -> bool:
    """Count one push of this minute; False where there were enough, for which nothing is written."""
    minute = now.replace(second=0, microsecond=0)
    if token.minute == minute and token.in_minute >= PER_MINUTE:
        return False
    rows = PushToken.objects.filter(pk=token.pk)
    if not rows.filter(minute=minute).update(in_minute=F("in_minute") + 1):
        rows.update(minute=minute, in_minute=1)
    return True


def has_room(sender: Sender, *, now: datetime) -> bool:
    """Count one post of this minute; False where there were enough, for which nothing more is written.

    The first that is refused in a minute is noted.
    """
    minute = now.replace(second=0, microsecond=0)
    posted = sender.in_minute if sender.minute == minute else 0
    if posted > PER_MINUTE:
        return False
    rows = Sender.objects.filter(pk=sender.pk)
    if not rows.filter(minute=minute).update(in_minute=F("in_minute") + 1):
        rows.update(minute=minute, in_minute=1)
    if posted == PER_MINUTE:
        note_refused(sender, SignalRefusal.PACE)
    return posted < PER_MINUTE
