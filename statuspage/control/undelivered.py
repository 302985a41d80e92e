"""What could not be told: mails that no server takes, chats that do not answer, and messages given up."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from probes.vocabulary.telling import Channel, Membership, Stage
from statuspage.control.values import Defect
from statuspage.delivery.models import Delivery, Recipient
from statuspage.subscribers.models import Subscription
from statuspage.wording.active import said
from statuspage.wording.delivery import CHANNELS
from statuspage.wording.times import moment

DAY = timedelta(days=1)
# Longer than the first tries of one message take.
PATIENCE_OF_CHATS = timedelta(minutes=10)
PATIENCE_OF_MAILS = timedelta(minutes=2)
NAMED = 8


def undelivered(now: datetime) -> Iterator[Defect]:
    """All of it; six queries at most."""
    yield from _unmailed(now)
    yield from _unheard(now)
    yield from _ended(now)
    yield from _given_up(now)


def _unmailed(now: datetime) -> Iterator[Defect]:
    """Mails that wait after a try, where no other has left since: then it is the server, not a mailbox."""
    waits = Recipient.objects.filter(channel=Channel.MAIL.value, due_at__isnull=False)
    failing = waits.filter(failing_since__lte=now - PATIENCE_OF_MAILS)
    counted = failing.aggregate(n=Count("pk"), since=Min("failing_since"))
    if not counted["n"]:
        return
    since: datetime = counted["since"]
    mails = Delivery.objects.filter(recipient__channel=Channel.MAIL.value)
    if mails.filter(stage=Stage.SENT.value, concluded_at__gt=since).exists():
        return
    told = ngettext(
        "No mail has left since %(at)s, and %(n)d reader waits: %(answer)s",
        "No mail has left since %(at)s, and %(n)d readers wait: %(answer)s",
        counted["n"],
    )
    tried = mails.filter(stage=Stage.WAITING.value, attempts__gt=0).order_by("-pk")
    answer = tried.values_list("detail", flat=True).first() or "–"
    yield Defect(
        where=said(CHANNELS[Channel.MAIL].say()),
        what=told % {"n": counted["n"], "at": _at(since, now), "answer": answer},
        to_do=_("See to the mail server, or to EMAIL_URL; manage.py doctor tries it."),
        urgent=True,
        link=_deliveries(Stage.WAITING, Channel.MAIL),
    )


def _unheard(now: datetime) -> Iterator[Defect]:
    """Chats and programs that do not take what they are sent."""
    failing = Recipient.objects.filter(failing_since__lte=now - PATIENCE_OF_CHATS).exclude(
        channel__in=(Channel.MAIL.value, Channel.PUSH.value)
    )
    mine = failing.filter(name=OuterRef("key"))
    last = Delivery.objects.filter(recipient__name=OuterRef("key"), attempts__gt=0).order_by("-pk")
    rows = _hooks(Membership.ACTIVE).filter(key__in=failing.values("name"))
    found = rows.annotate(
        since=Subquery(mine.values("failing_since")[:1]), answer=Subquery(last.values("detail")[:1])
    )
    for row in found.order_by("created_at")[:NAMED]:
        told = _("Nothing has arrived there since %(at)s: %(answer)s")
        yield _of_chat(
            row,
            what=told % {"at": _at(row.since, now), "answer": row.answer or "–"},
            to_do=_("See to the other side, or give it another address."),
        )


def _ended(now: datetime) -> Iterator[Defect]:
    """Chats and programs that are told nothing any more, as nothing arrived there for days."""
    for row in _hooks(Membership.ENDED).order_by("-failed_at")[:NAMED]:
        told = _("It is told nothing any more, since %(at)s: %(trouble)s")
        yield _of_chat(
            row,
            what=told % {"at": _at(row.failed_at or now, now), "trouble": row.trouble or "–"},
            to_do=_("Give it an address that answers, or delete it."),
        )


def _hooks(standing: Membership) -> QuerySet[Subscription]:
    return Subscription.objects.filter(standing=standing.value).exclude(channel=Channel.MAIL.value)


def _of_chat(row: Subscription, *, what: str, to_do: str) -> Defect:
    channel = said(CHANNELS[Channel(row.channel)].say())
    return Defect(
        where=_("%(name)s (%(channel)s)") % {"name": row, "channel": channel},
        what=what,
        to_do=to_do,
        urgent=False,
        link=reverse("admin:subscribers_subscription_change", args=[row.pk]),
    )


def _given_up(now: datetime) -> Iterator[Defect]:
    """Messages that were given up within a day, by channel."""
    given_up = Delivery.objects.filter(stage=Stage.GIVEN_UP.value, created_at__gt=now - DAY)
    counted = given_up.order_by("recipient__channel").values_list("recipient__channel")
    for channel, n in counted.annotate(n=Count("pk")):
        told = ngettext("%(n)d message given up within a day.", "%(n)d messages given up within a day.", n)
        yield Defect(
            where=said(CHANNELS[Channel(channel)].say()),
            what=told % {"n": n},
            to_do=_("See what the other side answered."),
            urgent=False,
            link=_deliveries(Stage.GIVEN_UP, Channel(channel)),
        )


def _deliveries(stage: Stage, channel: Channel) -> str:
    asked = f"stage__exact={stage.value}&recipient__channel__exact={channel.value}"
    return f"{reverse('admin:delivery_delivery_changelist')}?{asked}"


def _at(at: datetime, now: datetime) -> str:
    return said(moment(at, zone=get_default_timezone(), seen_from=now))
