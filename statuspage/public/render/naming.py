"""What components are called where one sentence speaks of several."""

from collections.abc import Sequence

from probes.vocabulary.bilingual import Bilingual
from statuspage.public.read.values import ComponentView, GroupView, Snapshot
from statuspage.wording import names


def names_together(snapshot: Snapshot, chosen: Sequence[ComponentView]) -> Bilingual:
    """Their names as titles have them: with their group, whole groups as one, many of them counted."""
    slugs = {component.slug for component in chosen}
    if len(slugs) > 1 and len(slugs) == len(snapshot.components):
        return names.ALL.say()
    told: list[Bilingual] = []
    for group in snapshot.groups:
        own = [component for component in group.components if component.slug in slugs]
        is_whole = group.slug and len(own) == len(group.components) > 1
        told += [group.name] if is_whole else [_with_group(component, group) for component in own]
    return names.spoken(told)


def _with_group(component: ComponentView, group: GroupView) -> Bilingual:
    return names.outside_group(component.name, group.name) if group.slug else component.name
