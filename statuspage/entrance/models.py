"""Attempts to log in under names that tell nothing, open sessions, and what stands in for a second factor."""

import hashlib

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
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


class OpenSession(AbstractBaseSession):
    """One session: whose, since when, when it was last used; ``network`` and ``browser`` are coarse."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    began_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(db_index=True)
    network = models.CharField(max_length=50, blank=True)
    browser = models.CharField(max_length=60, blank=True)

    @property
    def handle(self) -> str:
        """A name for it that opens nothing."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:24]

    @classmethod
    def get_session_store_class(cls) -> type:
        """The engine that reads and writes it."""
        # It imports the models.
        from statuspage.entrance.sessions import SessionStore

        return SessionStore


class ProvidedAccount(models.Model):
    """Whose account it is that a provider vouches for; only issuer and subject say who somebody is."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_account_per_issuer_and_subject")
        ]

    def __str__(self) -> str:
        return f"of {self.user_id}"
