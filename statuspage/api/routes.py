"""The operations of the site's own API, version 1."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from ninja import Query, Router, Status

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.states import ComponentState, MaintenanceStatus
from probes.vocabulary.symptoms import Product, Symptom
from statuspage import clock
from statuspage.analysis.values import Certainty
from statuspage.api import bodies, measured, orders, reading, writing
from statuspage.api.answers import Bearer, Problem, modified
from statuspage.api.kinds import After, DayOf, Limit, Moment
from statuspage.api.models import ApiToken, Scope
from statuspage.api.noting import logged
from statuspage.api.paging import ListPage, chosen, one, page_of
from statuspage.api.series_bodies import SeriesList
from statuspage.api.tokens import find_token, may_write
from statuspage.incidents import handling
from statuspage.incidents.models import Announcement, Incident, IncidentUpdate, Maintenance, MaintenanceSeries
from statuspage.incidents.reading import shown_components, told_incidents
from statuspage.monitoring.conditions import knowledge_at
from statuspage.monitoring.models import Grain

READ = {404: Problem, 422: Problem, 503: Problem}
read, incidents, maintenance, announcements = (Router() for _ in range(4))


def _writing(scope: Scope, answer: dict[int, Any]) -> dict[str, Any]:
    """What an operation that writes asks for and answers with, beside what it does."""
    refusals = dict.fromkeys((400, 401, 403, 404, 409, 422, 503), Problem)
    return {"auth": Bearer(scope), "response": {**answer, **refusals}}


def _advanced_at() -> datetime | None:
    """When what is measured last changed: the pipeline writes it all."""
    return knowledge_at(clock.known()).noted_at


def _author(request: HttpRequest) -> User:
    token: ApiToken = request.auth  # type: ignore[attr-defined]  # ninja puts what it found there
    return token.owner


@read.get("/now", response={200: bodies.Now, 503: Problem}, summary="How far the monitor knows")
def how_things_stand(request: HttpRequest) -> bodies.Now:
    return reading.now_body(clock.known())


@read.get("/components", response={200: bodies.ComponentPage, **READ}, summary="Components")
def list_components(
    request: HttpRequest,
    response: HttpResponse,
    group: str | None = None,
    state: ComponentState | None = None,
    after: After = None,
    limit: Limit = 100,
) -> bodies.ComponentPage:
    """Components in the page's order; ``after`` is a slug."""
    found = reading.component_bodies(list(shown_components()), clock.known())
    chosen = [row for row in found if group in (None, row.group) and state in (None, row.state)]
    modified(response, max((row.updated_at for row in found), default=None))
    begin = 0
    if after is not None:
        one(shown_components(), "slug", after)
        begin = next((index for index, row in enumerate(chosen, 1) if row.slug == after), len(chosen))
    items = chosen[begin : begin + limit]
    more = begin + limit < len(chosen)
    return bodies.ComponentPage(total=len(chosen), next=items[-1].slug if more else None, items=items)


@read.get("/components/{slug}", response={200: bodies.ComponentBody, **READ}, summary="One component")
def get_component(request: HttpRequest, response: HttpResponse, slug: str) -> bodies.ComponentBody:
    found = reading.component_bodies([one(shown_components(), "slug", slug)], clock.known())[0]
    modified(response, found.updated_at)
    return found


@read.get("/components/{slug}/uptime", response={200: bodies.UptimeBody, **READ}, summary="Uptime per day")
def get_uptime(
    request: HttpRequest,
    response: HttpResponse,
    slug: str,
    since: Annotated[DayOf | None, Query(alias="from")] = None,
    until: Annotated[DayOf | None, Query(alias="to")] = None,
) -> bodies.UptimeBody:
    """Days of the site's zone, both ends included; the past ninety by default, four hundred at most."""
    today = clock.known().astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    last = until or today
    modified(response, _advanced_at())
    return measured.uptime_body(
        one(shown_components(), "slug", slug), since or last - timedelta(days=89), last
    )


@read.get(
    "/components/{slug}/outcomes", response={200: bodies.OutcomesBody, **READ}, summary="Outcome shares"
)
def get_outcomes(
    request: HttpRequest,
    response: HttpResponse,
    slug: str,
    grain: Grain = Grain.HOUR,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
) -> bodies.OutcomesBody:
    """Windows by risk tier; the past day by default, five hundred windows at most."""
    row = one(shown_components(), "slug", slug)
    known, end = knowledge_at(clock.known()), until or clock.known()
    modified(response, known.noted_at)
    return measured.outcomes_body(row, grain, since or end - timedelta(days=1), end, known.until)


