"""Microsoft Teams: the webhook of a workflow that posts an adaptive card."""

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

CARD = "application/vnd.microsoft.card.adaptive"
LONGEST = 3000


def post(message: ChatMessage, target: HookTarget, now: datetime) -> HookPost:
    """A card with a container for each piece of news."""
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": message.headline,
        "body": [_container(entry) for entry in message.entries],
    }
    return json_post(target.url, {"type": "message", "attachments": [{"contentType": CARD, "content": card}]})


def _container(entry: ChatEntry) -> dict[str, object]:
    lines = [
        {"type": "TextBlock", "text": _plain(entry.mark), "isSubtle": True, "wrap": True},
        {"type": "TextBlock", "text": _plain(entry.title), "weight": "Bolder", "wrap": True},
        {"type": "TextBlock", "text": _plain(entry.text)[:LONGEST], "wrap": True},
    ]
    return {
        "type": "Container",
        "separator": True,
        "items": [line for line in lines if line["text"]],
        "selectAction": {"type": "Action.OpenUrl", "url": entry.url},
    }


def _plain(text: str) -> str:
    """Text in which nothing is a link: cards read some Markdown."""
    return text.replace("[", "\\[").replace("]", "\\]")


TEAMS = ChatKind(post=post, heed=heed_status)
