"""Heeds mails that came back: a mailbox that is not there ends its subscription, a complaint deletes it."""

from datetime import datetime

from django.conf import settings

from probes.vocabulary.telling import Membership
from statuspage.subscribers.bounces import ReturnedMail, ReturnKind, read_returned
from statuspage.subscribers.ending import end_subscription, note_soft_bounce, unsubscribe_mail
from statuspage.subscribers.models import Subscription
from statuspage.subscribers.tokens import LinkPurpose, read_token


def take_returned(raw: bytes, *, now: datetime) -> ReturnKind:
    """Do what a mail that came back asks for; NONE where it says nothing of a mail of ours.

    Whoever forges one needs a token, which only mails to the subscriber have.
    """
    returned = read_returned(raw)
    row = _subscription(returned)
    if row is None or returned.kind is ReturnKind.NONE:
        return ReturnKind.NONE
    if returned.kind is ReturnKind.COMPLAINT:
        unsubscribe_mail(row)
    elif returned.kind is ReturnKind.HARD:
        end_subscription(row, trouble=returned.detail, now=now)
    else:
        note_soft_bounce(row, trouble=returned.detail, now=now)
    return returned.kind


def _subscription(returned: ReturnedMail) -> Subscription | None:
    keys = [read_token(LinkPurpose.BOUNCE, token, settings.SECRET_KEY) for token in returned.bounce_tokens]
    keys += [read_token(LinkPurpose.MANAGE, token, settings.SECRET_KEY) for token in returned.link_tokens]
    known = [key for key in keys if key]
    return Subscription.objects.filter(key__in=known).exclude(standing=Membership.ENDED.value).first()
