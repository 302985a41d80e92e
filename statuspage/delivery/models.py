"""Who wants to be told of what, and what is to be sent to whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.telling import Stage
from statuspage.monitoring.models.bilingual import BilingualText
from statuspage.wording.active import choices_of
from statuspage.wording.delivery import CHANNELS as CHANNEL_NAMES
from statuspage.wording.delivery import STAGES as STAGE_NAMES

CHANNELS = choices_of(CHANNEL_NAMES)
STAGES = choices_of(STAGE_NAMES)


class PushSubscription(models.Model):
    """One browser that wants to be told of one topic; of its reader nothing is known.

    ``place`` is a keyed hash of the address at the push service, ``sealed`` is the address with its keys.
    """

    key = models.CharField(max_length=32, unique=True)
    place = models.CharField(max_length=32)
    topic = models.CharField(max_length=150, db_index=True)
    language = models.CharField(max_length=10)
    sealed = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "topic"], name="one_subscription_per_place_and_topic")
        ]

    def __str__(self) -> str:
        return f"{self.topic} ({self.language})"


class PushQuota(models.Model):
    """How many subscriptions one network made in one hour; the key is a keyed hash, another one each hour."""

    key = models.CharField(max_length=32, unique=True)
    hour = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%dT%H} {self.count}"


class News(models.Model):
    """One thing to be told; ``key`` tells it from all others, and those of one ``subject`` tell one story.

    It is written beside what it tells, in the same transaction, and says nothing yet (``kind`` is empty);
    ``composing`` words it. ``cursor`` is the last subscription that it was handed to, until it is ``spread``.
    ``link`` is an address within the site.
    """

    key = models.CharField(max_length=150, unique=True)
    kind = models.CharField(_("kind"), max_length=16, blank=True)
    subject = models.CharField(_("about"), max_length=120)
    title_zh = models.TextField(_("title (Chinese)"), blank=True)
    title_en = models.TextField(_("title (English)"), blank=True)
    title = BilingualText()
    body_zh = models.TextField(_("text (Chinese)"), blank=True)
    body_en = models.TextField(_("text (English)"), blank=True)
    body = BilingualText()
    link = models.CharField(max_length=500, blank=True)
    reach = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("created at"), db_index=True)
    cursor = models.BigIntegerField(default=0)
    spread = models.BooleanField(_("handed to all"), default=False)

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")
        indexes = [models.Index(fields=["id"], condition=models.Q(spread=False), name="news_to_spread")]

    def __str__(self) -> str:
        return self.key


class Recipient(models.Model):
    """Whoever is told by one channel, by a ``name`` that the channel understands.

    ``due_at`` is when it is served next, or when its ``claim`` ends; null where nothing waits for it. One
    process at a time holds it, so that what waits is told in order.
    """

    channel = models.CharField(_("channel"), max_length=20, choices=CHANNELS)
    name = models.CharField(_("name"), max_length=64)
    due_at = models.DateTimeField(_("due at"), null=True)
    claim = models.CharField(max_length=32, blank=True)
    hour = models.DateTimeField(null=True)
    sent_in_hour = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [models.UniqueConstraint(fields=["channel", "name"], name="one_recipient_per_name")]
        indexes = [
            models.Index(
                fields=["channel", "due_at"],
                condition=models.Q(due_at__isnull=False),
                name="recipients_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel}/{self.name}"


class Delivery(models.Model):
    """One piece of news for one recipient."""

    recipient = models.ForeignKey(
        Recipient, models.CASCADE, related_name="deliveries", verbose_name=_("recipient")
    )
    news = models.ForeignKey(News, models.CASCADE, related_name="deliveries", verbose_name=_("news"))
    stage = models.CharField(_("stage"), max_length=10, choices=STAGES, default=Stage.WAITING.value)
    in_summary = models.BooleanField(_("in a summary"), default=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    detail = models.CharField(_("what came of it"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), db_index=True)
    due_at = models.DateTimeField(_("due at"))
    concluded_at = models.DateTimeField(_("concluded at"), null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["recipient", "news"], name="one_delivery_per_recipient_and_news")
        ]
        indexes = [
            models.Index(
                fields=["recipient", "due_at"],
                condition=models.Q(stage="waiting"),
                name="deliveries_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.news_id} for {self.recipient_id}: {self.stage}"
