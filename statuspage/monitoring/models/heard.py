"""What users say: where it is read, and each report without anything that names a person."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from probes.listening.sources import SourceError, SourceSpec, source_spec
from statuspage.monitoring.models.watched import Named
from statuspage.wording.active import choices_of
from statuspage.wording.labels import PRODUCTS, SYMPTOMS


class Source(Named):
    """A public place where users say what happens to them."""

    class Kind(models.TextChoices):
        HTML = "html", "HTML"
        RSS = "rss", "RSS / Atom"
        JSON = "json", "JSON"
        HERE = "here", _("this site's own form")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    url = models.URLField(_("URL"), max_length=500)
    options = models.JSONField(
        _("options"),
        default=dict,
        blank=True,
        help_text=_("Selectors or paths of item, text, time, author and link."),
    )
    interval_seconds = models.FloatField(_("interval, seconds"), default=60)
    enabled = models.BooleanField(_("enabled"), default=True)
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=100, blank=True, editable=False)
    not_before = models.DateTimeField(null=True, blank=True, editable=False)
    last_attempt_at = models.DateTimeField(_("last attempt"), null=True, blank=True, editable=False)
    last_success_at = models.DateTimeField(_("last success"), null=True, blank=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, editable=False)
    # At every visit anew: an item that cannot be read counts as long as it stands there.
    skipped_items = models.PositiveBigIntegerField(_("skipped items"), default=0, editable=False)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def spec(self) -> SourceSpec:
        """How it is read; raises SourceError with every mistake in the row."""
        return source_spec(slug=self.slug, kind=self.kind, url=self.url, options=self.options)

    def forget_validators(self) -> None:
        """Forget what the site last answered: read in another way, the same page may say another thing."""
        self.etag = self.last_modified = ""

    def clean(self) -> None:
        """Refuse what could not be read from; raises ValidationError with every mistake."""
        if self.kind == self.Kind.HERE:
            return
        try:
            self.spec()
        except SourceError as error:
            raise ValidationError({"options": str(error)}) from error


class Report(models.Model):
    """One post by a user, without anything that names a person."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="reports", verbose_name=_("source"))
    external_id = models.CharField(max_length=200)
    at = models.DateTimeField(_("collected at"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    author = models.CharField(_("author (hash)"), max_length=64, blank=True)
    text = models.TextField(_("text"), max_length=4000, blank=True)
    url = models.URLField(_("URL"), max_length=500, blank=True)
    symptom = models.CharField(_("symptom"), max_length=20, choices=choices_of(SYMPTOMS))
    product = models.CharField(_("product"), max_length=12, choices=choices_of(PRODUCTS))
    probability = models.FloatField(_("probability"))
    repost_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="reposts")
    hidden = models.BooleanField(_("hidden"), default=False)
    hidden_at = models.DateTimeField(
        null=True, editable=False, help_text="From then on it counts for no verdict, shown again or not."
    )
    read_as = models.CharField(
        _("read as"),
        max_length=20,
        choices=choices_of(SYMPTOMS),
        blank=True,
        editable=False,
        help_text=_("What the machine took it for, where a person says otherwise."),
    )
    relabelled_at = models.DateTimeField(_("relabelled at"), null=True, blank=True, editable=False)
    late = models.BooleanField(
        default=False, editable=False, help_text="Came after its moment was concluded; not judged."
    )

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="one_report_per_source_and_id")
        ]
        indexes = [
            models.Index(fields=["at"]),
            models.Index(fields=["symptom", "at"]),
            models.Index(fields=["hidden"], condition=models.Q(hidden=True), name="hidden_reports"),
            models.Index(
                fields=["hidden_at"], condition=models.Q(hidden_at__isnull=False), name="reports_hidden_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}/{self.external_id}"


class Voices(models.Model):
    """How many people complained of one product in one way within a slot; ``filed``: by our own form."""

    slot = models.DateTimeField()
    product = models.CharField(max_length=12, choices=choices_of(PRODUCTS))
    symptom = models.CharField(max_length=20, choices=choices_of(SYMPTOMS))
    people = models.PositiveIntegerField()
    filed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("people's complaints")
        verbose_name_plural = _("people's complaints")
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "product", "symptom"], name="one_count_of_voices_per_slot_and_complaint"
            ),
            models.CheckConstraint(condition=models.Q(people__gt=0), name="voices_of_somebody"),
            models.CheckConstraint(
                condition=models.Q(filed__lte=models.F("people")), name="voices_filed_among_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot:%Y-%m-%dT%H:%M} {self.product} {self.symptom} {self.people}"


class ReportQuota(models.Model):
    """How many reports one network filed here in one hour; the key is a keyed hash, another one each hour."""

    key = models.CharField(max_length=32, unique=True)
    hour = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%dT%H} {self.count}"
