"""Who asked to be told, of what, and how; of whom a mail goes to there is no more than that."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.telling import Channel, Membership, Rhythm
from statuspage.delivery.models import CHANNELS
from statuspage.incidents.models import IMPACT_CHOICES
from statuspage.subscribers.wishes import PAGE, Interest
from statuspage.wording.active import choices_of
from statuspage.wording.subscribing import RHYTHMS, STANDINGS

LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]


class Subscription(models.Model):
    """One wish to be told by one channel.

    ``place`` is a keyed hash of an address, or of a chat's, ``sealed`` is what the channel needs to reach it.
    ``failures`` counts what came back of mails, or days on which a webhook did not answer.
    """

    key = models.CharField(max_length=20, unique=True, editable=False)
    channel = models.CharField(_("channel"), max_length=20, choices=CHANNELS)
    name = models.CharField(_("name"), max_length=100, blank=True)
    place = models.CharField(max_length=32, editable=False)
    sealed = models.TextField(editable=False, blank=True)
    topic = models.CharField(_("about"), max_length=120, default=PAGE, editable=False)
    components = models.JSONField(_("components"), default=list, blank=True)
    causes = models.JSONField(_("causes"), default=list, blank=True)
    least_impact = models.CharField(
        _("least impact"), max_length=10, choices=IMPACT_CHOICES, default=Impact.NONE.value
    )
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES)
    rhythm = models.CharField(
        _("rhythm"), max_length=10, choices=choices_of(RHYTHMS), default=Rhythm.AT_ONCE.value
    )
    standing = models.CharField(
        _("standing"),
        max_length=10,
        choices=choices_of(STANDINGS),
        default=Membership.PENDING.value,
        editable=False,
    )
    created_at = models.DateTimeField(_("created at"), editable=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    letter_at = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveSmallIntegerField(_("failures"), default=0, editable=False)
    failed_at = models.DateTimeField(_("last failure"), null=True, editable=False)
    trouble = models.CharField(_("last trouble"), max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "place", "topic"], name="one_subscription_per_channel_place_and_topic"
            )
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(standing="active"), name="subscriptions_that_stand"
            ),
            models.Index(fields=["-created_at"], name="subscriptions_newest_first"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.channel}/{self.key[:6]}"

    @property
    def wish(self) -> Interest:
        """What is wanted."""
        return Interest(
            topic=self.topic,
            components=frozenset(self.components),
            causes=frozenset(Cause(cause) for cause in self.causes),
            least_impact=Impact(self.least_impact),
            states=self.channel == Channel.WEBHOOK.value,
        )
