"""Templates of words as rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.occasions import Occasion
from statuspage.monitoring.models.bilingual import BilingualText, in_a_language
from statuspage.monitoring.models.said_beside import SaidBeside
from statuspage.wording.active import choices_of
from statuspage.wording.drafting import OCCASIONS
from statuspage.wording.labels import CAUSES


class WordTemplate(SaidBeside):
    """Words for one occasion, with variables in braces."""

    name = models.CharField(_("name"), max_length=100)
    occasion = models.CharField(_("occasion"), max_length=32, choices=choices_of(OCCASIONS))
    cause = models.CharField(
        _("cause"),
        max_length=16,
        choices=choices_of(CAUSES),
        blank=True,
        help_text=_("Of incidents: offered for this cause only."),
    )
    title_zh = models.CharField(
        _("title (Chinese)"),
        max_length=200,
        blank=True,
        help_text=_("Of announcements and planned work; of mails the subject."),
    )
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    title = BilingualText()
    body_zh = models.TextField(_("text (Chinese)"), max_length=5000, blank=True)
    body_en = models.TextField(_("text (English)"), max_length=5000, blank=True)
    body = BilingualText()
    automatic = models.BooleanField(
        _("told by itself"),
        default=False,
        help_text=_("Of planned work and mails: stands in place of the built-in words."),
    )
    fault = models.CharField(max_length=200, blank=True, editable=False)
    fault_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["occasion", "name"]
        verbose_name = _("template of words")
        verbose_name_plural = _("templates of words")
        constraints = [
            in_a_language("body", name="template_body_in_a_language"),
            models.UniqueConstraint(
                fields=["occasion"],
                condition=models.Q(automatic=True),
                name="one_automatic_template_per_occasion",
                violation_error_code="automatic",
                violation_error_message=_("Another template is told by itself on this occasion."),
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(automatic=False)
                    | models.Q(occasion__startswith="planned_")
                    | models.Q(occasion__startswith="mail_")
                ),
                name="automatic_template_is_of_planned_work_or_mail",
                violation_error_code="automatic",
                violation_error_message=_("Only steps of planned work and mails are told by themselves."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def of(self) -> Occasion:
        """Its occasion."""
        return Occasion(self.occasion)
