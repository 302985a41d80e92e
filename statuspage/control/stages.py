"""How far each part of the work has come, and whether it is late: where nobody works, this shows it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min
from django.utils.translation import gettext as _

from statuspage.control.values import WorkStage
from statuspage.delivery.models import News, Recipient
from statuspage.monitoring.conditions import Knowledge
from statuspage.monitoring.models import Dispatch, Progress
from statuspage.monitoring.selectors import standing_probes

# Each is done every second or two; a restart of its worker takes no longer.
PATIENCE = timedelta(seconds=30)
# A message that the other side could not take waits longer, and says so itself.
PATIENCE_OF_MESSAGES = timedelta(minutes=2)


def stages_at(now: datetime, knowledge: Knowledge) -> tuple[WorkStage, ...]:
    """Handing out checks, concluding, publishing and sending messages; five queries."""
    in_use = standing_probes().order_by().values("vantage")
    handed = Dispatch.objects.filter(vantage__in=in_use).aggregate(until=Min("dispatched_until"))["until"]
    published = Progress.objects.values_list("published_at", flat=True).first()
    renewed = timedelta(seconds=settings.PUBLISH_SECONDS)
    return (
        stage(_("Checks handed out"), handed, now, PATIENCE),
        stage(_("Concluded"), knowledge.until, now, PATIENCE),
        stage(_("Page published"), published, now, PATIENCE + renewed),
        stage(_("Messages sent"), _told_until(now), now, PATIENCE_OF_MESSAGES),
    )


def _told_until(now: datetime) -> datetime:
    """The oldest moment from which something waits that nobody took up: to be handed out, or to be sent."""
    unspread = News.objects.filter(spread=False).aggregate(at=Min("created_at"))["at"]
    unserved = Recipient.objects.filter(due_at__isnull=False).aggregate(at=Min("due_at"))["at"]
    return min(unspread or now, unserved or now, now)


def stage(name: str, at: datetime | None, now: datetime, patience: timedelta) -> WorkStage:
    """How a part stands that has come as far as ``at``; what never began is late."""
    return WorkStage(name=name, at=at, late=at is None or now - at > patience)
