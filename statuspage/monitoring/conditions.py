"""How far the monitor knows, and what is wrong with the instrument itself, as ``Progress`` has it."""

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from statuspage.ages import BLIND_AFTER
from statuspage.analysis.values import Conditions
from statuspage.monitoring.models import Progress

NOTHING_WRONG = Conditions(at=datetime.fromtimestamp(0, UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """``until`` is the moment up to which all was concluded; ``blind`` says that this is too long ago.

    ``noted_at`` is when the pipeline last wrote what it concluded.
    """

    until: datetime | None
    noted_at: datetime | None
    blind: bool
    conditions: Conditions


def knowledge_at(now: datetime) -> Knowledge:
    """What is known at ``now``; one query, which leaves the detector's memory where it is."""
    progress = Progress.objects.only("concluded_until", "advanced_at", "conditions").first() or Progress()
    until = progress.concluded_until
    return Knowledge(
        until=until,
        noted_at=progress.advanced_at,
        blind=until is None or now - until > BLIND_AFTER,
        conditions=stored_conditions(progress),
    )


def stored_conditions(progress: Progress) -> Conditions:
    """What the pipeline noted of the instrument; nothing is wrong where it never concluded anything."""
    return msgspec.convert(progress.conditions, Conditions) if progress.conditions else NOTHING_WRONG
