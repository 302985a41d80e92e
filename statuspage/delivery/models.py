"""Who wants to be told of what, and what is to be sent to whom."""

from django.db import models

from statuspage.delivery.rules import Channel, Stage


class PushSubscription(models.Model):
    """One browser that wants to be told of one topic; of its reader nothing is known.

    ``place`` is a keyed hash of the address at the push service, ``sealed`` is the address with its keys.
    """

    key = models.CharField(max_length=32, unique=True)
    place = models.CharField(max_length=32)
    topic = models.CharField(max_length=150, db_index=True)
    language = models.CharField(max_length=10)
    sealed = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "topic"], name="one_subscription_per_place_and_topic")
        ]

    def __str__(self) -> str:
        return f"{self.topic} ({self.language})"


class PushQuota(models.Model):
    """How many subscriptions one network made in one hour; the key is a keyed hash, another one each hour."""

    key = models.CharField(max_length=32, unique=True)
    hour = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%dT%H} {self.count}"


class Delivery(models.Model):
    """One news for one recipient by one channel; ``recipient`` is a name that the channel understands.

    ``link`` is an address within the site.
    """

    channel = models.CharField(max_length=20, choices=[(channel.value, channel.value) for channel in Channel])
    recipient = models.CharField(max_length=64)
    news = models.CharField(max_length=150)
    language = models.CharField(max_length=10)
    title = models.TextField()
    body = models.TextField()
    link = models.CharField(max_length=500)
    stage = models.CharField(
        max_length=10, choices=[(stage.value, stage.value) for stage in Stage], default=Stage.WAITING.value
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "recipient", "news"], name="one_delivery_per_recipient_and_news"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(stage="waiting"), name="deliveries_waiting"),
            models.Index(fields=["channel", "news"]),
        ]

    def __str__(self) -> str:
        return f"{self.news} by {self.channel}: {self.stage}"
