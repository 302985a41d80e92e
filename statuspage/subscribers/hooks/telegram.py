"""Telegram: a bot's sendMessage; the address holds the bot's token, the chat is named beside it."""

from datetime import datetime, timedelta
from html import escape

from statuspage.subscribers.hooks.posts import (
    ChatEntry,
    ChatKind,
    ChatMessage,
    HookError,
    HookPost,
    HookTarget,
    json_post,
    plain_json,
)

LONGEST_TEXT = 1200  # a message has at most 4096 letters
MOST_ENTRIES = 3
# The bot was thrown out, or there is no such chat or token: it would be so again.
GONE = {400, 401, 403, 404}


def post(message: ChatMessage, target: HookTarget, now: datetime) -> HookPost:
    """The newest pieces of news as one message in Telegram's HTML."""
    text = "\n\n".join(_said(entry) for entry in message.entries[-MOST_ENTRIES:])
    body = {
        "chat_id": target.chat,
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    return json_post(target.url, body)


def heed(status: int, body: bytes) -> None:
    """An answer says itself whether it took it, and for how long to wait."""
    answer = plain_json(body)
    if answer.get("ok") is True:
        return
    parameters = answer.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    asked = timedelta(seconds=min(wait, 86400)) if isinstance(wait, int) else None
    raise HookError(
        f"HTTP {status} {answer.get('description', '')}".strip()[:200], permanent=status in GONE, asked=asked
    )


def _said(entry: ChatEntry) -> str:
    mark = f"<i>{escape(entry.mark)}</i>\n" if entry.mark else ""
    title = f'<b><a href="{escape(entry.url)}">{escape(entry.title[:300])}</a></b>'
    return f"{mark}{title}\n{escape(entry.text[:LONGEST_TEXT])}".strip()


TELEGRAM = ChatKind(post=post, heed=heed)
