"""Feishu (Lark): a group's own bot, signed where it has a secret (open.feishu.cn, custom bots)."""

import base64
import hmac
from datetime import datetime

from statuspage.subscribers.hooks.posts import (
    ChatEntry,
    ChatKind,
    ChatMessage,
    HookPost,
    HookTarget,
    cut_to,
    heed_code,
    json_post,
)

MOST_BYTES = 15_000  # a request has at most 20 kB
# Too often, and what passes by itself.
PASSING = {9499, 11232}


def post(message: ChatMessage, target: HookTarget, now: datetime) -> HookPost:
    """A rich text, a paragraph for each line."""
    share = MOST_BYTES // len(message.entries)
    lines = [line for entry in message.entries for line in _lines(entry, share)]
    content = {"post": {"zh_cn": {"title": message.headline, "content": lines}}}
    return json_post(target.url, {**_signed(target.secret, now), "msg_type": "post", "content": content})


def _lines(entry: ChatEntry, most_bytes: int) -> list[list[dict[str, str]]]:
    title = [
        {"tag": "text", "text": f"{entry.mark} " if entry.mark else ""},
        {"tag": "a", "text": entry.title, "href": entry.url},
    ]
    return [title, [{"tag": "text", "text": cut_to(entry.text, most_bytes)}]] if entry.text else [title]


def _signed(secret: str, now: datetime) -> dict[str, str]:
    """The signature: an HMAC of nothing by the moment and the secret."""
    if not secret:
        return {}
    at = str(int(now.timestamp()))
    mark = hmac.digest(f"{at}\n{secret}".encode(), b"", "sha256")
    return {"timestamp": at, "sign": base64.b64encode(mark).decode("ascii")}


def heed(status: int, body: bytes) -> None:
    """An answer with another code than 0 says why it was not taken."""
    heed_code(status, body, code="code", said="msg", passing=PASSING)


FEISHU = ChatKind(post=post, heed=heed)
