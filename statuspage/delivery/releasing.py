"""Notes what came of messages, many at a time, and lets their recipients go, or wait for the next try."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Min

from probes.vocabulary.telling import Stage
from statuspage.delivery.models import Delivery, Recipient
from statuspage.delivery.rules import HOUR, Reception, SendAttempt, stage_after

log = logging.getLogger(__name__)
LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelResult:
    """What came of one message, if one was tried; the recipient is served again not before a moment."""

    recipient: Recipient
    deliveries: tuple[Delivery, ...] = ()
    tried: SendAttempt | None = None
    not_before: datetime | None = None


@transaction.atomic
def conclude(outcomes: Sequence[ParcelResult], now: datetime) -> None:
    """Note what came of some messages: each is done, or waits for the next try, or is given up.

    Whoever held a recipient for too long, so that another one took it, has nothing to say of it any more.
    """
    held = _still_held(outcomes)
    mine = [outcome for outcome in outcomes if outcome.recipient.pk in held]
    pauses = _note_stages(mine, now)
    _note_recipients(mine, now)
    _let_go(mine, pauses, now)


@transaction.atomic
def settle(receipts: Iterable[str], now: datetime) -> None:
    """Note as sent what a journal says was taken, each a claim and deliveries; another claim's is left."""
    by_claim: dict[str, list[int]] = defaultdict(list)
    for receipt in receipts:
        claim, *deliveries = receipt.split()
        by_claim[claim] += [int(pk) for pk in deliveries]
    for claim, pks in by_claim.items():
        rows = Delivery.objects.filter(pk__in=pks, stage=Stage.WAITING.value)
        held = Recipient.objects.filter(pk__in=rows.values("recipient"), claim=claim)
        recipients = list(held.select_for_update().order_by("pk"))
        rows.filter(recipient__in=recipients).update(
            stage=Stage.SENT.value, concluded_at=now, attempts=F("attempts") + 1
        )
        _let_go([ParcelResult(recipient=row) for row in recipients], {}, now)


def _still_held(outcomes: Sequence[ParcelResult]) -> set[int]:
    claims = {outcome.recipient.pk: outcome.recipient.claim for outcome in outcomes}
    rows = Recipient.objects.select_for_update().filter(pk__in=claims).order_by("pk")
    return {pk for pk, claim in rows.values_list("pk", "claim") if claims[pk] == claim}


def _note_stages(outcomes: Sequence[ParcelResult], now: datetime) -> dict[int, datetime]:
    """Note where each delivery stands; gives when recipients of those that wait are tried again."""
    groups: dict[tuple[Stage, str, datetime | None], list[int]] = defaultdict(list)
    pauses: dict[int, datetime] = {}
    for outcome in outcomes:
        if outcome.not_before is not None:
            pauses[outcome.recipient.pk] = outcome.not_before
        if outcome.tried is None:
            continue
        for row in outcome.deliveries:
            stage, pause = stage_after(outcome.tried, row.attempts + 1)
            again = now + pause if stage is Stage.WAITING else None
            if again is not None:
                pauses[outcome.recipient.pk] = again
            groups[stage, outcome.tried.detail[:LONGEST_DETAIL], again].append(row.pk)
    for (stage, detail, again), pks in groups.items():
        _note_stage(pks, stage, detail, again, now)
    return pauses


def _note_stage(pks: list[int], stage: Stage, detail: str, again: datetime | None, now: datetime) -> None:
    rows = Delivery.objects.filter(pk__in=pks, stage=Stage.WAITING.value)
    common = {"detail": detail, "attempts": F("attempts") + 1}
    if again is not None:
        rows.update(due_at=again, **common)
        return
    rows.update(stage=stage.value, concluded_at=now, **common)
    if stage is Stage.GIVEN_UP:
        log.warning("%d deliveries are given up: %s", len(pks), detail)


def _note_recipients(outcomes: Sequence[ParcelResult], now: datetime) -> None:
    """Count what each was sent in this hour, and since when one fails."""
    sent = [one.recipient.pk for one in outcomes if one.tried and one.tried.answered is Reception.TAKEN]
    failed = [one.recipient.pk for one in outcomes if one.tried and one.tried.answered is not Reception.TAKEN]
    got = Recipient.objects.filter(pk__in=sent)
    this_hour = {"hour__gt": now - HOUR, "hour__lte": now}
    if sent:
        got.exclude(**this_hour).update(hour=now, sent_in_hour=0)
        got.update(sent_in_hour=F("sent_in_hour") + 1, failing_since=None)
    if failed:
        Recipient.objects.filter(pk__in=failed, failing_since=None).update(failing_since=now)


def _let_go(outcomes: Sequence[ParcelResult], pauses: dict[int, datetime], now: datetime) -> None:
    """Recipients are due again when the first of what waits for them is, not before their pause."""
    pks = [outcome.recipient.pk for outcome in outcomes]
    waiting = Delivery.objects.filter(recipient__in=pks, stage=Stage.WAITING.value)
    due = dict(waiting.values("recipient").annotate(first=Min("due_at")).values_list("recipient", "first"))
    groups: dict[datetime | None, list[int]] = defaultdict(list)
    for pk in pks:
        first = due.get(pk)
        groups[max(first, pauses.get(pk, first)) if first is not None else None].append(pk)
    for moment, members in groups.items():
        Recipient.objects.filter(pk__in=members).update(due_at=moment, claim="")
