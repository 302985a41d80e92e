"""How far the monitor knows, and what is wrong with the instrument itself, as ``Progress`` has it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from statuspage.ages import BLIND_AFTER
from statuspage.analysis.values import Conditions
from statuspage.monitoring.models import Progress

NOBODYS = UUID(int=0)  # before anything was concluded or published
NOTHING_WRONG = Conditions(at=datetime.fromtimestamp(0, UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """``until`` is the moment up to which all was concluded; ``blind`` says that this is too long ago.

    ``noted_at`` is when the pipeline last wrote what it concluded. ``site_id`` tells this site from others.
    """

    until: datetime | None
    noted_at: datetime | None
    blind: bool
    conditions: Conditions
    site_id: UUID

    @property
    def anew(self) -> bool:
        """Whether all is judged anew, because the detector lost track of an incident."""
        until = self.conditions.anew_until
        return until is not None and (self.until is None or self.until < until)


def knowledge_at(now: datetime) -> Knowledge:
    """What is known at ``now``; one query, which leaves the detector's memory where it is."""
    fields = ("concluded_until", "advanced_at", "conditions", "site_id")
    progress = Progress.objects.only(*fields).first() or Progress(site_id=NOBODYS)
    until = progress.concluded_until
    return Knowledge(
        until=until,
        noted_at=progress.advanced_at,
        blind=until is None or now - until > BLIND_AFTER,
        conditions=stored_conditions(progress),
        site_id=progress.site_id,
    )


def stored_conditions(progress: Progress) -> Conditions:
    """What the pipeline noted of the instrument; nothing is wrong where it never concluded anything."""
    return msgspec.convert(progress.conditions, Conditions) if progress.conditions else NOTHING_WRONG
