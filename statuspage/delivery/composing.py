"""Words what was noted as news, once it is public, and says whom it may concern."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.publishing import Publication
from probes.vocabulary.states import ComponentState, IncidentStatus, MaintenanceStatus
from probes.vocabulary.telling import NewsKind
from statuspage.analysis.values import Certainty
from statuspage.delivery import noting
from statuspage.delivery.kinds import Reach, TimelineEntry, kind_of, reach_of
from statuspage.delivery.models import News
from statuspage.incidents.models import Announcement, Incident, IncidentUpdate, Maintenance, MaintenanceUpdate
from statuspage.public.render.api_v2 import api_state
from statuspage.wording import sharing as words
from statuspage.wording.sentence import Sentence

TITLES: dict[NewsKind, Sentence] = {
    NewsKind.OVER: words.OVER_TITLE,
    NewsKind.RETURNED: words.RETURNED_TITLE,
    NewsKind.WITHDRAWN: words.WITHDRAWN_TITLE,
    NewsKind.PLANNED_OVER: words.OVER_TITLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What is told, and whom it may concern."""

    kind: NewsKind
    subject: str
    title: Bilingual
    body: Bilingual
    link: str
    reach: Reach


def compose(news: News, now: datetime) -> bool:
    """Word ``news`` if it is not yet, and keep its words; False where there is nothing to tell, or not yet.

    What will never be told is marked as handed to all.
    """
    if news.kind:
        return True
    source, _, name = news.key.partition("/")
    made = _COMPOSERS[source](name, now)
    if isinstance(made, Composed):
        if source == noting.ANNOUNCEMENT:
            # It is published when a person says so: whoever asked until then is told.
            news.created_at = max(news.created_at, now)
        _keep(news, made)
        return True
    news.spread = not made
    news.save(update_fields=["spread"])
    return False


def reach_in(news: News) -> Reach:
    """Whom composed news may concern."""
    return msgspec.convert(news.reach, Reach)


def subjects_of(news: News) -> tuple[str, ...]:
    """What composed news is about: its own story first, then those that were merged into it."""
    kind, _, name = news.subject.partition("/")
    merged = (
        Incident.objects.filter(merged_into__public_id=name)
        if kind == "incident"
        else Incident.objects.none()
    )
    return news.subject, *(f"incident/{one}" for one in merged.values_list("public_id", flat=True))


def _keep(news: News, made: Composed) -> None:
    news.kind, news.subject, news.link = made.kind.value, made.subject, made.link
    news.title = made.title
    news.body = made.body
    news.reach = msgspec.to_builtins(made.reach)
    news.save()


def _of_update(name: str, now: datetime) -> "Composed | bool":
    """The news of an incident's entry; True where it may become public yet, False where it never will."""
    row = IncidentUpdate.objects.select_related("incident").filter(public_id=name).first()
    if row is None or row.incident.merged_into_id is not None:
        return False
    if row.incident.publication != Publication.PUBLISHED:
        return True
    told = row.incident.updates.filter(sequence__lte=row.sequence).order_by("sequence")
    timeline = [_entry(entry) for entry in told]
    kind = kind_of(timeline)
    if kind is None:
        return False
    slugs = row.incident.components.values_list("slug", flat=True)
    return Composed(
        kind=kind,
        subject=f"incident/{row.incident.public_id}",
        title=_titled(row.incident.title, _said_before(kind, row)),
        body=row.body,
        link=f"incidents/{row.incident.public_id}/",
        reach=reach_of(timeline, slugs),
    )


def _said_before(kind: NewsKind, row: IncidentUpdate) -> Sentence | None:
    """What begins the title; of what nobody saw end it is not said that it is over."""
    lost = kind is NewsKind.OVER and row.incident.end_unseen
    return words.LOST_TITLE if lost else TITLES.get(kind)


def _titled(title: Bilingual, sentence: Sentence | None) -> Bilingual:
    return sentence.say(title=title) if sentence else title


def _entry(row: IncidentUpdate) -> TimelineEntry:
    return TimelineEntry(
        over=IncidentStatus(row.status).is_over,
        sure=row.certainty != Certainty.SUSPECTED.value,
        cause=Cause(row.cause or row.incident.cause),
        impact=Impact(row.impact or row.incident.impact),
        withdrawn=_is_withdrawn(row),
    )


def _is_withdrawn(row: IncidentUpdate) -> bool:
    """Whether an entry is of after the incident was found to be a false alarm."""
    withdrawn_at = row.incident.withdrawn_at
    return withdrawn_at is not None and row.created_at >= withdrawn_at


def _of_planned(name: str, now: datetime) -> "Composed | bool":
    row = MaintenanceUpdate.objects.select_related("maintenance").filter(public_id=name).first()
    if row is None:
        return False
    if row.step and row.maintenance.series_id is not None and row.maintenance.remind_at is not None:
        # Of what comes again, weeks ahead, the reminder is soon enough; a person's word is told.
        return False
    first, status = row.sequence == 1, MaintenanceStatus(row.status)
    kind = _planned_kind(status, first=first)
    is_cancelled = status is MaintenanceStatus.CANCELLED
    return Composed(
        kind=kind,
        subject=f"maintenance/{row.maintenance.public_id}",
        title=_titled(row.maintenance.title, words.CANCELLED_TITLE if is_cancelled else TITLES.get(kind)),
        body=_with_text_of(row.maintenance, row.body) if first else row.body,
        link=f"maintenance/{row.maintenance.public_id}/",
        reach=_reach_of_planned(row.maintenance.components.values_list("slug", flat=True)),
    )


def _with_text_of(row: Maintenance, body: Bilingual) -> Bilingual:
    """Its own text below what is said of its times."""
    return Bilingual(f"{body.zh}\n\n{row.body.zh}".rstrip(), f"{body.en}\n\n{row.body.en}".rstrip())


def _planned_kind(status: MaintenanceStatus, *, first: bool) -> NewsKind:
    if status.is_over:
        return NewsKind.PLANNED_OVER
    return NewsKind.PLANNED if first else NewsKind.PLANNED_UPDATE


def _reach_of_planned(slugs: Iterable[str]) -> Reach:
    return Reach(components=frozenset(slugs), causes=frozenset({Cause.MAINTENANCE}))


def _of_announcement(name: str, now: datetime) -> "Composed | bool":
    row = Announcement.objects.filter(pk=name).first()
    if row is None or (row.ends_at is not None and row.ends_at <= now):
        return False
    if not row.published or row.starts_at > now:
        return True
    return Composed(
        kind=NewsKind.ANNOUNCED,
        subject=f"announcement/{row.pk}",
        title=row.title,
        body=row.body,
        link="",
        reach=Reach(components=frozenset(row.components.values_list("slug", flat=True))),
    )


def _of_state(name: str, now: datetime) -> "Composed | bool":
    """A change of state, as programs read it: the words of the API."""
    slug, before, after, _ = name.split("/")
    old, new = (api_state(ComponentState(state)).value for state in (before, after))
    if old == new:
        return False
    return Composed(
        kind=NewsKind.STATE,
        subject=f"component/{slug}",
        title=Bilingual(slug, slug),
        body=Bilingual(f"{old} {new}", f"{old} {new}"),
        link=f"components/{slug}/",
        reach=Reach(components=frozenset({slug})),
    )


_COMPOSERS = {
    noting.STATE: _of_state,
    noting.UPDATE: _of_update,
    noting.PLANNED: _of_planned,
    noting.ANNOUNCEMENT: _of_announcement,
}
