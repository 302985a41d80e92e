"""Lets go of subscriptions: because somebody wants it so, or because nothing arrives there."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from probes.vocabulary.telling import Channel, Membership
from statuspage.delivery.models import Recipient
from statuspage.incidents.models import Incident
from statuspage.subscribers.models import Subscription
from statuspage.subscribers.wishes import PAGE

# Whoever did not say yes within that time did not want to.
PENDING_FOR = timedelta(days=2)
# So many mails came back that may have been bad luck; older ones are forgotten.
MOST_SOFT = 5
SOFT_FOR = timedelta(days=14)
# An incident that is over may come back for a while; who asked for it alone is forgotten after that.
FORGOTTEN_AFTER = timedelta(days=1)
# Of whom nothing can be told any more there is no address; that it ended is shown for a while.
ENDED_FOR = timedelta(days=90)
LONGEST_TROUBLE = 300


@transaction.atomic
def unsubscribe_mail(row: Subscription) -> None:
    """Forget somebody with all that waits for him."""
    Recipient.objects.filter(channel=row.channel, name=row.key).delete()
    row.delete()


@transaction.atomic
def end_subscription(row: Subscription, *, trouble: str, now: datetime, keep_address: bool = False) -> None:
    """Send nothing there any more; a reader's address is forgotten, that it ended is kept for the admin."""
    Subscription.objects.filter(pk=row.pk).update(
        standing=Membership.ENDED.value,
        sealed=row.sealed if keep_address else "",
        failed_at=now,
        trouble=trouble[:LONGEST_TROUBLE],
    )


def note_soft_bounce(row: Subscription, *, trouble: str, now: datetime) -> None:
    """Count a mail that came back for a reason that may pass; too many in a row end it."""
    Subscription.objects.filter(pk=row.pk, failed_at__lt=now - SOFT_FOR).update(failures=0)
    told = trouble[:LONGEST_TROUBLE]
    Subscription.objects.filter(pk=row.pk).update(failures=F("failures") + 1, failed_at=now, trouble=told)
    row.refresh_from_db()
    if row.failures >= MOST_SOFT:
        end_subscription(row, trouble=trouble, now=now)


def forget_old(now: datetime) -> None:
    """Forget who never said yes, who was told that all is over, and what ended long ago."""
    mails = Subscription.objects.filter(channel=Channel.MAIL.value)
    mails.filter(standing=Membership.PENDING.value, created_at__lt=now - PENDING_FOR).delete()
    mails.filter(standing=Membership.ENDED.value, failed_at__lt=now - ENDED_FOR).delete()
    topics = mails.exclude(topic=PAGE).values_list("topic", flat=True).distinct()
    names = [topic.partition("/")[2] for topic in topics]
    over = Incident.objects.filter(
        Q(merged_into__isnull=True) | Q(merged_into__resolved_at__isnull=False),
        public_id__in=names,
        resolved_at__isnull=False,
        updated_at__lt=now - FORGOTTEN_AFTER,
    )
    mails.filter(topic__in=[f"incident/{name}" for name in over.values_list("public_id", flat=True)]).delete()
