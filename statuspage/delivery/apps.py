"""The outbox as a Django application."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "statuspage.delivery"
    label = "delivery"
