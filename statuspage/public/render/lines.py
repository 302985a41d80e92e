"""The list of components, by group, as the lines of a page."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.tiers import RiskTier
from statuspage.public.read.values import ComponentView, GroupView, Snapshot
from statuspage.public.render import charts
from statuspage.public.render.headline import TONE_OF_STATE
from statuspage.public.render.pieces import PIECES
from statuspage.wording.names import inside_group
from statuspage.wording.numbers import percent


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentRow:
    """One component as a line of the list."""

    component: ComponentView
    name: Bilingual
    tone: str
    root: str

    @property
    def bars(self) -> charts.Chart:
        return charts.day_bars(self.component)

    @property
    def line(self) -> str:
        """The line as HTML; it is made anew where something of it can be seen to have changed."""
        seen = self.component
        key = (self.root, seen.slug, self.name, seen.state, self.tone, seen.looks or seen.days)
        return PIECES.get(
            (*key, percent(seen.uptime)),
            lambda: render_to_string("public/_row.html", {"row": self, "root": self.root}),
        )

    @property
    def mark(self) -> str:
        """Its state alone as HTML, to be put in the place of the one that is shown."""
        key = (self.root, self.component.slug, self.component.state, self.tone)
        return PIECES.get(key, lambda: render_to_string("public/_state.html", {"row": self, "oob": True}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One group with its lines and its acceptance over the past day."""

    group: GroupView
    rows: tuple[ComponentRow, ...]
    acceptance: charts.Chart | None
    latest: tuple[tuple[RiskTier, float], ...]


def sections(snapshot: Snapshot, root: str, *, charted: bool = True) -> list[Section]:
    """Every group with its lines; with what its charts show where ``charted``."""
    return [
        Section(
            group=group,
            rows=tuple(
                ComponentRow(
                    component=component,
                    name=inside_group(component.name, group.name),
                    tone=tone_of(snapshot, component),
                    root=root,
                )
                for component in group.components
            ),
            acceptance=charts.acceptance_chart(snapshot.recent, group.slug) if charted else None,
            latest=charts.latest_acceptance(snapshot.recent, group.slug) if charted else (),
        )
        for group in snapshot.groups
    ]


def tone_of(snapshot: Snapshot, component: ComponentView) -> str:
    """The look of a component that does not work is that of the cause, where an incident says so."""
    tone = TONE_OF_STATE[component.state]
    if tone in {"ok", "unknown"}:
        return tone
    for incident in snapshot.open_incidents:
        if component.slug in (incident.affected or incident.components):
            return incident.cause.value
    return tone
