"""DingTalk: a group's own bot, signed where it has a secret (open.dingtalk.com, custom robots)."""

import base64
import hmac
from datetime import datetime
from urllib.parse import urlencode

from statuspage.subscribers.hooks.posts import (
    ChatKind,
    ChatMessage,
    HookPost,
    HookTarget,
    cut_to,
    heed_code,
    json_post,
)

MOST_BYTES = 15_000
# It is busy, or was sent too much in this minute.
PASSING = {-1, 130101, 410100, 660026}


def post(message: ChatMessage, target: HookTarget, now: datetime) -> HookPost:
    """Markdown; the title is what notifications show."""
    share = MOST_BYTES // len(message.entries)
    text = "\n\n---\n\n".join(
        markdown_of(entry.mark, entry.title, cut_to(entry.text, share), entry.url)
        for entry in message.entries
    )
    body = {"msgtype": "markdown", "markdown": {"title": message.headline, "text": text}}
    return json_post(_signed(target.url, target.secret, now), body)


def markdown_of(mark: str, title: str, text: str, url: str) -> str:
    """One piece of news in the little Markdown that DingTalk and WeCom read."""
    plain = title.replace("[", "（").replace("]", "）")
    return f"{f'{mark}：' if mark else ''}**[{plain}]({url})**\n\n{text}".strip()


def _signed(url: str, secret: str, now: datetime) -> str:
    """The address with the moment in milliseconds and an HMAC of it and the secret."""
    if not secret:
        return url
    at = str(int(now.timestamp() * 1000))
    mark = base64.b64encode(hmac.digest(secret.encode(), f"{at}\n{secret}".encode(), "sha256"))
    return f"{url}&{urlencode({'timestamp': at, 'sign': mark.decode('ascii')})}"


def heed(status: int, body: bytes) -> None:
    """An answer with another errcode than 0 says why it was not taken."""
    heed_code(status, body, code="errcode", said="errmsg", passing=PASSING)


DINGTALK = ChatKind(post=post, heed=heed)
