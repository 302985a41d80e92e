"""Sends again what was given up, or sent, because somebody wants it so."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from probes.vocabulary.telling import Stage
from statuspage.delivery.models import Delivery, Recipient


@transaction.atomic
def send_again(pks: Sequence[int], *, now: datetime) -> int:
    """Have these deliveries wait again, from the first attempt on; gives how many did not wait already."""
    rows = Delivery.objects.filter(pk__in=pks).exclude(stage=Stage.WAITING.value)
    recipients = sorted(set(rows.values_list("recipient", flat=True)))
    list(Recipient.objects.select_for_update().filter(pk__in=recipients).order_by("pk"))
    count = rows.update(stage=Stage.WAITING.value, attempts=0, due_at=now, concluded_at=None, detail="")
    Recipient.objects.filter(pk__in=recipients, claim="").update(due_at=now)
    return count
