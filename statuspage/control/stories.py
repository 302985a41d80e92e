"""Reads the open incidents for the control room, those that wait for a decision first."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Prefetch

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.states import IncidentStatus
from statuspage.analysis.values import Certainty, Evidence
from statuspage.control.deciding import acts_on, leader_of, mark_of, order_of, standing_of
from statuspage.control.hour import HourRead, PastHour
from statuspage.control.values import LastSaid, Odds, Story
from statuspage.incidents.evidence import evidence_from_json
from statuspage.incidents.models import Incident, IncidentUpdate
from statuspage.incidents.reading import open_incidents
from statuspage.monitoring.models import Component
from statuspage.public.render.acceptance import acceptance_chart, floor_of
from statuspage.public.render.charts import Chart
from statuspage.public.render.evidence import accepted_bars
from statuspage.wording.causes import heading
from statuspage.wording.evidence import facts

# Nobody decides about more at once.
SHOWN = 12
UNLIKELY = 0.02
_past_hour = PastHour()


def read_stories(now: datetime, *, may_change: bool) -> tuple[tuple[Story, ...], int]:
    """The open incidents, and how many more there are; six queries at most, however many are open."""
    rows = _rows()
    if not rows:
        return (), 0
    last, hour = _last_said([row.pk for row in rows]), _past_hour.read(now)
    told = [_story(row, last.get(row.pk), hour, may_change) for row in rows[:SHOWN]]
    told.sort(key=lambda story: order_of(story.standing, story.started_at))
    more = open_incidents().count() - SHOWN if len(rows) > SHOWN else 0
    return tuple(told), more


def _rows() -> list[Incident]:
    """One more than are shown; suspected ones first, as the alphabet has it."""
    newest = open_incidents().order_by("-certainty", "-started_at")[: SHOWN + 1]
    return list(newest.prefetch_related(Prefetch("components", queryset=Component.objects.order_by())))


def _last_said(pks: Collection[int]) -> dict[int, LastSaid]:
    rows = IncidentUpdate.objects.filter(incident__in=pks).order_by("sequence")
    told = rows.values_list("incident", "created_at", "by_machine", "body_zh", "body_en")
    return {
        pk: LastSaid(at=at, by_machine=by_machine, body=Bilingual(zh, en))
        for pk, at, by_machine, zh, en in told
    }


def _story(row: Incident, last: LastSaid | None, hour: HourRead, may_change: bool) -> Story:
    cause, evidence = Cause(row.cause), evidence_from_json(row.evidence)
    standing = standing_of(status=IncidentStatus(row.status), certainty=Certainty(row.certainty))
    leader = leader_of(key=row.key, taken_over=row.taken_over)
    return Story(
        pk=row.pk,
        public_id=row.public_id,
        title=row.title,
        cause=cause,
        standing=standing,
        leader=leader,
        confidence=row.confidence,
        started_at=row.started_at,
        sentence=_sentence(row, evidence, cause),
        odds=_odds(row),
        bars=accepted_bars(evidence) if evidence else (),
        chart=_chart(row, hour),
        last=last,
        acts=acts_on(standing, leader) if may_change else (),
        mark=mark_of_row(row),
    )


def mark_of_row(row: Incident) -> str:
    """What a decision about this incident rests on, as the room shows it."""
    leader = leader_of(key=row.key, taken_over=row.taken_over)
    return mark_of(cause=row.cause, certainty=row.certainty, status=row.status, leader=leader)


def _concerned(row: Incident) -> list[Component]:
    """What fails now, and all where nothing does any more."""
    components = list(row.components.all())
    return [one for one in components if one.slug in row.affected] or components


def _sentence(row: Incident, evidence: Evidence | None, cause: Cause) -> Bilingual:
    if evidence is None:
        return NOTHING
    return facts(evidence, cause, {component.told_kind for component in _concerned(row)})


def _odds(row: Incident) -> tuple[Odds, ...]:
    """What it is held to be, and what else it might be, as far as that is likely at all."""
    others = [(str(name), float(probability)) for name, probability in row.alternatives]
    likely = [(row.cause, row.confidence), *(one for one in others if one[1] >= UNLIKELY)]
    return tuple(Odds(name=heading(name), probability=probability) for name, probability in likely)


def _chart(row: Incident, hour: HourRead) -> Chart | None:
    lines = hour.lines([component.pk for component in _concerned(row)])
    floor = floor_of(share for _, shares in lines for share in shares)
    return acceptance_chart(lines, floor)
