"""Filters and tags of the public templates: moments, shares, icons and words."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from probes.vocabulary.causes import Cause
from statuspage.public.read import heard
from statuspage.public.render import wording

if TYPE_CHECKING:
    from statuspage.public.read.values import IncidentView
    from statuspage.public.render.pages import DayOfIncidents

register = template.Library()
register.filter("span", wording.span)
register.filter("percent", wording.percent)
register.filter("number", wording.number)
register.filter("cause_word", wording.cause_word)
register.filter("state_word", wording.state_word)
register.filter("status_word", wording.status_word)
register.filter("certainty_word", wording.certainty_word)
register.filter("impact_word", wording.impact_word)
register.filter("tier_word", wording.tier_word)
register.filter("outcome_word", wording.outcome_word)
register.filter("symptom_word", wording.symptom_word)
register.filter("unread_fact", wording.unread_fact)
register.filter("product_word", heard.product_word)

FORMATS = {
    "time": "%H:%M",
    "seconds": "%H:%M:%S",
    "day": "%Y-%m-%d",
    "both": "%Y-%m-%d %H:%M",
    "short": "%m-%d %H:%M",
}


@register.filter
def moment(at: datetime, form: str = "both") -> SafeString:
    """A ``<time>`` in the site's zone, which the script turns into the reader's."""
    return format_html(
        '<time datetime="{}" data-form="{}">{}</time>',
        at.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ"),
        form,
        wording.local(at).strftime(FORMATS[form]),
    )


@register.filter
def started(at: datetime, seen_from: datetime) -> SafeString:
    """The time of day, with its date where that is another one than that of ``seen_from``."""
    same_day = wording.local(at).date() == wording.local(seen_from).date()
    return moment(at, "time" if same_day else "short")


@register.filter
def zone(at: datetime) -> str:
    """The site's zone and its offset at that moment; UTC needs none."""
    return wording.zone_label(at)


@register.filter
def site_day(at: datetime) -> str:
    """The day that it is in the site's zone."""
    return wording.local(at).strftime(FORMATS["day"])


@register.filter
def happened_on(days: "Iterable[DayOfIncidents]", day: date) -> "list[IncidentView]":
    """Those of the incidents that were going on at any time of ``day`` in the site's zone."""
    return [
        incident
        for group in days
        for incident in group.incidents
        if wording.local(incident.started_at).date() <= day
        and (incident.resolved_at is None or day <= wording.local(incident.resolved_at).date())
    ]


@register.simple_tag
def causes() -> list[str]:
    """The four causes, in the order in which they are shown."""
    return [cause.value for cause in Cause]


@register.filter
def since(later: datetime, earlier: datetime) -> str:
    """How long it is from ``earlier`` to ``later``."""
    return wording.span(later - earlier)


@register.filter
def share(probability: float) -> str:
    """A probability as whole per cent, never more certain than 99."""
    return f"{min(99, round(probability * 100))}%"


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite; words stand beside it, so that it is hidden from screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>', name
    )
