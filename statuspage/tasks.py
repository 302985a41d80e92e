"""Every Celery task: thin, takes ids, calls one thing."""

from celery import shared_task
from django.utils import timezone

from statuspage.monitoring import sources
from statuspage.public.publish import publish_if_due


@shared_task
def scrape_due_sources() -> None:
    """Hand out a visit to each source whose interval has passed."""
    for source_id in sources.due_sources(now=timezone.now()):
        scrape_source.delay(source_id)


@shared_task
def scrape_source(source_id: int) -> None:
    """Read one source and store its new posts."""
    sources.scrape_source(source_id=source_id, now=timezone.now())


@shared_task
def publish() -> None:
    """Publish where anything public changed, or where the page's age is to be renewed."""
    publish_if_due(timezone.now())
