"""Says that something public changed, so that the page is published at once."""

from datetime import datetime

from statuspage.monitoring.models import Progress


def mark_changed(*, now: datetime) -> None:
    """Note that the public would see a difference since ``now``."""
    Progress.objects.get_or_create(pk=1)
    Progress.objects.filter(pk=1).update(changed_at=now)
