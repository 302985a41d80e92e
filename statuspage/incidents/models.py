"""What was concluded and announced: rows, constraints and nothing else."""

from datetime import datetime

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.causes import Impact
from probes.vocabulary.publishing import Confirmation, Publication
from probes.vocabulary.states import ComponentState, IncidentStatus
from statuspage.analysis.values import Certainty
from statuspage.incidents.planned_models import (
    ENDS_TOO_EARLY,
    Maintenance,
    MaintenanceNotice,
    MaintenanceSeries,
    MaintenanceUpdate,
)
from statuspage.incidents.policy_models import PublishingPolicy
from statuspage.monitoring.models import Component
from statuspage.monitoring.models.bilingual import BilingualText, drafted_field, in_a_language
from statuspage.monitoring.models.said_beside import SaidBeside
from statuspage.wording.active import choices_of, said
from statuspage.wording.labels import (
    CAUSES,
    CERTAINTIES,
    COMPONENT_STATES,
    IMPACTS,
    INCIDENT_STATUSES,
)
from statuspage.wording.publishing import PUBLICATIONS

__all__ = [
    "Announcement",
    "BlindSpell",
    "ComponentDay",
    "ComponentStatus",
    "Incident",
    "IncidentTotal",
    "IncidentUpdate",
    "Maintenance",
    "MaintenanceNotice",
    "MaintenanceSeries",
    "MaintenanceUpdate",
    "PublishingPolicy",
]

CAUSE_CHOICES = choices_of(CAUSES)
IMPACT_CHOICES = choices_of(IMPACTS)
CERTAINTY_CHOICES = choices_of(CERTAINTIES)
STATUS_CHOICES = choices_of(INCIDENT_STATUSES)
STATE_CHOICES = choices_of(COMPONENT_STATES)


class Incident(SaidBeside):
    """One story on the page. The machine moves it until a person takes it over."""

    public_id = models.CharField(_("id"), max_length=12, unique=True, editable=False)
    key = models.CharField(
        max_length=200,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text="The detector's; null: a person's.",
    )
    taken_over = models.BooleanField(
        _("taken over"),
        default=False,
        help_text=_("A person leads this incident; the machine no longer moves it."),
    )
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    publication = models.CharField(
        _("publication"),
        max_length=10,
        choices=choices_of(PUBLICATIONS),
        default=Publication.PUBLISHED.value,
        editable=False,
    )
    confirmation = models.CharField(
        max_length=10,
        default=Confirmation.BY_POLICY.value,
        editable=False,
        help_text="Who tells that it is sure.",
    )
    due_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When it is published, told as confirmed or given back, unless somebody stops it.",
    )
    machine_view = models.JSONField(
        default=dict, editable=False, help_text="What the machine concluded last, whoever leads."
    )
    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    title = BilingualText()
    own_title = models.BooleanField(
        default=False, editable=False, help_text="A person wrote it: it stays, whatever is corrected."
    )
    cause = models.CharField(_("cause"), max_length=16, choices=CAUSE_CHOICES)
    impact = models.CharField(_("impact"), max_length=10, choices=IMPACT_CHOICES, default=Impact.MINOR.value)
    status = models.CharField(
        _("status"), max_length=16, choices=STATUS_CHOICES, default=IncidentStatus.INVESTIGATING.value
    )
    certainty = models.CharField(
        _("certainty"), max_length=10, choices=CERTAINTY_CHOICES, default=Certainty.CONFIRMED.value
    )
    confidence = models.FloatField(_("confidence"), default=1.0)
    components = models.ManyToManyField(Component, related_name="incidents", verbose_name=_("components"))
    affected = models.JSONField(
        default=list, editable=False, help_text="Slugs of the components that fail now."
    )
    started_at = models.DateTimeField(_("started at"))
    detected_at = models.DateTimeField(_("detected at"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    monitoring_at = models.DateTimeField(_("monitoring since"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    end_unseen = models.BooleanField(
        default=False,
        editable=False,
        help_text="Closed because nobody follows it any more, not seen to be over.",
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="merged"
    )
    split_off = models.JSONField(
        default=list, editable=False, help_text="Slugs of components that have an incident of their own."
    )
    imported_from = models.CharField(
        max_length=12, blank=True, editable=False, help_text="The tool that it was brought from."
    )
    evidence = models.JSONField(default=dict, editable=False)
    evidence_at = models.DateTimeField(null=True, editable=False)
    alternatives = models.JSONField(default=list, editable=False)
    causes = models.JSONField(default=list, editable=False)
    maintenance = models.ForeignKey(
        "Maintenance",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="incidents",
        verbose_name=_("maintenance"),
    )
    postmortem_zh = models.TextField(_("post-mortem (Chinese)"), blank=True)
    postmortem_en = models.TextField(_("post-mortem (English)"), blank=True)
    postmortem = BilingualText()
    postmortem_is_draft = models.BooleanField(
        _("draft"), default=False, help_text=_("Seen here only, not by the public.")
    )
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        ordering = ["-started_at", "-id"]
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(status__in=["resolved", "postmortem"], resolved_at__isnull=False)
                    | (~models.Q(status__in=["resolved", "postmortem"]) & models.Q(resolved_at__isnull=True))
                ),
                name="incident_resolved_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(confidence__gte=0, confidence__lte=1),
                name="incident_confidence_is_probability",
            ),
            in_a_language("title", name="incident_title_in_a_language"),
        ]
        indexes = [
            models.Index(fields=["resolved_at"]),
            models.Index(fields=["-started_at"]),
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="incidents_due"),
        ]

    def __str__(self) -> str:
        return said(self.title)

    @property
    def led_by_person(self) -> bool:
        """Whether a person opened it or took it over; then the machine no longer moves it."""
        return self.key is None or self.taken_over

    @property
    def taken_until(self) -> datetime | None:
        """When the machine gets it back by itself; None where it does not, or leads."""
        return self.due_at if self.taken_over else None


