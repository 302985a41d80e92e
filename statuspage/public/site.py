"""Which site this is: what it is called, where it lies, and the zone of its days."""

from dataclasses import dataclass

from django.conf import settings

from probes.vocabulary.bilingual import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """``zone`` is the one that days begin and moments are told in."""

    name: Bilingual
    url: str
    zone: str


def site() -> Site:
    """The site as it is set."""
    name = Bilingual(settings.SITE_NAME_ZH, settings.SITE_NAME_EN)
    return Site(name=name, url=settings.SITE_URL, zone=settings.TIME_ZONE)
