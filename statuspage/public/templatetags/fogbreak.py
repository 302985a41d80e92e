"""Filters and tags of the public templates: sentences, moments, shares, icons and labels."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Protocol

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import conditional_escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from statuspage.analysis.values import Certainty
from statuspage.public.read.values import IncidentView
from statuspage.public.render.pieces import PIECES
from statuspage.public.render.timelines import DayOfIncidents
from statuspage.wording import (
    about,
    active,
    asking,
    causes,
    headline,
    labels,
    names,
    numbers,
    page,
    sharing,
    subscribing,
)
from statuspage.wording.numbers import chance, percent
from statuspage.wording.one_language import note_on, tag_of
from statuspage.wording.times import duration, offset_of


class Sure(Protocol):
    """What is believed: an incident, as any of the pages knows it."""

    @property
    def certainty(self) -> Certainty: ...
    @property
    def confidence(self) -> float: ...


LABELS = {**page.LABELS, **about.LABELS, **asking.LABELS, **sharing.LABELS, **subscribing.LABELS}
FORMATS = {
    "time": "%H:%M",
    "seconds": "%H:%M:%S",
    "day": "%Y-%m-%d",
    "both": "%Y-%m-%d %H:%M",
    "short": "%m-%d %H:%M",
}
_PARTED = re.compile(r" (?=·)|(?<=\d) (?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]) (?=\d)")
register = template.Library()
register.filter(percent)
register.filter(chance)


@register.simple_tag
def say(name: str, **values: Any) -> SafeString:
    """The sentence of this name in the active language, with ``values`` filled in; a wrong name fails."""
    for key, value in values.items():
        if not isinstance(value, int):
            values[key] = conditional_escape(value)
    # The sentence itself is ours.
    return mark_safe(active.said(LABELS[name].say(**values)))


@register.filter
def said(text: Bilingual | None) -> str:
    """A text in the active language; nothing where a template names what is not there."""
    return active.said(text) if text else ""


@register.filter
def together(text: str) -> str:
    """No line begins with a middle dot, nor ends beside a number in Chinese."""
    kept = _PARTED.sub("\xa0", text)
    return mark_safe(kept) if isinstance(text, SafeString) else kept  # as safe as it was


@register.filter
def told(text: Bilingual | None) -> SafeString:
    """What a person wrote, in the active language, or in the other with a note that says so."""
    return _lent(text, conditional_escape(said(text)), "span") if text else SafeString()


@register.filter
def told_html(text: Bilingual | None) -> SafeString:
    """As :func:`told`, of what is sanitised HTML."""
    return _lent(text, mark_safe(said(text)), "div") if text else SafeString()


@register.filter
def told_lines(text: Bilingual | None) -> SafeString:
    """As :func:`told`, in paragraphs."""
    return _lent(text, linebreaks(conditional_escape(said(text))), "div") if text else SafeString()


def _lent(text: Bilingual, shown: str, tag: str) -> SafeString:
    language = get_language() or "en"
    note = note_on(text, language)
    if not note:
        return mark_safe(shown)  # it is escaped, or sanitised
    return format_html(
        '<{tag} lang="{lang}" dir="auto">{shown}</{tag}> <small class="lent">{note}</small>',
        tag=tag,
        lang=tag_of(text, language),
        shown=mark_safe(shown),
        note=note,
    )


def _in_active_language(text_of: Callable[[Any], Bilingual]) -> Callable[[Any], str]:
    return lambda value: active.said(text_of(value))


TEXTS: dict[str, Callable[[Any], Bilingual]] = {
    "cause": causes.heading,
    "status": labels.status,
    "impact": labels.impact,
    "origin": labels.origin,
    "payers": labels.payers,
    "outcome": labels.outcome,
    "symptom": labels.symptom,
    "product": labels.product,
    "duration": duration,
}
for name, text_of in TEXTS.items():
    register.filter(name, _in_active_language(text_of))


@register.filter
def sureness(incident: Sure) -> str:
    """Whether an incident is only suspected, and then how likely it is."""
    return active.said(labels.sureness(incident.certainty, incident.confidence))


@register.filter
def usually(people: float) -> str:
    """How many people usually say so."""
    return active.said(numbers.usually(people))


@register.filter
def unread(sources: Sequence[Bilingual]) -> str:
    """That some sources of posts cannot be read, so that few complaints do not mean that few complain."""
    return active.said(headline.UNREAD_SOURCES.say(names=names.listed(sources)))


@register.filter
def moment(at: datetime, form: str = "both") -> SafeString:
    """A ``<time>`` in the site's zone, which the script turns into the reader's."""
    return format_html(
        '<time datetime="{}" data-form="{}">{}</time>',
        at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        form,
        localtime(at).strftime(FORMATS[form]),
    )


@register.filter
def started(at: datetime, seen_from: datetime) -> SafeString:
    """The time of day, with its date where that is another one than that of ``seen_from``."""
    same_day = localtime(at).date() == localtime(seen_from).date()
    return moment(at, "time" if same_day else "short")


@register.filter
def zone(at: datetime) -> str:
    """The site's zone with its offset at that moment, such as ``Asia/Shanghai (UTC+8)``; UTC needs none."""
    offset = offset_of(localtime(at))
    return "UTC" if settings.TIME_ZONE == "UTC" else f"{settings.TIME_ZONE} ({offset})"


@register.filter
def site_day(at: datetime) -> str:
    """The day that it is in the site's zone."""
    return localtime(at).strftime(FORMATS["day"])


@register.filter
def happened_on(days: Iterable[DayOfIncidents], day: date) -> list[IncidentView]:
    """Those of the incidents that were going on at any time of ``day`` in the site's zone."""
    return [
        incident
        for group in days
        for incident in group.incidents
        if localtime(incident.started_at).date() <= day
        and (incident.resolved_at is None or day <= localtime(incident.resolved_at).date())
    ]


@register.simple_tag(name="causes")
def all_causes() -> list[str]:
    """The four causes, in the order in which they are shown."""
    return [cause.value for cause in Cause]


@register.filter
def since(later: datetime, earlier: datetime) -> str:
    """How long it is from ``earlier`` to ``later``."""
    return active.said(duration(later - earlier))


@register.simple_tag(takes_context=True)
def piece(context: Context, template: str, name: str, value: object) -> SafeString:
    """What ``template`` makes of a value, as ``name``, alone; it is kept, for many pages show the same."""
    return PIECES.get(template, str(context["root"]), name, value)


@register.simple_tag(takes_context=True)
def pieces(context: Context, template: str, name: str, values: Iterable[object]) -> SafeString:
    """The same of each value."""
    return mark_safe("".join(piece(context, template, name, value) for value in values))  # each is rendered


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite; words stand beside it, so that it is hidden from screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>', name
    )
