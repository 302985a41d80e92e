"""The metrics as a Django application: it hears what tasks do, whichever process runs them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MetricsConfig(AppConfig):
    name = "statuspage.metrics"
    label = "metrics"
    verbose_name = _("Metrics")

    def ready(self) -> None:
        """Tasks know nothing of being counted."""
        from statuspage.metrics import task_counts  # models are there only now

        task_counts.connect()
