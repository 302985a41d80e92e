"""How an incident stands, for who is on duty: what is told, what comes next, what the machine says."""

from datetime import datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from probes.vocabulary.publishing import NextStep, Publication
from statuspage.incidents.models import Incident, IncidentUpdate
from statuspage.incidents.publishing import next_of
from statuspage.incidents.reminding import what_machine_says
from statuspage.incidents.staff_words import coming, leading, machine_lines
from statuspage.incidents.telling import stored_rules
from statuspage.logbook.showing import moment
from statuspage.wording.active import said
from statuspage.wording.publishing import PUBLICATIONS


def told_as(incident: Incident) -> str:
    """What the public knows of it, in a word or two."""
    if incident.withdrawn_at is not None:
        return _("withdrawn")
    if incident.merged_into_id is not None:
        return _("merged")
    if incident.publication != Publication.PUBLISHED:
        return said(PUBLICATIONS[Publication(incident.publication)].say())
    return f"{incident.get_certainty_display()} · {incident.get_status_display()}"


def span_of(start: datetime, end: datetime | None) -> str:
    """From when to when in the site's zone, to the minute; the date of the end where it is another."""
    first = localtime(start)
    told = f"{first:%Y-%m-%d %H:%M} –"
    if end is None:
        return told
    last = localtime(end)
    return f"{told} {last:%H:%M}" if last.date() == first.date() else f"{told} {last:%Y-%m-%d %H:%M}"


def standing_now(incident: Incident, *, now: datetime) -> list[str]:
    """A line for each thing that matters now."""
    lines = [_("Told as: %(what)s.") % {"what": told_as(incident)}, leading(incident)]
    if incident.merged_into is not None:
        lines.append(_("Merged into: %(title)s.") % {"title": said(incident.merged_into.title)})
    step = next_of(incident, stored_rules())
    if step is not None and step.step is not NextStep.GIVE_BACK:
        lines.append(coming(step.step, step.at))
    says = what_machine_says(incident)
    return [*lines, *machine_lines(says)] if says is not None else lines


def timeline_of(incident: Incident) -> SafeString:
    """What was said, newest first: when, by whom and under which status."""
    rows = incident.updates.select_related("author", "origin").order_by("-sequence")
    return format_html_join(
        "",
        "<div class='told'><p class='meta'>{} · {} · {}</p>{}</div>",
        (
            (moment(row.created_at), row.get_status_display(), _by(row), _words(row.body.zh, row.body.en))
            for row in rows
        ),
    ) or SafeString("–")


def _by(row: IncidentUpdate) -> str:
    who = _("the machine") if row.by_machine else str(row.author or "–")
    if row.drafted:
        who = _("%(who)s; %(text)s from a template") % {"who": who, "text": row.get_drafted_display()}
    if row.origin is None:
        return who
    return _("%(who)s, of %(title)s") % {"who": who, "title": said(row.origin.title)}


def _words(zh: str, en: str) -> SafeString:
    texts = [(lang, text) for lang, text in (("zh", zh), ("en", en)) if text]
    return format_html("{}", format_html_join("", "<p lang='{}'>{}</p>", texts))
