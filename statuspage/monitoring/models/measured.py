"""What was measured: results of checks, counts of them by window, and totals."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from statuspage.monitoring.models.watched import Component, Persona, Probe, Vantage
from statuspage.wording.active import choices_of
from statuspage.wording.labels import EXCLUSIONS, OUTCOMES


class CheckResult(models.Model):
    """One run of a probe at its tick, with the raw answer as evidence."""

    # No index of its own: the one on probe and tick begins with it.
    probe = models.ForeignKey(
        Probe, models.CASCADE, related_name="results", db_index=False, verbose_name=_("probe")
    )
    tick = models.DateTimeField(_("due at"), help_text="When it was due.")
    at = models.DateTimeField(_("ended at"), help_text="When it ended.")
    stored_at = models.DateTimeField(_("stored at"), help_text="When it was written.")
    outcome = models.CharField(_("outcome"), max_length=20, choices=choices_of(OUTCOMES))
    error = models.CharField(_("error"), max_length=10, null=True, blank=True)  # noqa: DJ001  (null means "there was an answer")
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    code = models.CharField(_("code"), max_length=64, blank=True)
    message = models.CharField(_("message"), max_length=500, blank=True)
    latency_ms = models.FloatField(_("milliseconds"), null=True, blank=True)
    phases = models.JSONField(
        _("phases"), default=dict, help_text="Milliseconds of dns, connect, tls, first_byte and body."
    )
    hung_phase = models.CharField(_("hung in"), max_length=12, blank=True, help_text="Where a timeout hung.")
    steps = models.JSONField(
        _("steps"), default=list, help_text="The verdict of each step of a multi-step check."
    )
    certificate_expires_at = models.DateTimeField(_("certificate expires at"), null=True, blank=True)
    excluded = models.CharField(
        _("excluded"),
        max_length=16,
        blank=True,
        default="",
        choices=choices_of(EXCLUSIONS),
        help_text="Why it says nothing about the service; empty where it does.",
    )
    late = models.BooleanField(
        _("late"), default=False, help_text="Arrived after its moment was concluded; kept as evidence only."
    )

    class Meta:
        verbose_name = _("check result")
        verbose_name_plural = _("check results")
        constraints = [
            models.UniqueConstraint(fields=["probe", "tick"], name="one_result_per_probe_and_tick")
        ]
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.probe_id}@{self.tick:%Y-%m-%dT%H:%M:%SZ}"


class CheckBlock(models.Model):
    """Results of one probe over the hour (UTC) of their ticks, packed when nothing of them changes any more.

    ``first_at`` and ``last_at`` are when the first and the last of them ended; ``judged_from`` is the first
    of those that were not late, ``made_until`` the last that was not missed. ``blocks.py`` packs them.
    """

    probe = models.ForeignKey(
        Probe, models.CASCADE, related_name="blocks", db_index=False, verbose_name=_("probe")
    )
    start = models.DateTimeField(_("start"))
    count = models.PositiveIntegerField(_("checks"))
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    judged_from = models.DateTimeField(null=True)
    made_until = models.DateTimeField(null=True)
    body = models.BinaryField()

    class Meta:
        verbose_name = _("hour of check results")
        verbose_name_plural = _("hours of check results")
        constraints = [
            models.UniqueConstraint(fields=["probe", "start"], name="one_block_per_probe_and_hour")
        ]
        indexes = [models.Index(fields=["last_at"])]

    def __str__(self) -> str:
        return f"{self.probe_id}@{self.start:%Y-%m-%dT%HZ}"


class Grain(models.TextChoices):
    MINUTE = "minute", _("minute")
    HOUR = "hour", _("hour")
    DAY = "day", _("day")


class MinuteCounts(models.Model):
    """Counts of all series over one minute; ``minutes.py`` packs and reads them."""

    start = models.DateTimeField(primary_key=True)
    cells = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%dT%H:%M}"


class Rollup(models.Model):
    """Counts of one component, persona and vantage over one window (a control has neither of the first two).

    Hours and days are those of the site's zone. Each minute that was concluded is added at once, so a window
    grows until ``Progress.tallied_until`` has passed its end; then it is closed, and only what is found to
    say nothing is still moved apart. ``series`` names the three in one word that is never null, because
    SQLite holds two nulls for different. Minutes have rows of their own: :class:`MinuteCounts`.
    """

    grain = models.CharField(max_length=6, choices=Grain.choices)
    start = models.DateTimeField()
    series = models.CharField(max_length=60)
    # Every index costs as much as the counts: windows are asked for by component and time alone.
    component = models.ForeignKey(Component, models.CASCADE, null=True, related_name="+", db_index=False)
    persona = models.ForeignKey(Persona, models.CASCADE, null=True, related_name="+", db_index=False)
    vantage = models.ForeignKey(Vantage, models.CASCADE, related_name="+", db_index=False)
    outcomes = models.JSONField(
        default=dict, help_text="Number of checks by outcome, those that are excluded left out."
    )
    excluded = models.JSONField(
        default=dict, help_text="Number of checks that say nothing, by reason and outcome."
    )
    latency_sum_ms = models.FloatField(default=0)
    latency_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grain", "start", "series"], name="one_rollup_per_window")
        ]
        indexes = [models.Index(fields=["component", "grain", "start"])]

    def __str__(self) -> str:
        return f"{self.grain} {self.start:%Y-%m-%dT%H:%M}"


class CheckTotal(models.Model):
    """Checks ever, by their labels when they were counted: nothing that is done later lowers a number."""

    component = models.CharField(max_length=100, blank=True)
    persona = models.CharField(max_length=100, blank=True)
    tier = models.CharField(max_length=16, blank=True)
    vantage = models.CharField(max_length=100)
    outcome = models.CharField(max_length=20, choices=choices_of(OUTCOMES))
    excluded = models.CharField(max_length=16, blank=True, default="", choices=choices_of(EXCLUSIONS))
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["component", "persona", "tier", "vantage", "outcome", "excluded"],
                name="one_total_per_labels",
            )
        ]

    def __str__(self) -> str:
        return f"{self.component} {self.persona} {self.vantage} {self.outcome} {self.excluded} {self.count}"


class DurationTotal(models.Model):
    """Durations ever, by component and vantage as they were called when counted, as a histogram."""

    component = models.CharField(max_length=100, blank=True)
    vantage = models.CharField(max_length=100)
    buckets = models.JSONField(
        default=dict, help_text='Checks of each bucket by its upper bound in seconds, such as {"0.5": 12}.'
    )
    sum_seconds = models.FloatField(default=0)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["component", "vantage"], name="one_histogram_per_labels")
        ]

    def __str__(self) -> str:
        return f"{self.component} {self.vantage} {self.count}"
