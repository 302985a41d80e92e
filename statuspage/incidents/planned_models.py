"""Planned work, and what the detector and the public were told of it: rows and nothing else."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.states import MaintenanceStatus
from statuspage.monitoring.models import Component
from statuspage.monitoring.models.bilingual import BilingualText, drafted_field, in_a_language
from statuspage.monitoring.models.said_beside import SaidBeside
from statuspage.wording.active import choices_of, said
from statuspage.wording.labels import MAINTENANCE_STATUSES

ENDS_TOO_EARLY = _("It must end after it starts.")
MOST_REMIND_HOURS = 14 * 24
MOST_MINUTES = 7 * 24 * 60
STATUS_CHOICES = choices_of(MAINTENANCE_STATUSES)


class MaintenanceSeries(SaidBeside):
    """Planned work that comes again: its occurrences are made some weeks ahead, as rows of their own."""

    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    title = BilingualText()
    body_zh = models.TextField(_("text (Chinese)"), max_length=5000, blank=True)
    body_en = models.TextField(_("text (English)"), max_length=5000, blank=True)
    body = BilingualText()
    components = models.ManyToManyField(
        Component, related_name="maintenance_series", verbose_name=_("components")
    )
    first_on = models.DateField(_("first day"))
    starts_at = models.TimeField(_("starts at"), help_text=_("By the wall clock of the zone."))
    minutes = models.PositiveIntegerField(
        _("minutes"),
        default=120,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)],
        help_text=_("How long each takes."),
    )
    zone = models.CharField(_("time zone"), max_length=64)
    rule = models.CharField(
        _("comes again"),
        max_length=300,
        help_text=_("A rule of iCalendar, such as FREQ=WEEKLY;BYDAY=SU or FREQ=MONTHLY;BYDAY=1SU."),
    )
    except_on = models.TextField(
        _("except on"), max_length=2000, blank=True, help_text=_("Days such as 2026-12-27, one a line.")
    )
    remind_hours = models.PositiveSmallIntegerField(
        _("remind, hours before"),
        default=24,
        validators=[MaxValueValidator(MOST_REMIND_HOURS)],
        help_text=_("Told once, so many hours before it starts; 0: not at all."),
    )
    active = models.BooleanField(
        _("active"), default=True, help_text=_("Otherwise what is planned of it is cancelled.")
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("recurrent maintenance")
        verbose_name_plural = _("recurrent maintenances")
        constraints = [in_a_language("title", name="series_title_in_a_language")]

    def __str__(self) -> str:
        return said(self.title)


class Maintenance(SaidBeside):
    """Planned work, announced by an admin or read from the operator's own notice."""

    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    public_id = models.CharField(_("id"), max_length=12, unique=True, editable=False)
    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    title = BilingualText()
    body_zh = models.TextField(_("text (Chinese)"), max_length=5000, blank=True)
    body_en = models.TextField(_("text (English)"), max_length=5000, blank=True)
    body = BilingualText()
    components = models.ManyToManyField(Component, related_name="maintenances", verbose_name=_("components"))
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=STATUS_CHOICES,
        default=MaintenanceStatus.SCHEDULED.value,
    )
    remind_hours = models.PositiveSmallIntegerField(
        _("remind, hours before"),
        default=0,
        validators=[MaxValueValidator(MOST_REMIND_HOURS)],
        help_text=_("Told once, so many hours before it starts; 0: not at all."),
    )
    remind_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the reminder is due; empty once it was told."
    )
    series = models.ForeignKey(
        MaintenanceSeries,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="occurrences",
        verbose_name=_("recurrent maintenance"),
    )
    occurrence_on = models.DateField(
        null=True, editable=False, help_text="Its day by the wall clock of its series, however it was moved."
    )
    apart = models.BooleanField(
        default=False, editable=False, help_text="A person changed it: it no longer follows its series."
    )
    drafted = drafted_field()
    announced_at = models.DateTimeField(_("announced at"))
    updated_at = models.DateTimeField(_("updated at"))
    imported_from = models.CharField(
        max_length=12, blank=True, editable=False, help_text="The tool that it was brought from."
    )
    feed_hash = models.CharField(max_length=64, blank=True, editable=False)
    revision = models.PositiveIntegerField(
        default=0, editable=False, help_text="Grows with every change (iCalendar)."
    )

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("scheduled maintenance")
        verbose_name_plural = _("scheduled maintenances")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="maintenance_ends_later",
                violation_error_code="ends_at",
                violation_error_message=ENDS_TOO_EARLY,
            ),
            in_a_language("title", name="maintenance_title_in_a_language"),
            models.UniqueConstraint(fields=["series", "occurrence_on"], name="one_occurrence_per_day"),
        ]

    def __str__(self) -> str:
        return said(self.title)


class MaintenanceNotice(models.Model):
    """One announcement or change of a window as the detector was told it: written once, never changed."""

    maintenance = models.ForeignKey(Maintenance, models.CASCADE, related_name="notices")
    at = models.DateTimeField()
    components = models.JSONField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cancelled = models.BooleanField(default=False)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.maintenance_id}@{self.at:%Y-%m-%dT%H:%M:%SZ}"


class MaintenanceUpdate(SaidBeside):
    """One entry of what was told of planned work, with its window as it was told then."""

    maintenance = models.ForeignKey(
        Maintenance, models.CASCADE, related_name="updates", verbose_name=_("scheduled maintenance")
    )
    sequence = models.PositiveIntegerField(_("sequence"), validators=[MinValueValidator(1)], editable=False)
    public_id = models.CharField(_("id"), max_length=12, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=12, choices=STATUS_CHOICES, editable=False)
    step = models.CharField(
        max_length=12,
        blank=True,
        editable=False,
        help_text="What moved on (PlannedStep); empty: a person added a word.",
    )
    starts_at = models.DateTimeField(_("starts at"), editable=False)
    ends_at = models.DateTimeField(_("ends at"), editable=False)
    body_zh = models.TextField(_("text (Chinese)"), max_length=5000, blank=True)
    body_en = models.TextField(_("text (English)"), max_length=5000, blank=True)
    body = BilingualText()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    by_machine = models.BooleanField(_("by the machine"), default=False, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)

    class Meta:
        ordering = ["maintenance", "-sequence"]
        verbose_name = _("update of planned work")
        verbose_name_plural = _("updates of planned work")
        constraints = [
            models.UniqueConstraint(
                fields=["maintenance", "sequence"], name="one_maintenance_update_per_sequence"
            ),
            in_a_language("body", name="maintenance_update_body_in_a_language"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} · {self.get_status_display()}"
