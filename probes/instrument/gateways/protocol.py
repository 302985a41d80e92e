"""What a dialect is to the runner: a conversation of steps, each a request and how its answer is read."""

import json
from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol, TypeAlias

from probes.instrument.gateways.page_shapes import PageShape
from probes.instrument.gateways.vault import Vault
from probes.instrument.secrecy.echoes import Guarded
from probes.instrument.secrecy.scrubbing import Scrub, scrubbed
from probes.instrument.specs import EndpointAccess
from probes.network.exchange import Reply, Request

_MOST_TEXT = 500
_KINDS = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


class CredentialsError(ValueError):
    """Keys or numbers of ours that cannot be used; says which and why, never their content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One check as a gateway sees it. ``run_id`` is the same for the same probe and tick.

    ``usual`` are the shapes that good answers of this probe have, where they are known. ``scrub`` cuts what
    is secret from whatever of an answer is remembered beyond this check.
    """

    operation: str
    run_id: str
    now: datetime
    payer: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    usual: tuple[PageShape, ...] = ()
    scrub: Scrub = scrubbed


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReading:
    """The raw three of an answer, in the dialect's own words: for the code book and as evidence.

    ``shape`` is there where good answers are known by their shape alone.
    """

    http_status: int | None
    code: str
    message: str = ""
    shape: PageShape | None = None


class Fault(NamedTuple):
    """What is wrong with an answer: a code for the code book, and a sentence that helps whoever runs this."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationStep:
    """One request of a check and how its reply is read; ``read`` must not raise, whatever the reply.

    ``aside`` is asked what must be fetched before the reply can be read, such as a key. Whatever comes of it
    decides nothing by itself.
    """

    name: str
    request: Request
    read: Callable[[Reply], AnswerReading]
    aside: "Aside | None" = None


Aside: TypeAlias = Callable[[Reply], ConversationStep | None]
Conversation: TypeAlias = Generator[ConversationStep, Reply, None]


class Gateway(Protocol):
    """A dialect with its credentials."""

    def converse(self, ask: Ask) -> Conversation:
        """The steps of one check; each is sent the reply to the one before, and none follows one that failed.

        Raises :class:`CredentialsError` where it cannot even ask.
        """

    def guarded(self) -> Collection[Guarded]:
        """The values of its credentials, which nothing that is kept may hold; it does not fail."""


class Unusable:
    """A gateway that cannot ask, and says why."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def converse(self, ask: Ask) -> Conversation:
        raise CredentialsError(self._reason)
        yield

    def guarded(self) -> Collection[Guarded]:
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DialectTerms:
    """What an endpoint and a probe of one dialect may say, and who speaks it.

    ``make`` is given the endpoint and the vault, from which it takes secrets when it is first asked.
    """

    name: str
    operations: tuple[str, ...]
    required: tuple[str, ...] = ()  # credentials
    credentials: tuple[str, ...] = ()  # further ones
    options: tuple[str, ...] = ()
    make: Callable[[EndpointAccess, Vault], Gateway]


def json_object(reply: Reply) -> dict[str, Any] | None:
    """The body as a JSON object, or None where it is none; some banks still write it in GBK."""
    try:
        value = json.loads(reply.text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def json_request(
    method: str, url: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]
) -> Request:
    """A request that asks for JSON, and sends ``body`` as such where there is one."""
    kind = {} if body is None else {"Content-Type": "application/json"}
    return Request(
        method=method,
        url=url,
        headers={"Accept": "application/json", **kind, **headers},
        body=json_bytes(body),
    )


def json_bytes(body: Mapping[str, Any] | None) -> bytes:
    """The bytes that are sent of a body, as a signature needs them; none for none."""
    return b"" if body is None else json.dumps(body, ensure_ascii=False).encode()


def reading_of(reply: Reply, code: str, message: str = "") -> AnswerReading:
    """The raw three of a reply that was read so far as to know its code."""
    return AnswerReading(http_status=reply.status, code=code, message=message)


def unread(reply: Reply) -> AnswerReading:
    """What a proxy in between answered, or whatever else the dialect does not speak, as evidence."""
    if 300 <= reply.status < 400 and "location" in reply.headers:
        # Without its query, which may hold a token.
        return reading_of(
            reply, "REDIRECTED", f"to {reply.headers['location'].partition('?')[0][:_MOST_TEXT]}"
        )
    return reading_of(reply, "", with_retry_after(plain_text(reply), reply))


def read_success(reply: Reply) -> tuple[dict[str, Any], AnswerReading | None]:
    """The object that a 2xx reply promises, or a reading that says why it is none."""
    if reply.cut:
        return {}, reading_of(reply, "BODY_TOO_LARGE")
    if not reply.body.strip():
        return {}, reading_of(reply, "EMPTY_BODY")
    try:
        content = json.loads(reply.text)
    except (ValueError, RecursionError):
        return {}, reading_of(reply, "MALFORMED_BODY", plain_text(reply))
    if not isinstance(content, dict):
        return {}, reading_of(reply, "FOREIGN_BODY", f"{kind_in_words(content)} where an object is due")
    return content, None


def kind_in_words(value: Any) -> str:
    """What kind of JSON value this is."""
    return "nothing" if value is None else name_of_kind(type(value))


def name_of_kind(kind: type) -> str:
    """What JSON calls the values of this type, about."""
    return _KINDS.get(kind, kind.__name__)


def text_of(value: Any) -> str:
    """A value of a JSON object as a text; "" for none."""
    return "" if value is None else str(value)


def plain_text(reply: Reply) -> str:
    """The beginning of a body as evidence."""
    return " ".join(reply.text[: 4 * _MOST_TEXT].split())[:_MOST_TEXT]


def with_retry_after(message: str, reply: Reply) -> str:
    """The message, and how long the endpoint says it will be away: that tells planned work from a crash."""
    retry_after = reply.headers.get("retry-after", "")
    if reply.status not in (429, 503) or not retry_after:
        return message
    said = f"Retry-After: {retry_after[:40]}"
    return f"{message[: _MOST_TEXT - len(said) - 2]}; {said}" if message else said
