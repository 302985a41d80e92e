"""Takes over what the operator announces in a feed of its own."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from probes.listening.notices import Notice, NoticeError, fetch_notices, read_notices
from probes.network.exchange import tls_context
from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.observations import MaintenanceWindow
from statuspage.incidents.maintenance import AnnouncedWindow, store_window
from statuspage.monitoring.changes import mark_changed

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one look at the feed brought."""

    news: int = 0
    problems: tuple[str, ...] = ()


def poll_notices(*, now: datetime) -> Polled:
    """Store what is new in the operator's feed, if there is one; a fault is logged and tried again."""
    if not settings.NOTICES_URL:
        return Polled()
    try:
        notices, problems = read_notices(
            fetch_notices(settings.NOTICES_URL, tls=tls_context(settings.PROBE_CA_BUNDLE))
        )
    except NoticeError as error:
        log.warning("The operator's notices cannot be read: %s", error)
        return Polled(problems=(str(error),))
    for problem in problems:
        log.warning("The operator's notices: %s", problem)
    news = sum(store_window(_announced(notice, now), now=now) for notice in notices)
    if news:
        mark_changed(now=now)
    return Polled(news=news, problems=tuple(problems))


def _announced(notice: Notice, now: datetime) -> AnnouncedWindow:
    zh, en = notice.title_zh or notice.title_en, notice.title_en or notice.title_zh
    return AnnouncedWindow(
        window=MaintenanceWindow(
            at=now,
            slug=notice.slug,
            components=notice.components,
            starts_at=notice.starts_at,
            ends_at=notice.ends_at,
            cancelled=notice.cancelled,
        ),
        title=Bilingual(zh=zh, en=en) if zh else None,
    )
