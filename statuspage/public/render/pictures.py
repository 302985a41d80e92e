"""The pictures that a link shows where it is shared: one of how things stand, one of each recent incident."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime

from probes.vocabulary.bilingual import NOTHING, Bilingual
from probes.vocabulary.causes import Cause
from statuspage.public.frame import PLAIN_PICTURE_PATH, PictureLink
from statuspage.public.headers import Kind
from statuspage.public.read.values import IncidentView, Snapshot
from statuspage.public.render.drafts import Draft, Edition, Form, digest
from statuspage.public.render.drawing import SITE, PictureTexts, drawn_picture
from statuspage.public.render.fonts import known_faces
from statuspage.public.render.headline import Headline
from statuspage.public.render.tones import COLORS, OVER, TINTS
from statuspage.wording import causes
from statuspage.wording.sharing import NOBODY_KNOWS
from statuspage.wording.times import offset_of

PNG = "image/png"
# To draw one takes as long as ten pages: whoever shares an incident of last month sees the sign of its cause.
OWN_FOR = timedelta(days=7)
MOST_OWN = 10
_LOOKS = {tone: (COLORS[tone], TINTS[tone]) for tone in COLORS} | {SITE: (COLORS["ok"], OVER[1])}
NOW_PATH = "share/now.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a picture shows, in both languages; ``tone`` is a cause, ``ok``, ``unknown``, or SITE alone."""

    tone: str
    title: Bilingual
    kind: Bilingual = NOTHING
    since: datetime | None = None
    until: datetime | None = None
    over: bool = False  # nothing that is told in the colours of trouble any more

    def mark(self, site_name: Bilingual) -> str:
        """Another one whenever the picture is, as where this machine got the fonts for its words.

        Messengers keep one for as long as its address is the same.
        """
        return digest(self, site_name, known_faces()).hex()[:8]


def picture_drafts(snapshot: Snapshot, verdict: Headline) -> Iterator[Draft]:
    """Those of how things stand, of each cause, of the site alone, and of recent incidents."""
    yield _draft(NOW_PATH, picture_of_now(verdict), ages=True)
    yield _draft(PLAIN_PICTURE_PATH, Picture(tone=SITE, title=snapshot.site.name))
    for cause in Cause:
        yield _draft(_path_of_cause(cause), picture_of_cause(cause))
    for incident in with_own_picture(snapshot.incidents, snapshot.at):
        yield _draft(_path_of_incident(incident), picture_of_incident(incident), ages=incident.is_open)


def picture_of_now(verdict: Headline) -> Picture:
    """What is told first, without what changes by the minute."""
    kind = NOTHING if verdict.tone == "ok" else causes.heading(verdict.tone)
    return Picture(tone=verdict.tone, title=verdict.headline, kind=kind, since=verdict.since)


def picture_of_cause(cause: Cause) -> Picture:
    """Its sign, for incidents of long ago."""
    return Picture(tone=cause.value, title=causes.heading(cause), over=True)


def picture_of_incident(incident: IncidentView) -> Picture:
    """Its title, its cause and when it was."""
    return Picture(
        tone=incident.cause.value,
        title=incident.title,
        kind=causes.heading(incident.cause),
        since=incident.started_at,
        until=None if incident.end_unseen else incident.resolved_at,
        over=not incident.is_open,
    )


def with_own_picture(incidents: Iterable[IncidentView], at: datetime) -> list[IncidentView]:
    """The incidents that have a picture of their own: the newest few that are open or of these days."""
    recent = [row for row in incidents if row.resolved_at is None or at - row.resolved_at < OWN_FOR]
    return recent[:MOST_OWN]


def link_of_now(verdict: Headline, site_name: Bilingual) -> PictureLink:
    """Where the picture of how things stand lies, and what it shows for those who do not see it."""
    mark = picture_of_now(verdict).mark(site_name)
    return PictureLink(path=f"{NOW_PATH}?v={mark}", alt=verdict.headline)


def link_of_incident(incident: IncidentView, site_name: Bilingual, *, own: bool) -> PictureLink:
    """The same of an incident; one without a picture of its ``own`` shows that of its cause."""
    if not own:
        mark = picture_of_cause(incident.cause).mark(site_name)
        return PictureLink(
            path=f"{_path_of_cause(incident.cause)}?v={mark}", alt=causes.heading(incident.cause)
        )
    mark = picture_of_incident(incident).mark(site_name)
    return PictureLink(path=f"{_path_of_incident(incident)}?v={mark}", alt=incident.title)


def _path_of_cause(cause: Cause) -> str:
    return f"share/{cause.value}.png"


def _path_of_incident(incident: IncidentView) -> str:
    return f"share/incident-{incident.id}.png"


def _draft(path: str, picture: Picture, *, ages: bool = False) -> Draft:
    return Draft(path=path, form=PICTURE_FORM, page=picture, ages=ages)


def _drawn(picture: Picture, edition: Edition) -> bytes:
    code, shown = edition.language.code, picture
    if edition.aged:
        shown = Picture(tone="unknown", title=NOBODY_KNOWS.say())
    under = " · ".join(filter(None, (shown.kind.in_(code), _when(shown))))
    written = (shown.title.in_(code), under, "" if shown.tone == SITE else edition.site.name.in_(code))
    texts = PictureTexts(*(" ".join(text.split()) for text in written))
    colour, tint = OVER if shown.over else _LOOKS[shown.tone]
    return drawn_picture(texts, tone=shown.tone, colour=colour, tint=tint)


def _when(picture: Picture) -> str:
    """From when until when, in the site's zone, which is named."""
    if picture.since is None:
        return ""
    since = localtime(picture.since)
    told = f"{since:%Y-%m-%d %H:%M} –"
    if picture.until is not None:
        until = localtime(picture.until)
        told += f" {until:%H:%M}" if until.date() == since.date() else f" {until:%Y-%m-%d %H:%M}"
    return f"{told} ({offset_of(since)})"


PICTURE_FORM = Form(name="picture", content_type=PNG, kind=Kind.FEED, render=_drawn)
