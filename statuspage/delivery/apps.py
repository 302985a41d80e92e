"""The outbox as a Django application."""

from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _

from statuspage.incidents.signals import STATE_CHANGED


class DeliveryConfig(AppConfig):
    name = "statuspage.delivery"
    label = "delivery"
    verbose_name = _("Delivery")

    def ready(self) -> None:
        """Rooms below know nothing of this one: it hears what they write, within their transactions."""
        from statuspage.delivery import noting  # models are there only now

        for model, heard in (
            ("incidents.IncidentUpdate", noting.note_update),
            ("incidents.MaintenanceUpdate", noting.note_planned),
            ("incidents.Announcement", noting.note_announcement),
        ):
            post_save.connect(heard, sender=model, dispatch_uid=f"news of {model}")
        STATE_CHANGED.connect(noting.note_state, dispatch_uid="news of states")
