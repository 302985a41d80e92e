"""Templates as they are stored: which are offered, and what one tells by itself or the built-in words do."""

from datetime import datetime

from django.db.models import Q, QuerySet

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.occasions import Occasion
from statuspage.drafting.filling import FillingError, WordValues, filled
from statuspage.drafting.models import WordTemplate


def offered(*occasions: Occasion, cause: str = "") -> QuerySet[WordTemplate]:
    """The templates for these occasions, of incidents only those for every cause or this one."""
    return WordTemplate.objects.filter(Q(cause="") | Q(cause=cause), occasion__in=occasions)


def words_for(occasion: Occasion, built_in: Bilingual, filling: WordValues, *, now: datetime) -> Bilingual:
    """What is told by itself: by the template of the occasion, else in the built-in words.

    A language that the template has not, and a template that cannot be filled in, fall back to them; of the
    latter its row says so.
    """
    row = WordTemplate.objects.filter(occasion=occasion.value, automatic=True).first()
    if row is None:
        return built_in
    try:
        told = filled(row.body, filling)
    except FillingError as error:
        _note_fault(row, str(error), now)
        return built_in
    if row.fault:
        _note_fault(row, "", None)
    return told.or_else(built_in)


def _note_fault(row: WordTemplate, fault: str, at: datetime | None) -> None:
    WordTemplate.objects.filter(pk=row.pk).update(fault=fault[:200], fault_at=at)
