"""What the variables of templates stand for: of an incident, and of planned work."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from statuspage.drafting.filling import WordValues
from statuspage.incidents.models import Incident, Maintenance
from statuspage.incidents.naming import spoken_names
from statuspage.monitoring.models import Component
from statuspage.wording import causes
from statuspage.wording.advice import short_advice
from statuspage.wording.names import spoken
from statuspage.wording.times import duration, moment, span


def of_site() -> WordValues:
    """What stands for itself everywhere."""
    return WordValues(site=_site())


def of_planned(row: Maintenance, *, at: datetime, usual_words: Bilingual | None = None) -> WordValues:
    """Of planned work as it stands at ``at``; ``usual_words`` are the built-in ones of the step."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return WordValues(
        site=_site(),
        components=_spoken(row.components.select_related("group")),
        title=row.title,
        start=moment(row.starts_at, zone=zone, seen_from=at),
        end=moment(row.ends_at, zone=zone, seen_from=at),
        span=span(row.starts_at, row.ends_at, zone=zone),
        duration=duration(row.ends_at - row.starts_at),
        usual_words=usual_words,
    )


def of_mail(*, slugs: Collection[str], title: Bilingual, usual_words: Bilingual) -> WordValues:
    """Of a mail about these components; ``usual_words`` is the built-in text."""
    components = Component.objects.filter(slug__in=slugs).select_related("group")
    return WordValues(
        site=_site(),
        components=_spoken(components),
        title=title,
        usual_words=usual_words,
    )


def of_incident(row: Incident, *, at: datetime) -> WordValues:
    """Of an incident as it stands at ``at``."""
    components = list(row.components.select_related("group"))
    cause = Cause(row.cause)
    return WordValues(
        site=_site(),
        components=_spoken(components),
        title=row.title,
        cause=causes.within(cause),
        advice=short_advice(cause, [one.told_kind for one in components]),
        start=moment(row.started_at, zone=ZoneInfo(settings.TIME_ZONE), seen_from=at),
        duration=duration(max((row.resolved_at or at) - row.started_at, timedelta())),
    )


def _site() -> Bilingual:
    return Bilingual(settings.SITE_NAME_ZH, settings.SITE_NAME_EN)


def _spoken(components: Iterable[Component]) -> Bilingual:
    return spoken(spoken_names(list(components), Component.objects.select_related("group")))
