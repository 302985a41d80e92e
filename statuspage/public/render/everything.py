"""All that is published of one snapshot."""

from collections.abc import Iterator

from statuspage.public.read.values import Snapshot
from statuspage.public.render.api_v2 import api_drafts
from statuspage.public.render.archive import archive_drafts
from statuspage.public.render.badges import badge_drafts
from statuspage.public.render.calendar import calendar_drafts
from statuspage.public.render.components import component_drafts
from statuspage.public.render.drafts import Draft
from statuspage.public.render.feeds import feed_drafts
from statuspage.public.render.files import file_drafts
from statuspage.public.render.icons import icon_drafts
from statuspage.public.render.pages import page_drafts
from statuspage.public.render.pictures import picture_drafts
from statuspage.public.render.pieces import PIECES
from statuspage.public.render.planned import planned_drafts
from statuspage.public.render.present import present_of


def drafts(snapshot: Snapshot) -> Iterator[Draft]:
    """Every file as a draft: what it shows is worked out, but nothing is rendered yet."""
    PIECES.turn(snapshot.site)
    present = present_of(snapshot)
    yield from file_drafts()
    yield from icon_drafts(snapshot.site.colour)
    yield from picture_drafts(snapshot, present.verdict)
    yield from page_drafts(present)
    yield from component_drafts(present)
    yield from archive_drafts(snapshot, present.verdict)
    yield from planned_drafts(snapshot, present.planned, present.verdict)
    yield from api_drafts(snapshot)
    yield from feed_drafts(snapshot)
    yield from badge_drafts(present)
    yield from calendar_drafts(present.planned)
