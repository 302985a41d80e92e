"""Fills in the language that a person left out, by the template of words that fits, and marks it."""

from collections.abc import Collection
from datetime import datetime

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.occasions import Occasion, occasion_of
from probes.vocabulary.states import IncidentStatus
from statuspage.drafting.filling import WordValues
from statuspage.drafting.stored import completed, template_for
from statuspage.incidents.filling import of_incident
from statuspage.incidents.models import Announcement, Incident, Maintenance


def complete_entry(incident: Incident, body: Bilingual, *, now: datetime) -> tuple[Bilingual, str]:
    """What a person says of ``incident`` as it stands now, and the language that a template filled in."""
    if not _lacks_one(body):
        return body, ""
    template = template_for(occasion_of(IncidentStatus(incident.status)), cause=incident.cause)
    if template is None:
        return body, ""
    _, both = completed(template, NOTHING, body, of_incident(incident, at=now), now=now)
    return both, _new_in([(body, both)])


def complete_row(
    row: Announcement | Maintenance,
    written: Collection[str],
    occasion: Occasion,
    filling: WordValues,
    *,
    now: datetime,
) -> None:
    """The same for a row, once it and its components are saved; ``written`` are the fields that were changed.

    The mark goes when a person writes that language.
    """
    before = row.title, row.body, row.drafted
    if {f"title_{row.drafted}", f"body_{row.drafted}"} & set(written):
        row.drafted = ""
    template = template_for(occasion) if _lacks_one(row.title) or _lacks_one(row.body) else None
    if template is not None:
        row.title, row.body = completed(template, row.title, row.body, filling, now=now)
        row.drafted = _new_in([(before[0], row.title), (before[1], row.body)]) or row.drafted
    if (row.title, row.body, row.drafted) != before:
        texts = ("title_zh", "title_en", "body_zh", "body_en", "drafted")
        type(row).objects.filter(pk=row.pk).update(**{name: getattr(row, name) for name in texts})


def _lacks_one(text: Bilingual) -> bool:
    return bool(text) and not (text.zh and text.en)


def _new_in(pairs: Collection[tuple[Bilingual, Bilingual]]) -> str:
    """The language in which the second of a pair says more than the first."""
    if any(after.zh != before.zh for before, after in pairs):
        return "zh"
    return "en" if any(after.en != before.en for before, after in pairs) else ""
