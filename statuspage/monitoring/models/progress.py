"""How far the site has come: with concluding, and with handing out checks."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from statuspage.monitoring.models.watched import Vantage


class Progress(models.Model):
    """How far the pipeline has come: one row, which is also the writer's lock."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    concluded_until = models.DateTimeField(_("concluded until"), null=True)
    tallied_until = models.DateTimeField(
        null=True, help_text="The moment up to which checks are in the counts by window."
    )
    counted_until = models.DateTimeField(
        null=True, help_text="The moment up to which checks are in the counters that never fall."
    )
    detector_state = models.BinaryField(null=True)
    state_token = models.CharField(
        max_length=32, blank=True, help_text="Another one with each change of the detector's state."
    )
    site_id = models.UUIDField(
        default=uuid4, editable=False, help_text="Which site this is, in ids that no setting changes."
    )
    conditions = models.JSONField(_("conditions"), default=dict)
    advanced_at = models.DateTimeField(_("advanced at"), null=True)
    published_at = models.DateTimeField(_("published at"), null=True)
    clock_corrections = models.PositiveBigIntegerField(
        default=0, help_text="How often what a clock that was ahead left behind was dated back."
    )
    changed_at = models.DateTimeField(
        _("changed at"), null=True, help_text=_("When anything public last changed.")
    )

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="only_one_progress")]

    def __str__(self) -> str:
        return f"until {self.concluded_until}"


class Dispatch(models.Model):
    """How far checks of a vantage were handed out and lost ones written off; moved by conditional updates."""

    vantage = models.OneToOneField(Vantage, models.CASCADE, primary_key=True, related_name="+")
    dispatched_until = models.DateTimeField()
    swept_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.vantage_id} until {self.dispatched_until}"
