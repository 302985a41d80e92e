"""Brings what is told of incidents up to what the machine sees of them, as far as policy and people let."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property

import msgspec
from django.contrib.auth.models import User

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.publishing import Confirmation, Mode, Publication
from probes.vocabulary.states import IncidentStatus, UpdateKind
from statuspage.analysis.values import Certainty, Evidence, Verdict
from statuspage.incidents.evidence import as_the_page_tells, evidence_from_json, told_only_from_json
from statuspage.incidents.machine_view import joined, view_from_json, without
from statuspage.incidents.models import Incident, IncidentUpdate, Maintenance, PublishingPolicy
from statuspage.incidents.naming import spoken_names
from statuspage.incidents.policies import Policy, PolicyRule, Timing, policy_for, sure_since
from statuspage.incidents.timeline import add_entry
from statuspage.incidents.totals import note_corrected, note_opened
from statuspage.incidents.transitions import Move, Said, move_of
from statuspage.monitoring.models import Component
from statuspage.monitoring.source_health import broken_sources
from statuspage.wording.titles import title
from statuspage.wording.updates import Story, update

TITLE_LENGTH = 200


def stored_rules() -> tuple[PolicyRule, ...]:
    """The rules that an admin made of what is told when."""
    return tuple(
        PolicyRule(
            cause=Cause(row.cause),
            component=row.component.slug if row.component else None,
            policy=Policy(
                tell=Timing(mode=Mode(row.tell), minutes=row.tell_minutes),
                confirm=Timing(mode=Mode(row.confirm), minutes=row.confirm_minutes),
            ),
        )
        for row in PublishingPolicy.objects.select_related("component")
    )


class Teller:
    """Writes incidents that the machine leads, and their timelines. Call it inside a transaction.

    What it changes of an incident is stored by :meth:`save`, once for each.
    """

    def __init__(self) -> None:
        self.components = {row.slug: row for row in Component.objects.select_related("group")}
        self._last: dict[str, IncidentUpdate | None] = {}
        self._changed: dict[str, tuple[Incident, Verdict]] = {}

    @cached_property
    def rules(self) -> tuple[PolicyRule, ...]:
        return stored_rules()

    @cached_property
    def maintenances(self) -> dict[str, int]:
        return dict(Maintenance.objects.values_list("slug", "pk"))

    def catch_up(self, incident: Incident, *, until: datetime) -> bool:
        """Tell what fell due by ``until``, each at its own moment; True if anything was told."""
        told = False
        while not incident.led_by_person and incident.due_at is not None and incident.due_at <= until:
            due, incident.due_at = incident.due_at, None
            told = self.tell(incident, at=due) or told
        return told

    def tell(self, incident: Incident, *, at: datetime, author: User | None = None) -> bool:
        """Let the incident say at ``at`` what the machine sees; True if the public sees any of it.

        ``author`` is the person who asks for it, if anybody does: the words are then that person's.
        """
        verdict = seen(incident)
        if verdict is None or incident.publication == Publication.DROPPED:
            return False
        verdict = replace(verdict, at=at)
        policy = policy_for(verdict.cause, verdict.components, self.rules)
        self._settle_publication(incident, verdict, policy)
        told = self._as_policy_has_it(incident, verdict, policy)
        is_public = incident.publication == Publication.PUBLISHED
        said = self._said(incident)
        move = move_of(said, told) if is_public else None
        before = incident.cause
        self._fill(incident, told, move)
        if incident.pk is None:
            incident.save()
            note_opened(incident.cause)
        else:
            note_corrected(before, incident.cause)
        if move is not None:
            self._write_update(incident, told, move, said, author)
        self._changed[incident.public_id] = incident, told
        if said is None and move is not None and told.resolved_at is not None:
            # It ended before anybody was told: that it is over is told, too.
            self.tell(incident, at=at, author=author)
        return is_public

    def title_of(self, incident: Incident) -> Bilingual:
        """What the machine would call an incident as it is told now."""
        slugs = [row.slug for row in incident.components.all()]
        return title(
            cause=Cause(incident.cause),
            impact=Impact(incident.impact),
            certainty=Certainty(incident.certainty),
            components=self.names(slugs),
            kinds=self.kinds(slugs),
            told_only=told_only_from_json(incident.evidence),
            over=incident.resolved_at is not None,
        ).shortened(TITLE_LENGTH)

    def opening(self, incident: Incident, *, at: datetime) -> Bilingual:
        """How an incident that a person leads is told first, as it stands now."""
        slugs = [row.slug for row in incident.components.all()]
        sure = incident.certainty == Certainty.CONFIRMED
        story = Story(
            at=at,
            cause=Cause(incident.cause),
            started_at=incident.started_at,
            resolved_at=incident.resolved_at,
            components=self.names(slugs),
            kinds=self.kinds(incident.affected or slugs),
            affected=self.names(incident.affected),
            evidence=evidence_from_json(incident.evidence) or Evidence(window_seconds=0),
        )
        return update(UpdateKind.OPENED if sure else UpdateKind.SUSPECTED, story)

    def save(self) -> None:
        """Write each incident as it was left."""
        for incident, verdict in self._changed.values():
            told = as_the_page_tells(verdict.evidence, at=verdict.at)
            incident.evidence, incident.evidence_at = msgspec.to_builtins(told), verdict.at
            incident.save()
            incident.components.set(self.rows(verdict.components))
        self._changed = {}

    def _settle_publication(self, incident: Incident, verdict: Verdict, policy: Policy) -> None:
        """Publish what is due by policy; what a person holds back stays so."""
        is_new = incident.pk is None
        if not is_new and incident.publication != Publication.WAITING:
            return
        due = policy.tell.due(verdict.detected_at)
        incident.due_at = None
        if due is not None and due <= verdict.at:
            incident.publication = Publication.PUBLISHED
        elif due is None or verdict.resolved_at is not None:
            # It ended before anybody was told.
            incident.publication = Publication.HELD
        else:
            incident.publication, incident.due_at = Publication.WAITING, due

    def _as_policy_has_it(self, incident: Incident, verdict: Verdict, policy: Policy) -> Verdict:
        """The verdict as sure as the public may know it; notes when it will be told as surer."""
        if incident.publication != Publication.PUBLISHED:
            return verdict
        was_sure = incident.pk is not None and incident.certainty == Certainty.CONFIRMED
        over, confirmation = verdict.resolved_at is not None, Confirmation(incident.confirmation)
        since = sure_since(
            verdict.confirmed_at,
            timing=policy.confirm,
            confirmation=confirmation,
            told_since=incident.confirmed_at if was_sure and self._said(incident) else None,
            at=verdict.at,
            over=over,
        )
        waits = since is None and not over and confirmation is Confirmation.BY_POLICY
        known = verdict.confirmed_at
        incident.due_at = policy.confirm.due(known) if waits and known is not None else None
        return replace(verdict, confirmed_at=since)

    def _said(self, incident: Incident) -> Said | None:
        """What was told last; the status may be one that a person gave since."""
        last = self._last_told(incident)
        if last is None:
            return None
        return Said(
            at=last.created_at,
            status=IncidentStatus(incident.status),
            cause=Cause(last.cause),
            certainty=Certainty(last.certainty),
            impact=Impact(last.impact),
            affected=frozenset(last.affected),
        )

    def _last_told(self, incident: Incident) -> IncidentUpdate | None:
        """The last entry that told what is held to be true: the machine's, or a correction."""
        known = incident.public_id
        if known not in self._last:
            entries = incident.updates.all() if incident.pk is not None else ()
            told = [row for row in entries if row.corrects or (row.by_machine and row.origin_id is None)]
            self._last[known] = max(told, key=lambda row: row.sequence, default=None)
        return self._last[known]

    def _fill(self, incident: Incident, verdict: Verdict, move: Move | None) -> None:
        if not incident.own_title:
            incident.title = title(
                cause=verdict.cause,
                impact=verdict.impact,
                certainty=verdict.certainty,
                components=self.names(verdict.components),
                kinds=self.kinds(verdict.components),
                told_only=verdict.evidence.told_only,
                over=verdict.resolved_at is not None,
            ).shortened(TITLE_LENGTH)
        _keep_surest(incident, verdict)
        incident.cause, incident.impact = verdict.cause.value, verdict.impact.value
        incident.certainty = verdict.certainty.value
        incident.affected = list(verdict.affected)
        incident.started_at, incident.detected_at = verdict.started_at, verdict.detected_at
        incident.confirmed_at = verdict.confirmed_at
        incident.causes = msgspec.to_builtins(verdict.causes)
        incident.maintenance_id = self.maintenances.get(verdict.evidence.maintenance or "")
        incident.updated_at, incident.end_unseen = verdict.at, False
        _move(incident, verdict, move)

    def _write_update(
        self, incident: Incident, verdict: Verdict, move: Move, said: Said | None, author: User | None
    ) -> None:
        words = update(move.kind, self._story(verdict, said.cause if said is not None else None))
        by_machine = author is None
        self._last[incident.public_id] = add_entry(
            incident, words, at=verdict.at, by_machine=by_machine, author=author, corrects=not by_machine
        )

    def _story(self, verdict: Verdict, before: Cause | None) -> Story:
        return Story(
            at=verdict.at,
            cause=verdict.cause,
            started_at=verdict.started_at,
            resolved_at=verdict.resolved_at,
            components=self.names(verdict.components),
            kinds=self.kinds(verdict.affected or verdict.components),
            affected=self.names(verdict.affected),
            evidence=as_the_page_tells(verdict.evidence, at=verdict.at),
            previous_cause=before,
            unread=_unread(verdict),
        )

    def names(self, slugs: Iterable[str]) -> Sequence[Bilingual]:
        return spoken_names(self.rows(slugs), self.components.values())

    def kinds(self, slugs: Iterable[str]) -> set[ComponentKind]:
        return {row.told_kind for row in self.rows(slugs)}

    def rows(self, slugs: Iterable[str]) -> list[Component]:
        wanted = frozenset(slugs)
        return [row for slug, row in self.components.items() if slug in wanted]


