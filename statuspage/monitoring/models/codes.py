"""What answers mean, as far as an admin taught it, and the answers that nobody taught yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from statuspage.wording.active import choices_of
from statuspage.wording.labels import OUTCOMES


class CodeRule(models.Model):
    """What an admin taught the code book: it goes before the rules that are shipped."""

    dialect = models.CharField(_("dialect"), max_length=50, blank=True)
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    code = models.CharField(_("code"), max_length=64, blank=True, help_text=_("Exact; empty for any."))
    pattern = models.CharField(
        _("pattern"),
        max_length=200,
        blank=True,
        help_text=_("Regular expression on the message; empty for any."),
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=choices_of(OUTCOMES))
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("code rule")
        verbose_name_plural = _("code rules")

    def __str__(self) -> str:
        return f"{self.http_status or '*'} {self.code or '*'} {self.pattern or '*'} -> {self.outcome}"


class UnmappedAnswer(models.Model):
    """An answer that no rule of the code book named, for an admin to look at."""

    http_status = models.PositiveSmallIntegerField(_("HTTP status"), default=0)
    code = models.CharField(_("code"), max_length=64, blank=True)
    message = models.CharField(_("message"), max_length=200, blank=True)
    outcome = models.CharField(_("taken for"), max_length=20, choices=choices_of(OUTCOMES))
    count = models.PositiveBigIntegerField(_("count"), default=0)
    first_seen = models.DateTimeField(_("first seen"))
    last_seen = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("unmapped answer")
        verbose_name_plural = _("unmapped answers")
        constraints = [
            models.UniqueConstraint(
                fields=["http_status", "code", "message"], name="one_row_per_unmapped_answer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.http_status} {self.code} {self.message}"
