"""Attempts to log in, counted under names that tell nothing, and what stands in for a lost second factor."""

from django.conf import settings
from django.db import models


class LoginAttempts(models.Model):
    """How many attempts were made under one key, which is a keyed hash, until it runs out."""

    key = models.CharField(max_length=32, unique=True)
    until = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key} {self.count}"


class RecoveryCode(models.Model):
    """One code that lets its owner in once without the second factor; only its hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="one_recovery_code_per_user_and_digest")
        ]

    def __str__(self) -> str:
        return f"of {self.user_id}"
