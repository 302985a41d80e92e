"""Tokens by which programs write: only their hashes are kept."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a token may write."""

    INCIDENTS = "incidents", _("incidents and their updates")
    MAINTENANCE = "maintenance", _("scheduled maintenance")
    ANNOUNCEMENTS = "announcements", _("announcements")


class ApiToken(models.Model):
    """One program's right to write, in the name of who made it."""

    name = models.CharField(_("name"), max_length=100, help_text=_("Which program it is for."))
    start = models.CharField(_("begins with"), max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("may write"), default=list)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        editable=False,
        verbose_name=_("owner"),
    )
    created_at = models.DateTimeField(_("created at"), editable=False)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    revoked = models.BooleanField(_("revoked"), default=False)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"
