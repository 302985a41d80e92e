"""Templates as they are stored: which are offered, and what one tells by itself or the built-in words do."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q, QuerySet

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.occasions import Occasion
from statuspage.drafting.filling import LONGEST, FillingError, WordValues, filled
from statuspage.drafting.models import WordTemplate

# A mail may hold what an update, the text of planned work and a template say together.
LONGEST_MAIL = 4 * LONGEST
LONGEST_TITLE = 200  # characters, as the columns have it
MOST_FITTING = 20


def offered(*occasions: Occasion, cause: str = "") -> QuerySet[WordTemplate]:
    """The templates for these occasions, of incidents only those for every cause or this one."""
    return WordTemplate.objects.filter(Q(cause="") | Q(cause=cause), occasion__in=occasions)


def template_for(occasion: Occasion, *, cause: str = "") -> WordTemplate | None:
    """The template that fits, of those that people choose from; None where none does, or several do.

    One for this very cause fits better than one for every cause.
    """
    fitting = list(offered(occasion, cause=cause).filter(automatic=False)[:MOST_FITTING])
    fitting = [row for row in fitting if row.cause] or fitting
    return fitting[0] if len(fitting) == 1 else None


def completed(
    row: WordTemplate, title: Bilingual, body: Bilingual, filling: WordValues, *, now: datetime
) -> tuple[Bilingual, Bilingual]:
    """Title and body with the language that a person left out, as far as ``row`` has it.

    A broken template says so and fills in nothing; what is there in no language stays so.
    """
    told = _told(row, filling, now=now)
    if told is None:
        return title, body
    fits = max(len(told[0].zh), len(told[0].en)) <= LONGEST_TITLE
    return title.or_else(told[0]) if title and fits else title, body.or_else(told[1]) if body else body


def words_for(occasion: Occasion, built_in: Bilingual, filling: WordValues, *, now: datetime) -> Bilingual:
    """What is told by itself: by the template of the occasion, else in the built-in words.

    A language that the template has not, and a template that cannot be filled in, fall back to them; of the
    latter its row says so.
    """
    row = WordTemplate.objects.filter(occasion=occasion.value, automatic=True).first()
    if row is None:
        return built_in
    told = _told(row, filling, now=now)
    return told[1].or_else(built_in) if told else built_in


def mail_templates() -> Mapping[Occasion, WordTemplate]:
    """By what mails are worded; a mail without a template is in the built-in words."""
    return {row.of: row for row in WordTemplate.objects.filter(occasion__startswith="mail_", automatic=True)}


def mail_words(
    row: WordTemplate, subject: Bilingual, text: Bilingual, filling: WordValues, *, now: datetime
) -> tuple[Bilingual, Bilingual]:
    """Subject and text of a mail by ``row``; what it has not, and all where it is broken, stays built in."""
    told = _told(row, filling, now=now, longest=LONGEST_MAIL)
    return (told[0].or_else(subject), told[1].or_else(text)) if told else (subject, text)


def _told(
    row: WordTemplate, filling: WordValues, *, now: datetime, longest: int = LONGEST
) -> tuple[Bilingual, Bilingual] | None:
    """Title and text filled in; None where that cannot be, of which the row says so from now on."""
    try:
        told = filled(row.title, filling), filled(row.body, filling, longest=longest)
    except FillingError as error:
        _note_fault(row, str(error), now)
        return None
    if row.fault:
        _note_fault(row, "", None)
    return told


def _note_fault(row: WordTemplate, fault: str, at: datetime | None) -> None:
    WordTemplate.objects.filter(pk=row.pk).update(fault=fault[:200], fault_at=at)
