"""Reads the open incidents for the control room, those that wait for a decision first."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Case, QuerySet, When

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.publishing import Confirmation, NextStep, Publication
from probes.vocabulary.states import IncidentStatus
from statuspage.analysis.values import Certainty, Evidence, Verdict
from statuspage.control.deciding import Position, acts_on, leader_of, order_of, standing_of
from statuspage.control.hour import HourRead, PastHour
from statuspage.control.values import DutyStory, LastSaid, Odds
from statuspage.incidents.decisions import IncidentDecision
from statuspage.incidents.evidence import evidence_from_json
from statuspage.incidents.models import Incident, IncidentUpdate
from statuspage.incidents.policies import PolicyRule
from statuspage.incidents.publishing import next_of
from statuspage.incidents.reminding import what_machine_says
from statuspage.incidents.staff_words import coming, leading, machine_lines
from statuspage.incidents.telling import seen, stored_rules
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


def read_stories(now: datetime, *, acts: Collection[IncidentDecision]) -> tuple[tuple[DutyStory, ...], int]:
    """The open incidents, and how many more there are; nine queries at most, however many are open.

    ``acts`` are what whoever looks may do at all.
    """
    rows = _rows()
    if not rows:
        return (), 0
    last, hour, rules = _last_said([row.pk for row in rows]), _past_hour.read(now), stored_rules()
    told = [_story(row, last.get(row.pk), hour, rules, acts) for row in rows[:SHOWN]]
    told.sort(key=lambda story: order_of(story.standing, story.started_at))
    more = going_on().count() - SHOWN if len(rows) > SHOWN else 0
    return tuple(told), more


def going_on() -> QuerySet[Incident]:
    """Open incidents, whether the public is told of them or not."""
    return Incident.objects.filter(resolved_at__isnull=True, merged_into__isnull=True)


def _rows() -> list[Incident]:
    """One more than are shown: what waits first, then what is suspected, then the newest."""
    waits = Case(
        When(publication__in=(Publication.WAITING, Publication.HELD), then=0),
        When(publication=Publication.DROPPED, then=3),
        When(certainty=Certainty.SUSPECTED, then=1),
        default=2,
    )
    rows = going_on().order_by(waits, "-started_at").select_related("lead")[: SHOWN + 1]
    return list(rows.prefetch_related("components", "merged"))


def _last_said(pks: Collection[int]) -> dict[int, LastSaid]:
    rows = IncidentUpdate.objects.filter(incident__in=pks).order_by("sequence")
    told = rows.values_list("incident", "created_at", "by_machine", "body_zh", "body_en")
    return {
        pk: LastSaid(at=at, by_machine=by_machine, body=Bilingual(zh, en))
        for pk, at, by_machine, zh, en in told
    }


def _story(
    row: Incident,
    last: LastSaid | None,
    hour: HourRead,
    rules: tuple[PolicyRule, ...],
    allowed: Collection[IncidentDecision],
) -> DutyStory:
    verdict, position = seen(row), position_of(row)
    # The newest, whoever leads: what is told beside stays as it was when it was told.
    evidence = verdict.evidence if verdict is not None else evidence_from_json(row.evidence)
    return DutyStory(
        pk=row.pk,
        public_id=row.public_id,
        title=row.title,
        cause=Cause(row.cause),
        standing=standing_of(position),
        leader=position.leader,
        confidence=row.confidence,
        started_at=row.started_at,
        sentence=_sentence(row, evidence),
        lines=tuple(_lines(row, rules)),
        odds=_odds(row, verdict),
        bars=accepted_bars(evidence) if evidence else (),
        chart=_chart(row, hour),
        last=last,
        acts=tuple(act for act in acts_on(position) if act in allowed),
        mark=position.mark,
    )


def position_of(row: Incident) -> Position:
    """What a decision about this incident rests on."""
    return Position(
        cause=row.cause,
        status=IncidentStatus(row.status),
        certainty=Certainty(row.certainty),
        publication=Publication(row.publication),
        confirmation=Confirmation(row.confirmation),
        leader=leader_of(key=row.key, taken_over=row.taken_over),
    )


def _lines(row: Incident, rules: tuple[PolicyRule, ...]) -> Iterator[str]:
    """Who leads it, what comes next by itself, and what the machine says beside."""
    yield leading(row)
    step = next_of(row, rules)
    if step is not None and step.step is not NextStep.GIVE_BACK:
        yield coming(step.step, step.at)
    says = what_machine_says(row)
    if says is not None:
        yield from machine_lines(says)


def _concerned(row: Incident) -> list[Component]:
    """What fails now, and all where nothing does any more."""
    components = list(row.components.all())
    return [one for one in components if one.slug in row.affected] or components


def _sentence(row: Incident, evidence: Evidence | None) -> Bilingual:
    if evidence is None:
        return NOTHING
    return facts(evidence, Cause(row.cause), {component.told_kind for component in _concerned(row)})


def _odds(row: Incident, verdict: Verdict | None) -> tuple[Odds, ...]:
    """What the machine holds it to be, and what else it might be, as far as that is likely at all."""
    if verdict is not None:
        held, others = (verdict.cause.value, verdict.confidence), verdict.alternatives
    else:
        held, others = (row.cause, row.confidence), tuple((str(n), float(p)) for n, p in row.alternatives)
    likely = (held, *(one for one in others if one[1] >= UNLIKELY))
    return tuple(Odds(name=heading(name), probability=probability) for name, probability in likely)


def _chart(row: Incident, hour: HourRead) -> Chart | None:
    lines = hour.lines([component.pk for component in _concerned(row)])
    floor = floor_of(share for _, shares in lines for share in shares)
    return acceptance_chart(lines, floor)
