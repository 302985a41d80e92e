"""Other monitors, the rules by which what they say is read, and what they said."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.strengths import Strength
from statuspage.monitoring.models import Component, Probe
from statuspage.outside.matching import MatcherError, read_matchers
from statuspage.wording.active import choices_of
from statuspage.wording.labels import CAUSES

STRENGTH_WORDS = {
    Strength.WEAK: _("weak: it rings at every blip"),
    Strength.USUAL: _("usual: it was retried before it rang"),
    Strength.STRONG: _("strong: several looks agreed before it rang"),
}


def check_matchers(text: str) -> None:
    """Raises ValidationError for matchers that cannot be read."""
    try:
        read_matchers(text)
    except MatcherError as error:
        raise ValidationError(str(error)) from error


class Sender(models.Model):
    """Another monitor that may post to us, by a token of which only the hash is kept."""

    name = models.CharField(
        _("name"), max_length=60, unique=True, help_text=_("What the public is told that it is called.")
    )
    enabled = models.BooleanField(_("enabled"), default=True)
    start = models.CharField(_("token begins with"), max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    lost_after_minutes = models.PositiveIntegerField(
        _("lost after (minutes)"),
        default=300,
        validators=[MinValueValidator(1), MaxValueValidator(10_080)],
        help_text=_(
            "A signal that is not sent again for so long is over. Longer than Alertmanager's "
            "repeat_interval, which is 4 hours unless it is set."
        ),
    )
    silent_after_minutes = models.PositiveIntegerField(
        _("silent after (minutes)"),
        default=0,
        validators=[MaxValueValidator(10_080)],
        help_text=_("We complain when nothing came for so long; 0: it has nothing to say when all is well."),
    )
    created_at = models.DateTimeField(_("created at"), editable=False)
    rotated_at = models.DateTimeField(_("token made at"), editable=False)
    heard_at = models.DateTimeField(_("last heard"), null=True, blank=True, editable=False)
    minute = models.DateTimeField(
        null=True, editable=False, help_text="The minute that posts are counted of."
    )
    in_minute = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("other monitor")
        verbose_name_plural = _("other monitors")

    def __str__(self) -> str:
        return self.name


class PushToken(models.Model):
    """Lets a program of yours make one probe's checks and push them to us; only the token's hash is kept."""

    probe = models.OneToOneField(
        Probe,
        models.CASCADE,
        related_name="push_token",
        verbose_name=_("probe"),
        help_text=_("We no longer ask for it ourselves: what is not pushed in time is missed."),
    )
    enabled = models.BooleanField(
        _("enabled"), default=True, help_text=_("Off: we ask for it ourselves again.")
    )
    start = models.CharField(_("token begins with"), max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    rotated_at = models.DateTimeField(_("token made at"), editable=False)
    heard_at = models.DateTimeField(_("last heard"), null=True, blank=True, editable=False)
    minute = models.DateTimeField(
        null=True, editable=False, help_text="The minute that posts are counted of."
    )
    in_minute = models.PositiveIntegerField(default=0, editable=False)
    taken = models.PositiveBigIntegerField(default=0, editable=False)
    refused = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["probe__slug"]
        verbose_name = _("token for pushed checks")
        verbose_name_plural = _("tokens for pushed checks")

    def __str__(self) -> str:
        return f"{self.probe} ({self.start}…)"


class SenderRule(models.Model):
    """What labels mean: the first rule all of whose matchers hold is taken."""

    name = models.CharField(_("name"), max_length=100)
    order = models.PositiveIntegerField(_("order"), default=100, help_text=_("The smallest is asked first."))
    sender = models.ForeignKey(
        Sender,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=_("other monitor"),
        help_text=_("Empty: whatever any of them says."),
    )
    matchers = models.TextField(
        _("matchers"),
        max_length=4000,
        validators=[check_matchers],
        help_text=_('As in Alertmanager, one in each line: severity="page", service=~"qr|repay".'),
    )
    cause = models.CharField(
        _("cause"),
        max_length=16,
        choices=choices_of(CAUSES),
        blank=True,
        help_text=_("What it speaks for. Empty: it is taken and means nothing, as a watchdog."),
    )
    components = models.ManyToManyField(Component, blank=True, related_name="+", verbose_name=_("components"))
    strength = models.CharField(
        _("strength"), max_length=8, choices=list(STRENGTH_WORDS.items()), default=Strength.USUAL
    )
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("rule for other monitors")
        verbose_name_plural = _("rules for other monitors")

    def __str__(self) -> str:
        return f"{self.order} · {self.name}"


class SentSignal(models.Model):
    """One signal of another monitor from its beginning to its end; without a cause it means nothing to us."""

    sender = models.ForeignKey(
        Sender, models.CASCADE, related_name="signals", verbose_name=_("other monitor")
    )
    key = models.CharField(max_length=24, editable=False)
    name = models.CharField(_("name"), max_length=200)
    labels = models.JSONField(_("labels"), default=dict)
    rule = models.ForeignKey(
        SenderRule, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("rule")
    )
    cause = models.CharField(_("cause"), max_length=16, choices=choices_of(CAUSES), blank=True)
    components = models.JSONField(_("components"), default=list)
    strength = models.CharField(
        _("strength"), max_length=8, choices=list(STRENGTH_WORDS.items()), default=Strength.USUAL
    )
    since = models.DateTimeField(_("began"))
    first_at = models.DateTimeField(_("first heard"))
    last_at = models.DateTimeField(_("last heard"))
    until = models.DateTimeField(_("over unless heard again by"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        ordering = ["-first_at", "-pk"]
        verbose_name = _("signal of another monitor")
        verbose_name_plural = _("signals of other monitors")
        constraints = [
            models.UniqueConstraint(fields=["sender", "key"], name="one_row_per_signal_of_a_sender")
        ]
        indexes = [
            models.Index(fields=["sender", "until"], condition=Q(ended_at=None), name="signal_goes_on")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.since:%Y-%m-%dT%H:%M:%SZ})"


class SignalNotice(models.Model):
    """What was made of a signal at a moment: the pipeline reads these, and they are never changed."""

    signal = models.ForeignKey(SentSignal, models.CASCADE, related_name="notices")
    at = models.DateTimeField(db_index=True)
    components = models.JSONField(default=list)
    cause = models.CharField(max_length=16)
    strength = models.CharField(max_length=8)
    until = models.DateTimeField()
    ended = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.signal_id}@{self.at:%Y-%m-%dT%H:%M:%SZ}"


class SenderTotal(models.Model):
    """How many signals one sender ever sent, by what became of them; posts that were refused count as one."""

    sender = models.ForeignKey(Sender, models.CASCADE, related_name="totals")
    became = models.CharField(max_length=10)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "became"], name="one_total_per_sender_and_fate")
        ]

    def __str__(self) -> str:
        return f"{self.became} {self.count}"
