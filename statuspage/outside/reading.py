"""What other monitors said lately: who is silent, what no rule takes, and how much of what there was."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from statuspage.outside.models import PushToken, Sender, SenderRule, SenderTotal, SentSignal

# As long as evidence of an incident might be asked for.
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderStanding:
    """One sender that may post. ``open_signals`` go on now, of which ``unmatched`` no rule takes."""

    sender: Sender
    open_signals: int
    unmatched: int
    silent: bool


def going_on(now: datetime) -> QuerySet[SentSignal]:
    """The signals that are not over at ``now``."""
    return SentSignal.objects.filter(ended_at=None, until__gt=now)


def standings(now: datetime) -> list[SenderStanding]:
    """Every sender that may post, by name."""
    goes_on = Q(signals__ended_at=None, signals__until__gt=now)
    rows = Sender.objects.filter(enabled=True).annotate(
        going=Count("signals", filter=goes_on),
        untaken=Count("signals", filter=goes_on & Q(signals__rule=None)),
    )
    return [
        SenderStanding(sender=row, open_signals=row.going, unmatched=row.untaken, silent=is_silent(row, now))
        for row in rows.order_by("name")
    ]


def is_silent(sender: Sender, now: datetime) -> bool:
    """Whether nothing came for longer than is expected of a sender; from a new one it may take as long."""
    if not sender.silent_after_minutes:
        return False
    last = max(filter(None, (sender.heard_at, sender.created_at)))
    return now - last > timedelta(minutes=sender.silent_after_minutes)


def idle_rules() -> Iterator[SenderRule]:
    """Rules that speak of components of which none is watched any more."""
    named = SenderRule.objects.filter(enabled=True).exclude(cause="")
    yield from named.exclude(components__retired=False).distinct()


def unpushed(now: datetime) -> list[PushToken]:
    """Tokens of probes of which nothing was pushed for three intervals, and no less than five minutes."""
    rows = PushToken.objects.filter(enabled=True, probe__enabled=True).select_related("probe")
    return [token for token in rows if now - (token.heard_at or token.rotated_at) > _patience(token)]


def _patience(token: PushToken) -> timedelta:
    interval = timedelta(seconds=token.probe.interval_seconds * settings.CHECK_INTERVAL_FACTOR)
    return max(timedelta(minutes=5), 3 * interval)


def totals() -> list[tuple[str, str, int]]:
    """How many signals of each sender became what, ever."""
    rows = SenderTotal.objects.order_by("sender__name", "became")
    return list(rows.values_list("sender__name", "became", "count"))


def prune(now: datetime) -> int:
    """Remove signals that were over before what is kept; gives how many rows."""
    old = SentSignal.objects.filter(last_at__lt=now - KEPT, until__lt=now - KEPT)
    return old.delete()[0]
