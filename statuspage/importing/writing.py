"""Writes what was brought over from another tool: all of it or nothing, and what is there already stays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.origins import Origin
from probes.vocabulary.states import IncidentStatus, MaintenanceStatus
from probes.vocabulary.telling import Rhythm
from statuspage.analysis.values import Certainty
from statuspage.importing.catalog import CatalogWriter
from statuspage.importing.values import (
    CarriedIncident,
    CarriedSite,
    CarriedWork,
    LeftOut,
)
from statuspage.incidents.handling import make_public
from statuspage.incidents.maintenance import status_at
from statuspage.incidents.models import (
    Incident,
    IncidentUpdate,
    Maintenance,
    MaintenanceNotice,
    MaintenanceUpdate,
)
from statuspage.incidents.naming import name_of
from statuspage.incidents.timeline import public_id
from statuspage.logbook.deeds import note_deed
from statuspage.logbook.models import Deed, DeedKind
from statuspage.monitoring.changes import hold_pipeline
from statuspage.monitoring.lateness import open_moment
from statuspage.monitoring.models import Component
from statuspage.subscribers.addresses import read_address
from statuspage.subscribers.bringing import bring_confirmed
from statuspage.subscribers.joining import MailRequest
from statuspage.subscribers.wishes import Interest
from statuspage.wording.titles import title as title_of

BATCH = 500


@dataclass(slots=True, kw_only=True)
class Imported:
    """What was written, as ``kind name``; how many were ``there`` already; what was left out.

    ``still_open`` are the incidents among it that nothing ends but a person.
    """

    created: list[str] = field(default_factory=list)
    still_open: list[str] = field(default_factory=list)
    there: int = 0
    left_out: list[LeftOut] = field(default_factory=list)


def write_site(site: CarriedSite, *, now: datetime, dry_run: bool, language: str = "zh-hans") -> Imported:
    """Write ``site``; of a ``dry_run`` nothing stays. What an earlier run brought is left as it is.

    Nobody is told of it: whoever asked to be told was told by the other tool. ``language`` is that of mails.
    """
    result = Imported(left_out=list(site.left_out))
    with transaction.atomic():
        hold_pipeline()
        is_first = _is_first(site.origin)
        catalog = CatalogWriter(site.origin, result.created)
        components = {component.key: catalog.write(component) for component in site.components}
        result.there += catalog.there
        result.left_out += catalog.left_out
        _write_incidents(site, components, result, now)
        _write_works(site, components, result, now)
        if is_first:
            _write_subscribers(site, components, result, language, now)
        else:
            _leave_subscribers(site, result)
        if result.created:
            make_public(now=now, since=min((one.started_at for one in site.incidents), default=None))
            note_deed(DeedKind.ACTION, now=now, what=f"{_deed(site.origin)}: {len(result.created)}")
        if dry_run:
            transaction.set_rollback(True)
    return result


def in_its_language(text: str) -> Bilingual:
    """A text in the language that it is in, as its characters tell; the other one has not been written."""
    is_chinese = any("\u4e00" <= character <= "\u9fff" for character in text)
    return Bilingual(text, "") if is_chinese else Bilingual("", text)


def _write_incidents(
    site: CarriedSite, components: Mapping[str, Component], result: Imported, now: datetime
) -> None:
    told = {_id(site.origin, "incident", one.key): one for one in _past(site.incidents, result, now)}
    known = _known(Incident, told)
    result.there += len(known)
    new = {key: one for key, one in told.items() if key not in known}
    rows = {key: _incident(site.origin, key, one, components) for key, one in new.items()}
    Incident.objects.bulk_create(rows.values(), batch_size=BATCH)
    Incident.components.through._default_manager.bulk_create(
        [
            Incident.components.through(incident_id=rows[key].pk, component_id=components[slug].pk)
            for key, one in new.items()
            for slug in one.components
        ],
        batch_size=BATCH,
    )
    # In bulk, by which nobody is told.
    IncidentUpdate.objects.bulk_create(
        [row for key, one in new.items() for row in _updates(rows[key], one)], batch_size=BATCH
    )
    result.created += [_called(row) for row in rows.values()]
    result.still_open += [
        f"{_called(row)}, since {row.started_at:%Y-%m-%d %H:%M} UTC"
        for row in rows.values()
        if row.resolved_at is None
    ]


def _called(row: Incident) -> str:
    return f"incident {row.title_en or row.title_zh}"


def _past(incidents: Iterable[CarriedIncident], result: Imported, now: datetime) -> Iterable[CarriedIncident]:
    """Those that began, and ended if they did, before now."""
    for one in incidents:
        if max(one.started_at, one.resolved_at or one.started_at) <= now:
            yield one
        else:
            what = f"incident {one.title!r}" if one.title else "incident"
            left = LeftOut(where=one.key, what=what, why="it lies in the future")
            result.left_out.append(left)


def _incident(
    origin: Origin, key: str, one: CarriedIncident, components: Mapping[str, Component]
) -> Incident:
    postmortem = in_its_language(one.postmortem)
    title = in_its_language(one.title[:200]) if one.title else _own_title(one, components)
    moments = [update.at for update in one.updates]
    watching = [update.at for update in one.updates if update.status is IncidentStatus.MONITORING]
    slugs = [components[slug].slug for slug in one.components]
    return Incident(
        public_id=key,
        imported_from=origin.value,
        title_zh=title.zh[:200],
        title_en=title.en[:200],
        own_title=bool(one.title),
        cause=one.cause.value,
        impact=one.impact.value,
        status=_status(one).value,
        certainty=Certainty.CONFIRMED.value,
        affected=[] if one.resolved_at else slugs,
        started_at=one.started_at,
        detected_at=one.started_at,
        confirmed_at=one.started_at,
        monitoring_at=max(watching, default=None),
        resolved_at=one.resolved_at,
        postmortem_zh=postmortem.zh,
        postmortem_en=postmortem.en,
        created_at=min(moments, default=one.started_at),
        updated_at=max([*moments, one.resolved_at or one.started_at]),
    )


def _own_title(one: CarriedIncident, components: Mapping[str, Component]) -> Bilingual:
    concerned = [components[key] for key in one.components]
    return title_of(
        cause=one.cause,
        impact=one.impact,
        certainty=Certainty.CONFIRMED,
        components=[name_of(component) for component in concerned],
        kinds={component.told_kind for component in concerned},
    )


def _status(one: CarriedIncident) -> IncidentStatus:
    """Where it stands: by its last update, which may not contradict whether it is over."""
    last = one.updates[-1].status if one.updates else IncidentStatus.INVESTIGATING
    if one.resolved_at is not None:
        return last if last.is_over else IncidentStatus.RESOLVED
    return IncidentStatus.MONITORING if last.is_over else last


def _updates(row: Incident, one: CarriedIncident) -> Iterable[IncidentUpdate]:
    for number, update in enumerate(one.updates, start=1):
        body = in_its_language(update.body)
        yield IncidentUpdate(
            incident=row,
            sequence=number,
            public_id=_id("update", row.public_id, str(number)),
            status=update.status.value,
            body_zh=body.zh,
            body_en=body.en,
            cause=row.cause,
            certainty=row.certainty,
            impact=row.impact,
            affected=[] if update.status.is_over else row.affected,
            created_at=update.at,
        )


def _write_works(
    site: CarriedSite, components: Mapping[str, Component], result: Imported, now: datetime
) -> None:
    told = {_id(site.origin, "work", one.key): one for one in site.works}
    known = _known(Maintenance, told)
    result.there += len(known)
    for key, one in told.items():
        if key in known:
            continue
        row = _work(site.origin, key, one, now)
        row.save()
        row.components.set([components[slug] for slug in one.components])
        MaintenanceUpdate.objects.bulk_create(_work_updates(row, one))
        if not MaintenanceStatus(row.status).is_over:
            _tell_detector(row, now)
        result.created.append(f"planned work {one.title}")


def _work(origin: Origin, key: str, one: CarriedWork, now: datetime) -> Maintenance:
    title, body = in_its_language(one.title[:200]), in_its_language(one.body)
    moments = [update.at for update in one.updates]
    row = Maintenance(
        slug=f"{origin}-{key}",
        public_id=key,
        imported_from=origin.value,
        title_zh=title.zh,
        title_en=title.en,
        body_zh=body.zh,
        body_en=body.en,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        announced_at=one.announced_at,
        updated_at=max([*moments, one.announced_at]),
    )
    is_over = one.status is not None and one.status.is_over
    row.status = one.status if is_over and one.status else status_at(row, now=now)
    return row


def _work_updates(row: Maintenance, one: CarriedWork) -> Iterable[MaintenanceUpdate]:
    for number, update in enumerate(one.updates, start=1):
        body = in_its_language(update.body)
        yield MaintenanceUpdate(
            maintenance=row,
            sequence=number,
            public_id=_id("maintenance-update", row.public_id, str(number)),
            status=update.status.value,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            body_zh=body.zh,
            body_en=body.en,
            created_at=update.at,
        )


def _tell_detector(row: Maintenance, now: datetime) -> None:
    """Without an entry of a timeline, which would be news."""
    MaintenanceNotice.objects.create(
        maintenance=row,
        at=open_moment(now),
        components=sorted(row.components.values_list("slug", flat=True)),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )


def _is_first(origin: Origin) -> bool:
    """Whether nothing was brought over from this tool before."""
    own = {"imported_from": origin.value}
    deeds = Deed.objects.filter(what__startswith=_deed(origin))
    return not any(
        rows.exists() for rows in (Incident.objects.filter(**own), Maintenance.objects.filter(**own), deeds)
    )


def _deed(origin: Origin) -> str:
    return f"Brought over from {origin}"


def _write_subscribers(
    site: CarriedSite, components: Mapping[str, Component], result: Imported, language: str, now: datetime
) -> None:
    """Who said yes to the other tool."""
    asked: list[MailRequest] = []
    for one in site.subscribers:
        try:
            address = read_address(one.address)
        except ValueError as error:
            result.left_out.append(LeftOut(where=one.where, what="subscriber", why=str(error)))
            continue
        wish = Interest(components=frozenset(components[key].slug for key in one.components))
        asked.append(MailRequest(address=address, wish=wish, language=language, rhythm=Rhythm.AT_ONCE))
    if new := bring_confirmed(asked, now=now):
        result.created.append(f"subscribers {new}")


def _leave_subscribers(site: CarriedSite, result: Imported) -> None:
    if site.subscribers:
        what = f"{len(site.subscribers)} subscribers"
        why = "they come with the first run alone: who unsubscribed here since is not known any more"
        result.left_out.append(LeftOut(where=site.subscribers[0].where, what=what, why=why))


def _known(model: type[Incident] | type[Maintenance], told: Mapping[str, object]) -> set[str]:
    rows = model._default_manager.exclude(imported_from="")
    return set(rows.values_list("public_id", flat=True)) & told.keys()


def _id(*parts: str) -> str:
    """The address of what is brought over follows from what it was, so that it comes once."""
    return public_id("imported", *parts)