@read.get("/reports", response={200: bodies.ReportsBody, **READ}, summary="Complaints against the usual")
def get_reports(
    request: HttpRequest,
    product: Product | None = None,
    symptom: Symptom | None = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
) -> bodies.ReportsBody:
    """Counts by hour; the past day by default, 31 days at most. Posts passed on are counted once."""
    end = until or clock.known()
    return measured.reports_body(since or end - timedelta(days=1), end, product=product, symptom=symptom)


@incidents.get("", response={200: bodies.IncidentPage, **READ}, summary="Incidents")
def list_incidents(
    request: HttpRequest,
    response: HttpResponse,
    cause: Cause | None = None,
    component: str | None = None,
    certainty: Certainty | None = None,
    impact: Impact | None = None,
    is_open: Annotated[bool | None, Query(alias="open")] = None,
    since: Annotated[Moment | None, Query(alias="from", description="Began then or later.")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Began before then.")] = None,
    after: After = None,
    limit: Limit = 20,
) -> ListPage[Incident]:
    """Newest first, with cause, evidence, probabilities and timeline."""
    rows = chosen(
        reading.incident_rows(),
        cause=cause,
        certainty=certainty,
        impact=impact,
        components__slug=component,
        started_at__gte=since,
        started_at__lt=until,
        resolved_at__isnull=is_open,
    )
    page = page_of(rows, newest_by="started_at", id_field="public_id", after=after, limit=limit)
    modified(response, max((row.updated_at for row in page.items), default=None))
    return page


@incidents.get("/{public_id}", response={200: bodies.IncidentBody, **READ}, summary="One incident")
def get_incident(request: HttpRequest, response: HttpResponse, public_id: str) -> Incident | HttpResponse:
    """One that was merged into another leads there (301)."""
    into = reading.merged_into(public_id)
    if into is not None:
        return HttpResponsePermanentRedirect(request.path.replace(public_id, into))
    row = one(reading.incident_rows(), "public_id", public_id)
    modified(response, row.updated_at)
    return row


@incidents.post("", **_writing(Scope.INCIDENTS, {201: bodies.IncidentBody}), summary="Open an incident")
@logged(Incident)
def open_incident(
    request: HttpRequest, response: HttpResponse, order: orders.NewIncident
) -> Status[Incident]:
    """Scope: incidents. A person's incident wins over the machine's word."""
    row = writing.open_incident(order, author=_author(request), now=clock.now())
    response.headers["Location"] = f"{request.path}/{row.public_id}"
    return Status(201, reading.incident_rows().get(pk=row.pk))


@incidents.patch(
    "/{public_id}", **_writing(Scope.INCIDENTS, {200: bodies.IncidentBody}), summary="Change an incident"
)
@logged(Incident)
def change_incident(request: HttpRequest, public_id: str, order: orders.IncidentChange) -> Incident:
    """Scope: incidents."""
    row = one(told_incidents(), "public_id", public_id)
    writing.change_incident(row, order, author=_author(request), now=clock.now())
    return reading.incident_rows().get(pk=row.pk)


@incidents.post(
    "/{public_id}/updates", **_writing(Scope.INCIDENTS, {201: bodies.UpdateBody}), summary="Add to a timeline"
)
@logged(Incident)
def add_update(request: HttpRequest, public_id: str, order: orders.NewUpdate) -> Status[IncidentUpdate]:
    """Scope: incidents."""
    incident = one(told_incidents(), "public_id", public_id)
    row = handling.say(
        incident, status=order.status, body=order.body.text, author=_author(request), now=clock.now()
    )
    return Status(201, row)


@maintenance.get("", response={200: bodies.MaintenancePage, **READ}, summary="Scheduled maintenance")
def list_maintenance(
    request: HttpRequest,
    response: HttpResponse,
    status: MaintenanceStatus | None = None,
    component: str | None = None,
    after: After = None,
    limit: Limit = 20,
) -> ListPage[Maintenance]:
    """Latest first, withdrawn ones among it."""
    rows = chosen(reading.planned_rows(), status=status, components__slug=component)
    page = page_of(rows, newest_by="starts_at", id_field="public_id", after=after, limit=limit)
    modified(response, max((row.updated_at for row in page.items), default=None))
    return page


@maintenance.get("/series", response={200: SeriesList, 503: Problem}, summary="Maintenance that comes again")
def list_series(request: HttpRequest, response: HttpResponse) -> dict[str, QuerySet[MaintenanceSeries]]:
    """What is planned by a rule now; ``series`` of a maintenance says of which it is one time."""
    rows = reading.series_rows()
    modified(response, max((row.updated_at for row in rows), default=None))
    return {"items": rows}


@maintenance.get("/{public_id}", response={200: bodies.MaintenanceBody, **READ}, summary="One maintenance")
def get_maintenance(request: HttpRequest, response: HttpResponse, public_id: str) -> Maintenance:
    row = one(reading.planned_rows(), "public_id", public_id)
    modified(response, row.updated_at)
    return row


@maintenance.post(
    "", **_writing(Scope.MAINTENANCE, {201: bodies.MaintenanceBody}), summary="Plan a maintenance"
)
@logged(Maintenance)
def plan_maintenance(
    request: HttpRequest, response: HttpResponse, order: orders.NewMaintenance
) -> Status[Maintenance]:
    """Scope: maintenance. The detector is told as well, so that it expects what was announced."""
    row = writing.plan_maintenance(order, now=clock.now())
    response.headers["Location"] = f"{request.path}/{row.public_id}"
    return Status(201, row)


@maintenance.patch(
    "/{public_id}",
    **_writing(Scope.MAINTENANCE, {200: bodies.MaintenanceBody}),
    summary="Change a maintenance",
)
@logged(Maintenance)
def change_maintenance(
    request: HttpRequest,
    public_id: str,
    order: orders.MaintenanceChange,
) -> Maintenance:
    """Scope: maintenance."""
    row = one(Maintenance.objects.all(), "public_id", public_id)
    writing.change_maintenance(row, order, now=clock.now())
    return row


def _sees_all(request: HttpRequest) -> bool:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = find_token(secret.strip(), now=clock.known()) if kind.lower() == "bearer" else None
    return token is not None and may_write(token, Scope.ANNOUNCEMENTS)


@announcements.get("", response={200: bodies.AnnouncementList, **READ}, summary="Announcements")
def list_announcements(request: HttpRequest, response: HttpResponse) -> dict[str, QuerySet[Announcement]]:
    """What is told now; a hundred at most."""
    rows = reading.announcement_rows(clock.known(), to_come=_sees_all(request))[:100]
    modified(response, max((row.updated_at for row in rows), default=None))
    return {"items": rows}


@announcements.get(
    "/{public_id}", response={200: bodies.AnnouncementBody, **READ}, summary="One announcement"
)
def get_announcement(request: HttpRequest, response: HttpResponse, public_id: str) -> Announcement:
    row = one(reading.announcement_rows(clock.known(), to_come=_sees_all(request)), "pk", _number(public_id))
    modified(response, row.updated_at)
    return row


def _number(given: str) -> str:
    """An id that a row may have; what is no number has none."""
    return given if given.isascii() and given.isdigit() and len(given) < 18 else "0"


@announcements.post(
    "", **_writing(Scope.ANNOUNCEMENTS, {201: bodies.AnnouncementBody}), summary="Tell the public"
)
@logged(Announcement, "pk")
def announce(
    request: HttpRequest, response: HttpResponse, order: orders.NewAnnouncement
) -> Status[Announcement]:
    """Scope: announcements. It is on the page within seconds."""
    row = writing.announce(order, now=clock.now())
    response.headers["Location"] = f"{request.path}/{row.pk}"
    return Status(201, row)


@announcements.patch(
    "/{public_id}",
    **_writing(Scope.ANNOUNCEMENTS, {200: bodies.AnnouncementBody}),
    summary="Change an announcement",
)
@logged(Announcement, "pk")
def change_announcement(
    request: HttpRequest,
    public_id: str,
    order: orders.AnnouncementChange,
) -> Announcement:
    """Scope: announcements."""
    row = one(Announcement.objects.all(), "pk", _number(public_id))
    writing.change_announcement(row, order, now=clock.now())
    return row


@announcements.delete(
    "/{public_id}", **_writing(Scope.ANNOUNCEMENTS, {204: None}), summary="Withdraw an announcement"
)
@logged(Announcement, "pk")
def withdraw_announcement(request: HttpRequest, public_id: str) -> Status[None]:
    """Scope: announcements."""
    writing.withdraw_announcement(one(Announcement.objects.all(), "pk", _number(public_id)), now=clock.now())
    return Status(204, None)
