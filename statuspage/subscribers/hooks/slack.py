"""Slack: incoming webhooks with blocks (api.slack.com/messaging/webhooks)."""

from datetime import datetime

from statuspage.subscribers.hooks.posts import (
    ChatEntry,
    ChatKind,
    ChatMessage,
    HookPost,
    HookTarget,
    heed_status,
    json_post,
)

LONGEST = 2900  # of a section
MOST_BLOCKS = 50


def post(message: ChatMessage, target: HookTarget, now: datetime) -> HookPost:
    """A section for each piece of news; the headline is what notifications show."""
    blocks = [_section(entry) for entry in message.entries][-MOST_BLOCKS:]
    return json_post(target.url, {"text": _plain(message.headline), "blocks": blocks})


def _section(entry: ChatEntry) -> dict[str, object]:
    mark = f"_{_plain(entry.mark)}_\n" if entry.mark else ""
    text = f"{mark}*<{entry.url}|{_plain(entry.title).replace('|', '¦')}>*\n{_plain(entry.text)}"
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:LONGEST]}}


def _plain(text: str) -> str:
    """Text that calls nobody and is no link: only these three letters begin something."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


SLACK = ChatKind(post=post, heed=heed_status)
