"""What is posted to a program or a chat, where to, and what its answer means."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

import msgspec
from msgspec import Meta

from probes.instrument.secrecy.echoes import SHORTEST_PART, Guarded
from probes.vocabulary.bilingual import Bilingual
from statuspage.delivery.rules import Reception, answered_by
from statuspage.public.site import Site
from statuspage.subscribers.letters import Item, language_of
from statuspage.wording.one_language import noted
from statuspage.wording.subscribing import mark_of

JSON = "application/json; charset=utf-8"


class HookTarget(msgspec.Struct, frozen=True, kw_only=True):
    """Where messages go: an address, with a secret to sign by and the chat's name where its kind has them."""

    url: Annotated[str, Meta(max_length=1000)]
    secret: Annotated[str, Meta(max_length=200)] = ""
    chat: Annotated[str, Meta(max_length=100)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookPost:
    """One request."""

    url: str
    body: bytes
    headers: Mapping[str, str]


class HookError(Exception):
    """A message that was not taken; a ``permanent`` one would not be the next time either."""

    def __init__(self, detail: str, *, permanent: bool, asked: timedelta | None = None) -> None:
        super().__init__(detail)
        self.permanent, self.asked = permanent, asked


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatEntry:
    """One piece of news in one language, without markup."""

    mark: str
    title: str
    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """What a chat is told at once: a line that stands for all of it, and each piece of news."""

    headline: str
    entries: tuple[ChatEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatKind:
    """How one kind of chat is told: by which request, and what its answer means (HookError: not taken)."""

    post: Callable[[ChatMessage, HookTarget, datetime], HookPost]
    heed: Callable[[int, bytes], None]


def message_for_chat(items: tuple[Item, ...], *, of: Site, language_code: str) -> ChatMessage:
    """What a chat is told of ``items``."""
    entries = tuple(_entry(item, of, language_code) for item in items)
    return ChatMessage(headline=f"[{of.name.in_(language_code)}] {entries[-1].title}", entries=entries)


def trial_message(text: Bilingual, *, of: Site, language_code: str) -> ChatMessage:
    """What a new chat is told, to see whether it can be."""
    entry = ChatEntry(
        mark="", title=text.in_(language_code), text="", url=of.address(language_of(language_code))
    )
    return ChatMessage(headline=f"[{of.name.in_(language_code)}] {entry.title}", entries=(entry,))


def _entry(item: Item, of: Site, language_code: str) -> ChatEntry:
    return ChatEntry(
        mark=mark_of(item.kind).in_(language_code),
        title=noted(item.title, language_code),
        text=noted(item.body, language_code).strip(),
        url=of.address(language_of(language_code), item.link),
    )


def secrets_of(post: HookPost) -> tuple[Guarded, ...]:
    """What of a request's address lets others write there, too, and no answer may say back."""
    parts = urlsplit(post.url)
    pieces = [*parts.path.split("/"), *(value for _name, value in parse_qsl(parts.query)), parts.query]
    if parts.password:
        pieces.append(parts.password)
    return tuple(Guarded(piece) for piece in dict.fromkeys(pieces) if len(piece) >= SHORTEST_PART)


def json_post(url: str, body: object, **headers: str) -> HookPost:
    """A request with a JSON body."""
    return HookPost(url=url, body=msgspec.json.encode(body), headers={"Content-Type": JSON, **headers})


def heed_status(status: int, body: bytes = b"") -> None:
    """What an HTTP status alone means; an answer that leads elsewhere is none, for nobody follows it."""
    answered = answered_by(status)
    if answered is not Reception.TAKEN:
        said = " ".join(body.decode("utf-8", "replace").split())[:150]
        permanent = answered is not Reception.LATER
        raise HookError(f"HTTP {status} {said}".strip(), permanent=permanent)


def heed_code(status: int, body: bytes, *, code: str, said: str, passing: Collection[int]) -> None:
    """What an answer means that has 0 under ``code`` where it took a message; ``said`` tells why not."""
    heed_status(status, body)
    answer = plain_json(body)
    number = answer.get(code)
    if number != 0:
        detail = f"{code} {number} {answer.get(said, '')}".strip()[:200]
        raise HookError(detail, permanent=number not in passing)


def plain_json(body: bytes) -> dict[str, object]:
    """An answer's JSON object; empty where it is none."""
    try:
        return msgspec.json.decode(body, type=dict[str, object])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return {}


def cut_to(text: str, most_bytes: int) -> str:
    """As much of a text as fits into so many bytes."""
    raw = text.encode()
    return text if len(raw) <= most_bytes else raw[: most_bytes - 3].decode("utf-8", "ignore") + "…"
