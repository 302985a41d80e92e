"""Any HTTP address: asks for a page and compares status and text with what is expected."""

from collections.abc import Collection
from functools import partial

from probes.instrument.gateways.protocol import (
    AnswerReading,
    Ask,
    Conversation,
    ConversationStep,
    DialectTerms,
    plain_text,
    reading_of,
    unread,
)
from probes.instrument.specs import EndpointAccess
from probes.network.exchange import Reply, Request


class GenericHttp:
    """Operations get and head; options ``path``, ``expect_status`` (a list), ``expect_text``, ``headers``."""

    def __init__(self, endpoint: EndpointAccess) -> None:
        self._base_url = endpoint.base_url

    def converse(self, ask: Ask) -> Conversation:
        path = str(ask.options.get("path", "/"))
        headers = {str(name): str(value) for name, value in ask.options.get("headers", {}).items()}
        request = Request(method=ask.operation.upper(), url=self._base_url + path, headers=headers)
        expected = ask.options.get("expect_status")
        wanted = str(ask.options.get("expect_text", ""))
        yield ConversationStep(name=ask.operation, request=request, read=partial(_read, expected, wanted))


def _read(expected: Collection[int] | None, wanted: str, reply: Reply) -> AnswerReading:
    succeeded = 200 <= reply.status < 300
    good = reply.status in expected if expected else succeeded
    if not good:
        return reading_of(reply, "UNEXPECTED_STATUS") if succeeded else unread(reply)
    if wanted not in reply.text:
        return reading_of(reply, "UNEXPECTED_TEXT", plain_text(reply))
    # A status outside 2xx that was expected is a success, which the code book would not guess.
    return reading_of(reply, "" if succeeded else "EXPECTED")


DIALECT = DialectTerms(
    name="generic_http",
    operations=("get", "head"),
    options=("expect_status", "expect_text", "headers", "path"),
    make=lambda endpoint, environ: GenericHttp(endpoint),
)
