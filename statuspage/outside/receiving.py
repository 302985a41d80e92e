"""Takes in what another monitor posts: each signal once, by the first rule that takes its labels."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import F, Prefetch

from probes.vocabulary.causes import Cause
from probes.vocabulary.strengths import Strength
from statuspage.monitoring.lateness import open_moment
from statuspage.monitoring.models import Component
from statuspage.outside.matching import ReadRule, read_matchers, rule_for
from statuspage.outside.models import Sender, SenderRule, SenderTotal, SentSignal, SignalNotice
from statuspage.outside.posted import SignalRefusal, ToldSignal, refusal_of

# That go on at once, of one sender: more is no news but a flood.
MOST_OPEN = 500
LONGEST_LABEL = 300


class Became(StrEnum):
    """What became of a signal that was sent."""

    NEW = "new"
    AGAIN = "again"
    ENDED = "ended"
    OVER = "over"  # it was over already, or never heard while it went on


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What a post came to. ``refused`` are the places in it of signals that are not taken, and why."""

    counts: Mapping[str, int]
    unmatched: int
    refused: tuple[tuple[int, SignalRefusal], ...]


@transaction.atomic
def take_in(sender: Sender, signals: Sequence[ToldSignal], *, now: datetime) -> TakenIn:
    """Store what a post says; what is sent again changes nothing but how long it goes on.

    One that is over stays over: who begins again says so by another start.
    """
    # First, because the pipeline locks in this order too.
    at = open_moment(now)
    Sender.objects.select_for_update().get(pk=sender.pk)
    taker = _Taker(sender, now=now, at=at, keys=[signal.key for signal in signals])
    for place, signal in enumerate(signals):
        taker.take(place, signal)
    taker.count()
    Sender.objects.filter(pk=sender.pk).update(heard_at=now)
    return TakenIn(counts=dict(taker.counts), unmatched=taker.unmatched, refused=tuple(taker.refused))


def note_refused(sender: Sender, refusal: SignalRefusal) -> None:
    """Count a post that was not read."""
    _add(sender, {refusal.value: 1})


def rules_for(sender: Sender | None) -> list[ReadRule]:
    """The rules that a sender's signals are read by, in their order."""
    rows = SenderRule.objects.filter(enabled=True).prefetch_related(
        Prefetch("components", Component.objects.filter(retired=False))
    )
    return [
        _read(row) for row in rows if row.sender_id is None or sender is None or row.sender_id == sender.pk
    ]


def _read(row: SenderRule) -> ReadRule:
    return ReadRule(
        pk=row.pk,
        name=row.name,
        matchers=read_matchers(row.matchers),
        components=tuple(component.slug for component in row.components.all()),
        cause=Cause(row.cause) if row.cause else None,
        strength=Strength(row.strength),
    )


class _Taker:
    """One post on its way into the tables."""

    def __init__(self, sender: Sender, *, now: datetime, at: datetime, keys: list[str]) -> None:
        self.sender, self.now, self.at = sender, now, at
        self.rules = rules_for(sender)
        self.known = {row.key: row for row in SentSignal.objects.filter(sender=sender, key__in=keys)}
        self.open = SentSignal.objects.filter(sender=sender, ended_at=None, until__gt=now).count()
        self.counts: Counter[str] = Counter()
        self.refused: list[tuple[int, SignalRefusal]] = []
        self.unmatched = 0

    def take(self, place: int, signal: ToldSignal) -> None:
        row = self.known.get(signal.key)
        refusal = refusal_of(signal, self.now) if row is None else None
        if row is None and refusal is None and not signal.ended and self.open >= MOST_OPEN:
            refusal = SignalRefusal.MANY
        if refusal is not None:
            self.refused.append((place, refusal))
            self.counts[refusal.value] += 1
        elif row is None:
            self._begin(signal)
        elif row.ended_at is not None:
            self.counts[Became.OVER] += 1
        elif signal.ended:
            self._end(row)
        else:
            self._go_on(row, signal)
            self.counts[Became.AGAIN] += 1

    def count(self) -> None:
        _add(self.sender, self.counts)

    def _end(self, row: SentSignal) -> None:
        row.ended_at = row.last_at = self.now
        row.save(update_fields=["ended_at", "last_at"])
        if row.cause:
            self._tell(row, ended=True)
        self.counts[Became.ENDED] += 1

    def _begin(self, signal: ToldSignal) -> None:
        if signal.ended:
            self.counts[Became.OVER] += 1
            return
        row = SentSignal(
            sender=self.sender,
            key=signal.key,
            name=signal.name,
            labels={name[:LONGEST_LABEL]: text[:LONGEST_LABEL] for name, text in signal.labels.items()},
            since=signal.since,
            first_at=self.now,
        )
        self._go_on(row, signal)
        self.known[signal.key] = row
        self.open += 1
        self.counts[Became.NEW] += 1

    def _go_on(self, row: SentSignal, signal: ToldSignal) -> None:
        before = row.cause
        self._map(row, signal)
        row.last_at, row.until = self.now, self._until(signal)
        row.save()
        if before and before != row.cause:
            self._tell(row, cause=before, ended=True)
        if row.cause:
            self._tell(row)

    def _map(self, row: SentSignal, signal: ToldSignal) -> None:
        rule = rule_for(signal.labels, self.rules).rule
        if rule is None:
            self.unmatched += 1
        row.rule_id = rule.pk if rule else None
        row.cause = rule.cause.value if rule and rule.cause else ""
        row.components = list(rule.components) if rule else []
        row.strength = (rule.strength if rule else Strength.USUAL).value

    def _until(self, signal: ToldSignal) -> datetime:
        lost = self.now + timedelta(minutes=self.sender.lost_after_minutes)
        # A sender may know sooner when it is over, but not keep what it said for longer than we let it.
        return lost if signal.ends_at is None else min(lost, max(self.now, signal.ends_at))

    def _tell(self, row: SentSignal, *, cause: str = "", ended: bool = False) -> None:
        SignalNotice.objects.create(
            signal=row,
            at=self.at,
            components=row.components,
            cause=cause or row.cause,
            strength=row.strength,
            until=row.until,
            ended=ended,
        )


def _add(sender: Sender, counts: Mapping[str, int]) -> None:
    for became, count in sorted(counts.items()):
        SenderTotal.objects.get_or_create(sender=sender, became=became)
        SenderTotal.objects.filter(sender=sender, became=became).update(count=F("count") + count)


def refused_places(refused: Iterable[tuple[int, SignalRefusal]]) -> list[tuple[str, SignalRefusal]]:
    """Where in the body each refused signal stands."""
    return [(f"alerts.{place}", refusal) for place, refusal in refused]
