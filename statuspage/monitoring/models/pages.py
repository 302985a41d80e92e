"""What pages usually look like that are asked for without a text to expect."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from statuspage.monitoring.models.watched import Probe


class UsualPage(models.Model):
    """What a probe's good answers look like, and what came instead; shapes are those of ``PageShape``."""

    probe = models.OneToOneField(Probe, models.CASCADE, related_name="usual_page", verbose_name=_("probe"))
    asked = models.CharField(max_length=64, editable=False, help_text="What is asked for, as a digest.")
    usual = models.JSONField(_("usual"), default=list, help_text="Shapes of good answers; none: learning.")
    seen = models.JSONField(default=list, editable=False, help_text="Shapes of good answers while learning.")
    other = models.JSONField(_("now instead"), null=True, help_text="The shape that came instead.")
    other_since = models.DateTimeField(_("since"), null=True)
    others = models.PositiveIntegerField(_("times"), default=0, help_text="How often it came in a row.")

    class Meta:
        verbose_name = _("usual page")
        verbose_name_plural = _("usual pages")

    def __str__(self) -> str:
        return str(self.probe)
