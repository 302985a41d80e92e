"""What the site's own processes count of themselves: rows, and nothing else."""

from django.db import models


class SiteTotal(models.Model):
    """What all processes ever counted under one name and its labels, which JSON lists: it never falls."""

    name = models.CharField(max_length=40)
    labels = models.CharField(max_length=200)
    value = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "labels"], name="one_site_total_per_labels")]

    def __str__(self) -> str:
        return f"{self.name} {self.labels} {self.value:g}"


class SiteProcess(models.Model):
    """A process as it last told of itself; ``queues`` are those that it holds in its own memory.

    Of each queue: how many messages lie in it, and when the oldest was sent, in Unix time.
    """

    host = models.CharField(max_length=100)
    pid = models.BigIntegerField()
    role = models.CharField(max_length=50)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    resident_bytes = models.BigIntegerField()
    open_files = models.IntegerField()
    queues = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "pid"], name="one_site_process_per_pid")]

    def __str__(self) -> str:
        return f"{self.role} {self.host}/{self.pid}"


class TaskSuccess(models.Model):
    """When a task last ended well, as far as its processes have told."""

    task = models.CharField(max_length=50, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.task} {self.at:%Y-%m-%dT%H:%M:%SZ}"
