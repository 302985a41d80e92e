"""The one log of who did what; its rows are written once, and go when they are old."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DoerKind(models.TextChoices):
    """As what somebody does something."""

    PERSON = "person", _("a person")
    PROGRAM = "program", _("a program")
    COMMAND = "command", _("the command line")
    STRANGER = "stranger", _("somebody who is not logged in")


class DeedKind(models.TextChoices):
    """What is done; an action and what happens at the entrance say more in words."""

    ADDED = "added", _("added")
    CHANGED = "changed", _("changed")
    DELETED = "deleted", _("deleted")
    ACTION = "action", _("action")
    ENTRANCE = "entrance", _("entrance")


class Deed(models.Model):
    """One thing that somebody did to one object, as it was called then.

    ``what`` is English and translated where it is shown; ``changes`` are triples of a field's name, its value
    before and its value after.
    """

    at = models.DateTimeField(_("at"), db_index=True)
    by = models.CharField(_("as"), max_length=10, choices=DoerKind.choices)
    who = models.CharField(_("who"), max_length=200, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    network = models.CharField(_("from the network"), max_length=50, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=DeedKind.choices)
    what = models.CharField(_("what"), max_length=200, blank=True)
    model = models.CharField(max_length=100, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    object_name = models.CharField(_("object"), max_length=200, blank=True)
    changes = models.JSONField(_("before and after"), default=list)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("deed")
        verbose_name_plural = _("deeds")
        indexes = [
            models.Index(fields=["model", "object_id"], name="deeds_by_object"),
            models.Index(fields=["kind", "at"], name="deeds_by_kind"),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, (self.who or self.by, self.what or self.kind, self.object_name)))