def _unread(verdict: Verdict) -> list[Bilingual]:
    """Where users write and nobody can read, which matters when a wave of posts is said to be over."""
    if verdict.resolved_at is None or not verdict.evidence.told_only:
        return []
    return [source.name for source in broken_sources(verdict.at)]


def seen(incident: Incident) -> Verdict | None:
    """What the machine sees of an incident and those merged into it, without what was split off."""
    own = view_from_json(incident.machine_view).verdict
    if own is None:
        return None
    views = [view_from_json(row.machine_view) for row in members_of(incident)]
    others = [view.verdict for view in views if view.verdict is not None and view.lost_at is None]
    return without(joined(own, others), incident.split_off)


def members_of(incident: Incident) -> Iterable[Incident]:
    """The incidents that were merged into it."""
    return incident.merged.all() if incident.pk is not None else ()


def _keep_surest(incident: Incident, verdict: Verdict) -> None:
    """How sure we are of the cause is told as it was at its surest: as things recover, evidence fades."""
    confidence = min(1.0, max(0.0, verdict.confidence))
    known = incident.pk is not None and incident.cause == verdict.cause.value
    if not known or confidence >= incident.confidence:
        incident.confidence = confidence
        incident.alternatives = [[name, probability] for name, probability in verdict.alternatives]


def _move(incident: Incident, verdict: Verdict, move: Move | None) -> None:
    if move is not None:
        incident.status = move.status
        incident.monitoring_at = verdict.at if move.status is IncidentStatus.MONITORING else None
    elif incident.publication != Publication.PUBLISHED:
        incident.status = _untold_status(verdict)
    over = IncidentStatus(incident.status).is_over
    incident.resolved_at = (verdict.resolved_at or incident.resolved_at) if over else None


def _untold_status(verdict: Verdict) -> IncidentStatus:
    if verdict.resolved_at is not None:
        return IncidentStatus.RESOLVED
    sure = verdict.certainty is Certainty.CONFIRMED
    return IncidentStatus.IDENTIFIED if sure else IncidentStatus.INVESTIGATING
