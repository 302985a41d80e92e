"""What works at this moment in place of what does not, as the snapshot knows it."""

from collections.abc import Collection

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from statuspage.incidents.ways import Way, beside, kinds_of
from statuspage.public.read.values import Snapshot
from statuspage.wording.advice import other_ways
from statuspage.wording.names import outside_group


def ways_of(snapshot: Snapshot) -> tuple[Way, ...]:
    """Every component as advice weighs it."""
    troubled = {slug for row in snapshot.open_incidents for slug in row.affected or row.components}
    troubled |= {
        slug
        for row in snapshot.maintenances
        if row.starts_at <= snapshot.at < row.ends_at
        for slug in row.components
    }
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


def instead_of(snapshot: Snapshot, slugs: Collection[str], cause: Cause) -> tuple[Bilingual, ...]:
    """What serves now instead of the components ``slugs``, of which ``cause`` holds."""
    ways = ways_of(snapshot)
    return other_ways(kinds_of(slugs, ways), beside(slugs, ways, cause=cause))
