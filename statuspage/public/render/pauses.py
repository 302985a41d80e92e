"""What is said of components that nobody tests for a while, because somebody wanted it so."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import get_default_timezone

from probes.vocabulary.bilingual import Bilingual
from statuspage.public.read.values import ComponentView, Snapshot
from statuspage.public.render.naming import names_together
from statuspage.wording.headline import PAUSED, PAUSED_UNTIL
from statuspage.wording.times import moment


def pauses(snapshot: Snapshot, unseen: Sequence[ComponentView]) -> list[Bilingual]:
    """Which of ``unseen`` are paused, those together that go on at the same time."""
    known = dict(snapshot.paused)
    own = [component for component in unseen if component.slug in known]
    ends = dict.fromkeys(known[component.slug] for component in own)
    return [
        paused(names_together(snapshot, [one for one in own if known[one.slug] == until]), until, snapshot.at)
        for until in ends
    ]


def paused(names: Bilingual, until: datetime | None, seen_from: datetime) -> Bilingual:
    """That the tests of these are paused, and until when where it is known."""
    if until is None:
        return PAUSED.say(names=names)
    end = moment(until, zone=get_default_timezone(), seen_from=seen_from)
    return PAUSED_UNTIL.say(names=names, until=end)
