"""Reads incidents, and keeps those that are over until they are corrected."""

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.states import IncidentStatus
from statuspage.analysis.values import Certainty
from statuspage.incidents.evidence import evidence_from_json
from statuspage.incidents.models import Incident
from statuspage.monitoring.models import Component
from statuspage.public.read.markup import html_of
from statuspage.public.read.quotes import hidden_texts, without_hidden
from statuspage.public.read.values import IncidentView, PastIncident, UpdateView
from statuspage.public.render.drafts import key_of

INCIDENTS_SHOWN = 500
Known = tuple[datetime, IncidentView]


class IncidentReader:
    """Of a long history nearly everything is as it was: only heads are read, and what is new or still open.

    Whoever changes an incident that is over stamps it (``updated_at``). Texts that were hidden and components
    that went leave no stamp; where there are others than before, everything is read again.
    """

    def __init__(self) -> None:
        self._known: dict[int, Known] = {}
        self._besides: tuple[object, ...] = ()
        self._hidden: tuple[str, ...] = ()

    def read(self) -> tuple[tuple[IncidentView, ...], tuple[PastIncident, ...]]:
        """The newest incidents with those that are open; and of all others what tells whether they changed.

        Both with the newest first.
        """
        self._forget_if_others_changed()
        heads = (
            Incident.objects.order_by("-started_at", "-pk")
            .values_list("pk", "public_id", "started_at", "updated_at", "resolved_at")
            .iterator(chunk_size=2000)
        )
        shown: dict[int, datetime | None] = {}
        past, hidden = [], key_of(self._hidden)
        for pk, public_id, started_at, updated_at, resolved_at in heads:
            if len(shown) < INCIDENTS_SHOWN or resolved_at is None:
                shown[pk] = updated_at if resolved_at else None
            else:
                mark = f"{hidden}/{updated_at.isoformat()}"
                past.append(PastIncident(pk=pk, id=public_id, mark=mark, started_at=started_at))
        kept = {
            pk: self._known[pk]
            for pk, updated_at in shown.items()
            if pk in self._known and self._known[pk][0] == updated_at
        }
        self._known = kept | self._load(shown.keys() - kept.keys())
        views = (self._known[pk][1] for pk in shown if pk in self._known)
        return tuple(views), tuple(past)

    def views(self, past: Sequence[PastIncident]) -> tuple[IncidentView, ...]:
        """Some that are not kept, for pages of long ago are made once; without those that are gone."""
        read = self._load([row.pk for row in past])
        return tuple(read[row.pk][1] for row in past if row.pk in read)

    def _load(self, pks: Collection[int]) -> dict[int, Known]:
        if not pks:
            return {}
        rows = Incident.objects.filter(pk__in=list(pks)).prefetch_related("components", "updates")
        return {row.pk: (row.updated_at, view_of(row, self._hidden)) for row in rows}

    def _forget_if_others_changed(self) -> None:
        self._hidden = hidden_texts()
        besides = self._hidden, Component.objects.count()
        if besides != self._besides:
            self._known, self._besides = {}, besides


def view_of(row: Incident, hidden: Iterable[str]) -> IncidentView:
    """One incident as it is shown, without the quotes that are ``hidden``."""
    view = _view(row, tuple(hidden))
    return dataclasses.replace(view, mark=key_of(view))


def _view(row: Incident, hidden: tuple[str, ...]) -> IncidentView:
    updates = sorted(row.updates.all(), key=lambda update: -update.sequence)
    evidence = evidence_from_json(row.evidence)
    return IncidentView(
        id=row.public_id,
        title=row.title,
        cause=Cause(row.cause),
        impact=Impact(row.impact),
        status=IncidentStatus(row.status),
        certainty=Certainty(row.certainty),
        confidence=row.confidence,
        components=tuple(component.slug for component in row.components.all()),
        affected=tuple(row.affected),
        started_at=row.started_at,
        detected_at=row.detected_at,
        confirmed_at=row.confirmed_at,
        monitoring_at=row.monitoring_at,
        resolved_at=row.resolved_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        by_person=row.led_by_person,
        evidence=without_hidden(evidence, hidden) if evidence else None,
        alternatives=tuple((str(name), float(probability)) for name, probability in row.alternatives),
        updates=tuple(
            UpdateView(
                id=update.public_id,
                status=IncidentStatus(update.status),
                body=update.body,
                at=update.created_at,
                by_machine=update.by_machine,
            )
            for update in updates
        ),
        postmortem=html_of(row.postmortem),
    )
