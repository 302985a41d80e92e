"""What components are called in sentences: by themselves, as a whole group, or all together."""

from collections.abc import Iterable, Sequence

from probes.vocabulary.bilingual import Bilingual
from statuspage.monitoring.models import Component
from statuspage.wording.names import ALL, outside_group, whole_group


def name_of(component: Component) -> Bilingual:
    """A component's name as it reads outside its group, such as 分付 · 扫码支付."""
    group = component.group
    return component.name if group is None else outside_group(component.name, group.name)


def spoken_names(chosen: Sequence[Component], catalog: Iterable[Component]) -> list[Bilingual]:
    """The names of ``chosen``; a group of which nothing is missing is named as one, and so is everything.

    ``catalog`` is every component there is, retired ones among it, which count for nothing.
    """
    wanted = {row.pk for row in chosen}
    shown = [row for row in catalog if not row.retired]
    if len(shown) > 1 and wanted >= {row.pk for row in shown}:
        return [ALL.say()]
    members: dict[int, set[int]] = {}
    for row in shown:
        if row.group_id is not None:
            members.setdefault(row.group_id, set()).add(row.pk)
    is_mixed = any(row.group_id is None or not members.get(row.group_id, set()) <= wanted for row in chosen)
    whole = {group for group, own in members.items() if len(own) > 1 and own <= wanted}
    names: dict[Bilingual, None] = {}  # each once, in their order
    for row in chosen:
        group = row.group
        if group is not None and group.pk in whole:
            # Beside single ones, a bare group's name would be read as belonging to the next.
            names[whole_group(group.name) if is_mixed else group.name] = None
        else:
            names[name_of(row)] = None
    return list(names)