class IncidentTotal(models.Model):
    """Incidents ever, by the cause that they were opened with (``became`` is empty) or corrected from and to.

    Counted when it happens, so that nothing which is relabelled or deleted later lowers a number.
    """

    cause = models.CharField(max_length=16, choices=CAUSE_CHOICES)
    became = models.CharField(max_length=16, choices=CAUSE_CHOICES, blank=True, default="")
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cause", "became"], name="one_total_per_cause")]

    def __str__(self) -> str:
        return f"{self.cause} {self.became} {self.count}"


class IncidentUpdate(SaidBeside):
    """One entry of an incident's timeline."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="updates", verbose_name=_("incident"))
    sequence = models.PositiveIntegerField(_("sequence"), validators=[MinValueValidator(1)], editable=False)
    public_id = models.CharField(_("id"), max_length=12, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=16, choices=STATUS_CHOICES)
    body_zh = models.TextField(_("text (Chinese)"), max_length=5000, blank=True)
    body_en = models.TextField(_("text (English)"), max_length=5000, blank=True)
    body = BilingualText()
    cause = models.CharField(max_length=16, choices=CAUSE_CHOICES, editable=False)
    certainty = models.CharField(max_length=10, choices=CERTAINTY_CHOICES, editable=False)
    impact = models.CharField(max_length=10, choices=IMPACT_CHOICES, editable=False)
    affected = models.JSONField(
        default=list, editable=False, help_text="Slugs of the components that failed when it was written."
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    by_machine = models.BooleanField(_("by the machine"), default=False, editable=False)
    corrects = models.BooleanField(
        default=False, editable=False, help_text="A person told by it what is held to be true from now on."
    )
    origin = models.ForeignKey(
        Incident,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text="The incident that it was written for, which was merged into this one.",
    )
    drafted = drafted_field()
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        ordering = ["incident", "-sequence"]
        verbose_name = _("incident update")
        verbose_name_plural = _("incident updates")
        constraints = [
            models.UniqueConstraint(fields=["incident", "sequence"], name="one_update_per_sequence"),
            in_a_language("body", name="update_body_in_a_language"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} · {self.get_status_display()}"


class Announcement(SaidBeside):
    """What an admin tells the public."""

    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    title = BilingualText()
    body_zh = models.TextField(_("text (Chinese)"), max_length=5000, blank=True, help_text=_("Markdown."))
    body_en = models.TextField(_("text (English)"), max_length=5000, blank=True, help_text=_("Markdown."))
    body = BilingualText()
    components = models.ManyToManyField(
        Component, related_name="announcements", blank=True, verbose_name=_("components")
    )
    published = models.BooleanField(_("published"), default=True)
    pinned = models.BooleanField(_("pinned"), default=False)
    starts_at = models.DateTimeField(_("shown from"))
    ends_at = models.DateTimeField(_("shown until"), null=True, blank=True)
    drafted = drafted_field()
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        ordering = ["-pinned", "-starts_at"]
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="announcement_ends_later",
                violation_error_code="ends_at",
                violation_error_message=ENDS_TOO_EARLY,
            ),
            in_a_language("title", name="announcement_title_in_a_language"),
            in_a_language("body", name="announcement_body_in_a_language"),
        ]

    def __str__(self) -> str:
        return said(self.title)


class ComponentStatus(models.Model):
    """How one component stands now, and since when."""

    component = models.OneToOneField(Component, models.CASCADE, related_name="status", primary_key=True)
    state = models.CharField(max_length=24, choices=STATE_CHOICES, default=ComponentState.UNKNOWN.value)
    override = models.CharField(
        _("set by hand"),
        max_length=24,
        choices=STATE_CHOICES,
        blank=True,
        help_text=_("Wins over the machine until it is emptied."),
    )
    since = models.DateTimeField()
    updated_at = models.DateTimeField()
    watched_since = models.DateTimeField(
        null=True, editable=False, help_text="From when on its checks were judged; uptime begins here."
    )

    class Meta:
        verbose_name = _("component status")
        verbose_name_plural = _("component statuses")

    def __str__(self) -> str:
        return f"{self.component} {self.shown(blind=False)}"

    def shown(self, *, blind: bool) -> ComponentState:
        """What the public is told: a person's word first, and nothing of the machine's where it is blind."""
        return ComponentState(self.override or (ComponentState.UNKNOWN if blind else self.state))


class BlindSpell(models.Model):
    """A time in which the monitor could not know how a component stood."""

    component = models.ForeignKey(Component, models.CASCADE, related_name="blind_spells")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["component"],
                condition=models.Q(ended_at__isnull=True),
                name="one_open_blind_spell_per_component",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gt=models.F("started_at")),
                name="blind_spell_ends_later",
            ),
        ]
        indexes = [models.Index(fields=["component", "-started_at"])]

    def __str__(self) -> str:
        return f"{self.component_id} {self.started_at:%Y-%m-%dT%H:%M:%SZ}"


# Days on which something was wrong, or nothing was observed.
EVENTFUL = (
    Q(outage_seconds__gt=0)
    | Q(unknown_seconds__gt=0)
    | Q(maintenance_seconds__gt=0)
    | Q(risk_control_seconds__gt=0)
    | Q(policy_change_seconds__gt=0)
    | Q(observed_seconds__lte=0)
)


class ComponentDay(models.Model):
    """One day (of the site's zone) of one component, in seconds; ``incidents/uptime.py`` has the formula."""

    component = models.ForeignKey(Component, models.CASCADE, related_name="days")
    day = models.DateField()
    outage_seconds = models.FloatField(default=0)  # weighted by impact, see uptime.py
    unknown_seconds = models.FloatField(default=0)
    maintenance_seconds = models.FloatField(default=0)
    risk_control_seconds = models.FloatField(default=0)
    policy_change_seconds = models.FloatField(default=0)
    observed_seconds = models.FloatField(default=0)
    worst = models.CharField(max_length=10, choices=IMPACT_CHOICES, default=Impact.NONE.value)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["component", "day"], name="one_row_per_component_and_day")
        ]
        # Nearly every day is calm. With an index on all days SQLite would look up the table row by row.
        indexes = [models.Index(fields=["day"], condition=EVENTFUL, name="eventful_days")]

    def __str__(self) -> str:
        return f"{self.component_id} {self.day}"
