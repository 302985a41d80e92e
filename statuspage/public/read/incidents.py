"""Reads incidents: the newest and the open ones whole, of all others what tells whether they changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import pairwise

from django.db.models import CharField
from django.db.models.functions import Cast

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.origins import Origin
from probes.vocabulary.states import IncidentStatus
from statuspage.analysis.quoting import Withheld, without_withheld
from statuspage.analysis.values import CauseHeld, Certainty
from statuspage.incidents.evidence import causes_from_json, evidence_from_json
from statuspage.incidents.models import Incident, IncidentUpdate
from statuspage.incidents.reading import moved_incidents, told_incidents
from statuspage.public.read.markup import html_of
from statuspage.public.read.values import Correction, IncidentView, MovedIncident, PastIncident, UpdateView
from statuspage.wording.sharing import WITHDRAWN_TITLE

INCIDENTS_SHOWN = 500
_COMPONENTS = Incident.components.through


def read_history(withheld: Collection[Withheld]) -> tuple[tuple[IncidentView, ...], tuple[PastIncident, ...]]:
    """The newest incidents with those that are open, and the stamps of all others; both newest first.

    Whoever changes an incident stamps it (``updated_at``). Reading whole the thousands that nobody looks at
    would take seconds: their pages are made when their stamp is another.
    """
    heads = (
        told_incidents()
        .order_by("-started_at", "-pk")
        # The stamp is only compared: as text it is read in a third of the time.
        .annotate(stamp=Cast("updated_at", CharField()))
        .values_list("pk", "public_id", "started_at", "stamp", "resolved_at")
        .iterator(chunk_size=2000)
    )
    shown: list[int] = []
    past: list[PastIncident] = []
    for pk, public_id, started_at, stamp, resolved_at in heads:
        if len(shown) < INCIDENTS_SHOWN or resolved_at is None:
            shown.append(pk)
        else:
            past.append(PastIncident(pk=pk, id=public_id, stamp=stamp, started_at=started_at))
    return read_incidents(shown, withheld), tuple(past)


def read_incidents(pks: Collection[int], withheld: Collection[Withheld]) -> tuple[IncidentView, ...]:
    """Those of the incidents that are still there, newest first, without quotes that are ``withheld``.

    Three queries.
    """
    if not pks:
        return ()
    slugs: defaultdict[int, list[str]] = defaultdict(list)
    named = _COMPONENTS._default_manager.filter(incident__in=pks).order_by(
        "component__group__position", "component__position", "component__slug"
    )
    for pk, slug in named.values_list("incident", "component__slug"):
        slugs[pk].append(slug)
    updates = _updates(pks)
    rows = told_incidents().filter(pk__in=pks).defer("machine_view").order_by("-started_at", "-pk")
    return tuple(_view(row, slugs[row.pk], updates[row.pk], withheld) for row in rows)


def _updates(pks: Collection[int]) -> defaultdict[int, list[UpdateView]]:
    """The timelines, newest entry first."""
    found: defaultdict[int, list[UpdateView]] = defaultdict(list)
    rows = IncidentUpdate.objects.filter(incident__in=pks).order_by("-sequence")
    fields = ("incident", "public_id", "status", "body_zh", "body_en", "created_at", "by_machine")
    for incident, public_id, status, zh, en, at, by_machine in rows.values_list(*fields):
        found[incident].append(
            UpdateView(
                id=public_id,
                status=IncidentStatus(status),
                body=Bilingual(zh, en),
                at=at,
                by_machine=by_machine,
            )
        )
    return found


def _view(
    row: Incident, components: Iterable[str], updates: Iterable[UpdateView], withheld: Collection[Withheld]
) -> IncidentView:
    evidence = evidence_from_json(row.evidence)
    return IncidentView(
        id=row.public_id,
        title=_title(row),
        cause=Cause(row.cause),
        impact=Impact(row.impact),
        status=IncidentStatus(row.status),
        certainty=Certainty(row.certainty),
        confidence=row.confidence,
        components=tuple(components),
        affected=tuple(row.affected),
        started_at=row.started_at,
        detected_at=row.detected_at,
        confirmed_at=row.confirmed_at,
        monitoring_at=row.monitoring_at,
        resolved_at=row.resolved_at,
        end_unseen=row.end_unseen,
        created_at=row.created_at,
        updated_at=row.updated_at,
        by_person=row.led_by_person,
        imported_from=Origin(row.imported_from) if row.imported_from else None,
        evidence=without_withheld(evidence, withheld) if evidence else None,
        alternatives=tuple((str(name), float(probability)) for name, probability in row.alternatives),
        updates=tuple(updates),
        postmortem=html_of(NOTHING if row.postmortem_is_draft else row.postmortem),
        corrections=_corrections(causes_from_json(row.causes)),
        withdrawn_at=row.withdrawn_at,
        evidence_at=row.evidence_at if row.led_by_person and row.resolved_at is None else None,
    )


def _title(row: Incident) -> Bilingual:
    """Its title, which says so everywhere where it was a false alarm; in the languages that it is in."""
    if row.withdrawn_at is None:
        return row.title
    told = WITHDRAWN_TITLE.say(title=row.title)
    return Bilingual(row.title.zh and told.zh, row.title.en and told.en)


def read_moved() -> tuple[MovedIncident, ...]:
    """What was merged into another, newest first: its address leads there."""
    names = ("public_id", "merged_into__public_id", "merged_into__title_zh", "merged_into__title_en")
    return tuple(
        MovedIncident(id=own, to=to, title=Bilingual(zh, en))
        for own, to, zh, en in moved_incidents().order_by("-pk").values_list(*names)
    )


def _corrections(held: Iterable[CauseHeld]) -> tuple[Correction, ...]:
    """When the cause was told to be another one than before, the first time first."""
    return tuple(
        Correction(at=after.at, before=before.cause, after=after.cause)
        for before, after in pairwise(held)
        if before.cause is not after.cause
    )
