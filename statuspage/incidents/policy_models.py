"""The rows of what is told when: one for a cause, of a component or of all."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from probes.vocabulary.publishing import Mode
from statuspage.monitoring.models import Component
from statuspage.monitoring.models.said_beside import SaidBeside
from statuspage.wording.active import choices_of
from statuspage.wording.labels import CAUSES
from statuspage.wording.publishing import MODES

MODE_CHOICES = choices_of(MODES)
DAY_MINUTES = 1440
TWICE = _("There is a rule for this cause and component already.")
MINUTES_WRONG = _("Between 1 and 1440 where it waits for minutes, otherwise 0.")


def _minutes_go_with(mode: str, minutes: str) -> models.Q:
    after = models.Q(**{mode: Mode.AFTER.value})
    counted = models.Q(**{f"{minutes}__gte": 1, f"{minutes}__lte": DAY_MINUTES})
    return (after & counted) | (~after & models.Q(**{minutes: 0}))


class PublishingPolicy(SaidBeside):
    """When what the machine concludes of a cause is told; where there is no row, the default holds."""

    cause = models.CharField(_("cause"), max_length=16, choices=choices_of(CAUSES))
    component = models.ForeignKey(
        Component,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="publishing_policies",
        verbose_name=_("component"),
        help_text=_("Empty: all components that have no rule of their own."),
    )
    tell = models.CharField(_("published"), max_length=10, choices=MODE_CHOICES, default=Mode.AT_ONCE.value)
    tell_minutes = models.PositiveSmallIntegerField(
        _("minutes until it is published"), default=0, validators=[MaxValueValidator(DAY_MINUTES)]
    )
    confirm = models.CharField(
        _("told as confirmed"), max_length=10, choices=MODE_CHOICES, default=Mode.AT_ONCE.value
    )
    confirm_minutes = models.PositiveSmallIntegerField(
        _("minutes until it is told as confirmed"),
        default=0,
        validators=[MaxValueValidator(DAY_MINUTES)],
        help_text=_("Counted from when the machine is sure; until then it is told as suspected."),
    )

    class Meta:
        ordering = ["cause", "component"]
        verbose_name = _("publishing rule")
        verbose_name_plural = _("publishing rules")
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "component"],
                name="one_policy_per_cause_and_component",
                violation_error_code="cause",
                violation_error_message=TWICE,
            ),
            models.UniqueConstraint(
                fields=["cause"],
                condition=models.Q(component__isnull=True),
                name="one_policy_per_cause",
                violation_error_code="cause",
                violation_error_message=TWICE,
            ),
            models.CheckConstraint(
                condition=_minutes_go_with("tell", "tell_minutes"),
                name="policy_tell_minutes",
                violation_error_code="tell_minutes",
                violation_error_message=MINUTES_WRONG,
            ),
            models.CheckConstraint(
                condition=_minutes_go_with("confirm", "confirm_minutes"),
                name="policy_confirm_minutes",
                violation_error_code="confirm_minutes",
                violation_error_message=MINUTES_WRONG,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.component_id or '*'}"
