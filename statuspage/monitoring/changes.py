"""Says that something public changed, and keeps writers from waiting for each other forever."""

from datetime import datetime

from statuspage.locks import wait_for_cursor
from statuspage.monitoring.models import Progress


def hold_pipeline() -> None:
    """Let no turn of the pipeline begin until the caller's transaction ends: every change by hand begins so.

    The pipeline locks its cursor, the row of it and then incidents: who locked them the other way round could
    wait forever.
    """
    Progress.objects.get_or_create(pk=1)
    wait_for_cursor(to_move=False)
    Progress.objects.select_for_update().values_list("pk", flat=True).get(pk=1)


def mark_changed(*, now: datetime) -> None:
    """Note that the public would see a difference since ``now``."""
    Progress.objects.get_or_create(pk=1)
    Progress.objects.filter(pk=1).update(changed_at=now)
