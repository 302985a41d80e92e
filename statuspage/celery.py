"""The Celery application: which task runs when, and on which queue."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")

from django.conf import settings

app = Celery("fogbreak")
app.conf.update(
    broker_url=settings.BROKER_URL,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"polling_interval": 0.05} if settings.BROKER_URL.startswith("memory:") else {},
    task_ignore_result=True,
    task_default_queue="engine",
    task_acks_late=False,  # a check must not run twice; a lost one is "missed"
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    timezone="UTC",
    beat_schedule={},
)
app.autodiscover_tasks(["statuspage"])
