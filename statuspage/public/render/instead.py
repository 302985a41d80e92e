"""What to do about what does not work, and what works in its place, as the snapshot knows it."""

from collections.abc import Collection

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from statuspage.analysis.values import Certainty
from statuspage.incidents.ways import Way, beside, concerned_by, kinds_of, troubled_by
from statuspage.public.read.values import IncidentView, Snapshot
from statuspage.wording.advice import advice, other_ways
from statuspage.wording.names import outside_group


def ways_of(snapshot: Snapshot) -> tuple[Way, ...]:
    """Every component as advice weighs it."""
    under_way = [row for row in snapshot.maintenances if row.starts_at <= snapshot.at < row.ends_at]
    troubled = troubled_by(snapshot.open_incidents, [row.components for row in under_way])
    return tuple(
        Way(
            slug=row.slug,
            name=outside_group(row.name, group.name) if group.slug else row.name,
            kind=row.kind,
            group=group.slug,
            state=row.state,
            troubled=row.slug in troubled,
        )
        for group in snapshot.groups
        for row in group.components
    )


def advice_of(snapshot: Snapshot, incident: IncidentView) -> tuple[Bilingual, ...]:
    """What to do while this incident is open, by what it concerns now."""
    kinds = kinds_of(concerned_by(incident), ways_of(snapshot))
    return advice(incident.cause, kinds, confirmed=incident.certainty is Certainty.CONFIRMED)


def current_advice(snapshot: Snapshot, incident: IncidentView) -> tuple[Bilingual, ...]:
    """What serves instead at this moment, and what to do; of what is over there is nothing to do."""
    if not incident.is_open:
        return ()
    instead = instead_of(snapshot, concerned_by(incident), incident.cause)
    return (*instead, *advice_of(snapshot, incident))


def instead_of(snapshot: Snapshot, slugs: Collection[str], cause: Cause) -> tuple[Bilingual, ...]:
    """What serves now instead of the components ``slugs``, of which ``cause`` holds."""
    ways = ways_of(snapshot)
    return other_ways(kinds_of(slugs, ways), beside(slugs, ways, cause=cause))
