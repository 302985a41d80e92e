"""Mail as a channel of the outbox: parcels become mails; who is not there any more is let go."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from django.conf import settings

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.occasions import Occasion, mail_occasion_of
from probes.vocabulary.telling import Channel, LetterKind, Membership, NewsKind
from statuspage.delivery.composing import reach_in
from statuspage.delivery.journal import Note
from statuspage.delivery.models import News
from statuspage.delivery.outbox import Parcel
from statuspage.delivery.rules import Reception, SendAttempt
from statuspage.drafting.models import WordTemplate
from statuspage.drafting.stored import mail_templates, mail_words
from statuspage.incidents.filling import of_mail
from statuspage.public.site import Site, site
from statuspage.subscribers.addresses import open_address
from statuspage.subscribers.ending import end_subscription
from statuspage.subscribers.letters import (
    Envelope,
    Item,
    MailText,
    assembled,
    letter_text,
    news_text,
    usual_heading,
)
from statuspage.subscribers.models import Subscription
from statuspage.subscribers.smtp import Posting, send_mails
from statuspage.subscribers.tokens import LinkPurpose, token_for
from statuspage.webpush.receivers import SealError
from statuspage.wording.one_language import noted

log = logging.getLogger(__name__)
LETTER = "letter"


def mail_all(parcels: Sequence[Parcel], note: Note, now: datetime) -> list[SendAttempt]:
    """Send each of ``parcels`` as one mail; what came of each, in their order."""
    if settings.EMAIL_URL is None:
        return [SendAttempt(answered=Reception.REFUSED, detail="EMAIL_URL is not set")] * len(parcels)
    keys = [parcel.recipient.name for parcel in parcels]
    rows = {row.key: row for row in Subscription.objects.filter(channel=Channel.MAIL.value, key__in=keys)}
    writing = MailWriting(of=site(), now=now)
    made = [writing.posting(parcel, rows.get(parcel.recipient.name), note) for parcel in parcels]
    sent = iter(send_mails(settings.EMAIL_URL, [one for one in made if isinstance(one, Posting)]))
    tried = [one if isinstance(one, SendAttempt) else next(sent) for one in made]
    _end_dead(parcels, rows, tried, now)
    return tried


def _end_dead(
    parcels: Sequence[Parcel], rows: Mapping[str, Subscription], tried: Sequence[SendAttempt], now: datetime
) -> None:
    for parcel, result in zip(parcels, tried, strict=True):
        row = rows.get(parcel.recipient.name)
        if row is not None and result.answered is Reception.GONE:
            end_subscription(row, trouble=result.detail, now=now)


class MailWriting:
    """Words what many get once; ``of`` is the site, ``now`` when the mails leave."""

    def __init__(self, *, of: Site, now: datetime) -> None:
        self.of, self.now = of, now
        self._templates = mail_templates()
        self._items: dict[int, Item] = {}
        self._texts: dict[tuple[object, ...], MailText] = {}

    def posting(self, parcel: Parcel, row: Subscription | None, note: Note) -> Posting | SendAttempt:
        """The mail of a parcel; or why there is none."""
        if row is None or row.standing == Membership.ENDED.value:
            return SendAttempt(answered=Reception.GONE, detail="unsubscribed")
        try:
            address = open_address(row.sealed, settings.SECRET_KEY)
        except SealError as error:
            return SendAttempt(answered=Reception.GONE, detail=str(error))
        envelope = envelope_of(row.key, to=address)
        digest = any(delivery.in_summary for delivery in parcel.deliveries)
        text = self._text(parcel.news, row, digest=digest)
        data = assembled(
            text, envelope=envelope, of=self.of, key=row.key, secret=settings.SECRET_KEY, now=self.now
        )
        return Posting(returns=envelope.returns, to=address, data=data, taken=partial(note, parcel.receipt))

    def _text(self, news: Sequence[News], row: Subscription, *, digest: bool) -> MailText:
        asked = (tuple(item.pk for item in news), row.language, digest)
        if asked not in self._texts:
            self._texts[asked] = self._worded(news, row, digest=digest)
        return self._texts[asked]

    def _worded(self, news: Sequence[News], row: Subscription, *, digest: bool) -> MailText:
        if news[0].kind == NewsKind.LETTER.value:
            kind = LetterKind(news[0].subject.removeprefix(f"{LETTER}/"))
            return letter_text(kind, of=self.of, language_code=row.language, name=news[0].key)
        return self.news(news, language_code=row.language, digest=digest)

    def news(self, news: Sequence[News], *, language_code: str, digest: bool = False) -> MailText:
        """The mail that tells ``news``, by the templates of words where there are some."""
        items = [self._item(one) for one in news]
        return news_text(items, of=self.of, language_code=language_code, digest=digest)

    def _item(self, news: News) -> Item:
        if news.pk not in self._items:
            self._items[news.pk] = _by_template(news, self._templates, self.of, self.now)
        return self._items[news.pk]


def _by_template(news: News, templates: Mapping[Occasion, WordTemplate], of: Site, now: datetime) -> Item:
    item = item_of(news)
    occasion = mail_occasion_of(item.kind)
    row = templates.get(occasion) if occasion else None
    if row is None:
        return item
    # A template has words in a language in which the news has none: then these say so themselves.
    usual = Bilingual(noted(item.body, "zh-hans"), noted(item.body, "en"))
    filling = of_mail(slugs=reach_in(news).components, title=item.title, usual_words=usual)
    heading, body = mail_words(row, usual_heading(item, of), item.body, filling, now=now)
    return replace(item, heading=heading, body=body)


def item_of(news: News) -> Item:
    """News as messages tell it."""
    return Item(
        key=news.key,
        kind=NewsKind(news.kind),
        subject=news.subject,
        title=news.title,
        body=news.body,
        link=news.link,
        at=news.created_at,
    )


def envelope_of(key: str, *, to: str) -> Envelope:
    """From whom, to whom, and where it comes back to: a signed address, where MAIL_BOUNCES takes such."""
    local, _, domain = settings.MAIL_BOUNCES.rpartition("@")
    token = token_for(LinkPurpose.BOUNCE, key, settings.SECRET_KEY)
    returns = f"{local}+{token}@{domain}" if domain else settings.MAIL_FROM
    return Envelope(sender=settings.MAIL_FROM, to=to, returns=returns)
