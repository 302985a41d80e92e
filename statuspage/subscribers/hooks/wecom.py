"""WeCom (企业微信): a group's bot, whose key stands in its address (developer.work.weixin.qq.com)."""

from datetime import datetime

from statuspage.subscribers.hooks.dingtalk import markdown_of
from statuspage.subscribers.hooks.posts import (
    ChatKind,
    ChatMessage,
    HookPost,
    HookTarget,
    cut_to,
    heed_code,
    json_post,
)

MOST_BYTES = 4096
# Busy, or more than twenty messages in this minute.
PASSING = {-1, 45009}


def post(message: ChatMessage, target: HookTarget, now: datetime) -> HookPost:
    """Markdown, as much as a message holds; the newest stands first."""
    said = [
        markdown_of(entry.mark, entry.title, entry.text, entry.url) for entry in reversed(message.entries)
    ]
    content = cut_to("\n\n".join(said), MOST_BYTES)
    return json_post(target.url, {"msgtype": "markdown", "markdown": {"content": content}})


def heed(status: int, body: bytes) -> None:
    """An answer with another errcode than 0 says why it was not taken."""
    heed_code(status, body, code="errcode", said="errmsg", passing=PASSING)


WECOM = ChatKind(post=post, heed=heed)
