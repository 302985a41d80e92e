"""What the public would get of one row now, as page, feed entry and mail, by the renderers that publish."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import nh3

from statuspage.ages import as_of
from statuspage.delivery.composing import compose
from statuspage.delivery.models import News
from statuspage.incidents.models import Announcement, Incident, Maintenance
from statuspage.public.languages import CHINESE, ENGLISH, Language
from statuspage.public.read.snapshot import build
from statuspage.public.read.values import Snapshot
from statuspage.public.render.drafts import Draft, Edition
from statuspage.public.render.everything import drafts
from statuspage.public.site import site
from statuspage.subscribers.letters import MailText
from statuspage.subscribers.mailing import MailWriting

Told = Announcement | Incident | Maintenance
FRONT, FEED = "", "history.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedShown:
    """An entry of a feed; ``html`` is what its reader shows."""

    title: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """All that readers of one language would get; None where nothing would be told that way."""

    language: Language
    page: str
    entry: FeedShown | None
    mail: MailText | None


def last_news() -> int:
    """The newest news there is: what comes after it is due to what is previewed."""
    return News.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def previews_of(row: Told, *, news_after: int, now: datetime) -> list[Preview]:
    """How ``row`` is told as the tables stand at ``now``, in Chinese and in English."""
    snapshot = build(now)
    wanted = {draft.path: draft for draft in drafts(snapshot) if draft.path in (_path_of(row), FEED)}
    news = [one for one in News.objects.filter(pk__gt=news_after).order_by("pk") if compose(one, now)]
    return [
        Preview(
            language=language,
            page=_rendered(wanted[_path_of(row)], language, snapshot),
            entry=_entry(row, _rendered(wanted[FEED], language, snapshot)),
            mail=_mail(news, language, now),
        )
        for language in (CHINESE, ENGLISH)
    ]


def _mail(news: Sequence[News], language: Language, now: datetime) -> MailText | None:
    """As to every reader, without the links that are one reader's own."""
    if not news:
        return None
    told = MailWriting(of=site(), now=now).news(news, language_code=language.code)
    # The admin's policy allows no styles of a mail's own kind.
    return replace(told, text=_without_links(told.text), html=nh3.clean(_without_links(told.html)))


def _without_links(text: str) -> str:
    return text.replace("{manage}", "…").replace("{stop}", "…")


def _path_of(row: Told) -> str:
    """Where it stands on the page; announcements stand on the front."""
    if isinstance(row, Incident):
        return f"incidents/{row.public_id}/"
    return f"maintenance/{row.public_id}/" if isinstance(row, Maintenance) else FRONT


def _rendered(draft: Draft, language: Language, snapshot: Snapshot) -> str:
    edition = Edition(
        site=snapshot.site,
        language=language,
        path=draft.path,
        at=snapshot.at,
        as_of=as_of(snapshot.at, snapshot.known_until),
    )
    return draft.form.render(draft.page, edition).decode()


def _entry(row: Told, feed: str) -> FeedShown | None:
    if isinstance(row, Announcement):
        return None
    for item in json.loads(feed)["items"]:
        if str(item["url"]).endswith(f"/{_path_of(row)}"):
            return FeedShown(title=item["title"], html=item["content_html"])
    return None
