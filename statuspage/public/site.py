"""Which site this is: what it is called, where it lies, and the zone of its days."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.conf import settings

from probes.vocabulary.bilingual import Bilingual
from statuspage.branding.links import FooterLink
from statuspage.public.languages import Language
from statuspage.webpush.vapid import public_key

NOBODYS = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """``url`` is its address, which may have a path, without a slash at its end.

    ``zone`` is the one that days begin and moments are told in. ``identity`` stays the same whatever is set;
    ``colour`` is empty or ``#rrggbb``; it ``has_traditional`` Chinese where all is in those characters, too.
    """

    name: Bilingual
    url: str
    zone: str
    identity: UUID = NOBODYS
    colour: str = ""
    links: tuple[FooterLink, ...] = ()
    push_key: str = ""  # by which browsers know who sends them pushes
    has_traditional: bool = False
    has_mail: bool = False  # whether readers can be told by mail

    @property
    def path(self) -> str:
        """The path of its address, such as ``/status``; empty where it has a host of its own."""
        return urlsplit(self.url).path

    @property
    def origin(self) -> str:
        """The address without its path."""
        return self.url.removesuffix(self.path)

    def root(self, language: Language) -> str:
        """Where the pages of a language begin, as a link on the site names it."""
        return self.path + language.root

    def lasting_id(self, name: str) -> str:
        """An id of what is called ``name`` here: no setting changes it, and no other site has it."""
        return str(uuid5(self.identity, name))

    def address(self, language: Language, path: str = "") -> str:
        """The whole address of what lies at ``path`` below the root of a language."""
        return self.url + language.root + path


def site() -> Site:
    """The site as it is set."""
    name = Bilingual(settings.SITE_NAME_ZH, settings.SITE_NAME_EN)
    return Site(
        name=name,
        url=settings.SITE_URL,
        zone=settings.TIME_ZONE,
        colour=settings.BRAND_COLOUR,
        links=settings.FOOTER_LINKS,
        push_key=public_key(settings.SECRET_KEY),
        has_traditional=settings.TRADITIONAL_CHINESE,
        has_mail=settings.EMAIL_URL is not None,
    )
