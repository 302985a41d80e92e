"""A forum (HTML), a microblog (JSON) and a complaints site (RSS) on which invented people post."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from html import escape

from probes.simulator.daily import SITE_ZONE
from probes.simulator.posts import SimulatedPost, posts_between
from probes.simulator.wire.http import ServerReply, ServerRequest
from probes.simulator.world import World

PER_PAGE = 30
KEPT = timedelta(hours=24)
_NAMES = ("小鱼", "阿强", "momo", "路人甲", "清风", "Leo", "大橘", "不想上班", "Kiki", "老王", "葡萄", "Echo")


class Sites:
    """The three sites; each shows the last day's posts, newest first, by pages."""

    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        self._world, self._clock = world, clock
        self._posts: list[SimulatedPost] = []
        self._read_until: datetime | None = None

    async def handle(self, request: ServerRequest) -> ServerReply:
        """One page: ``/forum``, ``/microblog`` or ``/complaints``, with ``?page=2`` and so on."""
        now = self._clock()
        if request.path == "/robots.txt":
            return _page(request, b"User-agent: *\nAllow: /\n", "text/plain")
        number = int(request.query["page"]) if request.query.get("page", "").isdecimal() else 1
        site = request.path.strip("/").partition("/")[0]
        if site not in _RENDER:
            return ServerReply(status=404, headers=(("Content-Type", "text/plain"),), body=b"not found\n")
        posts = [post for post in reversed(self._latest(now)) if post.site == site]
        start = max(0, number - 1) * PER_PAGE
        base = f"http://{request.headers.get('host', '127.0.0.1')}"
        next_url = f"{base}/{site}?page={number + 1}" if len(posts) > start + PER_PAGE else ""
        kind, body = _RENDER[site](posts[start : start + PER_PAGE], base, next_url, now.astimezone(SITE_ZONE))
        return _page(request, body.encode(), kind)

    def _latest(self, now: datetime) -> list[SimulatedPost]:
        """The posts of the last day; only the minutes since the last look are made anew."""
        # A scenario that was started by hand may have begun a moment ago.
        overlap = timedelta(seconds=30)
        since = now - KEPT if self._read_until is None else max(now - KEPT, self._read_until - overlap)
        known = [post for post in self._posts if now - KEPT <= post.at < since]
        self._posts = known + posts_between(self._world, since, now)
        self._read_until = now
        return self._posts


def _forum(posts: list[SimulatedPost], base: str, next_url: str, now: datetime) -> tuple[str, str]:
    rows = "\n".join(
        f'<li class="post" id="{post.id}"><a class="title" href="/forum/t/{post.id}">#{post.id[-6:]}</a>'
        f'<span class="author">{escape(_name(post))}</span>'
        f'<span class="time">{_ago(post.at, now)}</span>'
        f'<div class="text">{escape(post.text)}</div></li>'
        for post in posts
    )
    more = f'<a class="next" href="{next_url}">下一页</a>' if next_url else ""
    return "text/html", (
        '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>支付互助论坛</title></head>'
        f'<body><h1>支付互助论坛</h1><ul class="posts">\n{rows}\n</ul>{more}</body></html>'
    )


def _microblog(posts: list[SimulatedPost], base: str, next_url: str, now: datetime) -> tuple[str, str]:
    statuses = [
        {
            "id": post.id,
            "created_at": post.at.isoformat(timespec="seconds"),
            "user": {"screen_name": _name(post)},
            "text": post.text,
            "url": f"{base}/microblog/s/{post.id}",
        }
        for post in posts
    ]
    content = {"statuses": statuses, "next": next_url or None}
    return "application/json", json.dumps(content, ensure_ascii=False)


def _complaints(posts: list[SimulatedPost], base: str, next_url: str, now: datetime) -> tuple[str, str]:
    items = "\n".join(
        f'<item><guid isPermaLink="false">{post.id}</guid><link>{base}/complaints/c/{post.id}</link>'
        f"<title>{escape(post.text[:24])}</title><description>{escape(post.text)}</description>"
        f"<dc:creator>{escape(_name(post))}</dc:creator><pubDate>{format_datetime(post.at)}</pubDate></item>"
        for post in posts
    )
    return "application/rss+xml", (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>消费者投诉</title>'
        f"<link>{base}/complaints</link><description>最新投诉</description>\n{items}\n</channel></rss>"
    )


# Posts, the server's address, that of the next page, and now where the site is: media type and body.
_RENDER: dict[str, Callable[[list[SimulatedPost], str, str, datetime], tuple[str, str]]] = {
    "forum": _forum,
    "microblog": _microblog,
    "complaints": _complaints,
}


def _page(request: ServerRequest, body: bytes, kind: str) -> ServerReply:
    tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = (("Content-Type", f"{kind}; charset=utf-8"), ("ETag", tag))
    if request.headers.get("if-none-match") == tag:
        return ServerReply(status=304, headers=headers)
    return ServerReply(headers=headers, body=body)


def _name(post: SimulatedPost) -> str:
    number = int.from_bytes(blake2b(post.author.encode(), digest_size=4).digest(), "big")
    return f"{_NAMES[number % len(_NAMES)]}_{post.author}"


def _ago(at: datetime, now: datetime) -> str:
    """How a forum where it is ``now`` tells when: "刚刚", "3分钟前", "2小时前", "昨天 23:10"."""
    seconds = (now - at).total_seconds()
    local = at.astimezone(now.tzinfo)
    if seconds < 60:
        return "刚刚"
    if seconds < 3600:
        return f"{int(seconds // 60)}分钟前"
    if local.date() == now.date():
        return f"{int(seconds // 3600)}小时前"
    return f"昨天 {local:%H:%M}"
