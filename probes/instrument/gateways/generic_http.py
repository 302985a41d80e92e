"""Any HTTP address: asks for a page and compares status and text with what is expected."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial

from probes.instrument.gateways.page_shapes import PageShape, change_from, shape_of
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
from probes.instrument.secrecy.echoes import Guarded
from probes.instrument.specs import EndpointAccess
from probes.network.exchange import Reply, Request


class GenericHttp:
    """Operations get and head; options ``path``, ``expect_status`` (a list), ``expect_text``, ``headers``.

    Without a text to expect, a good answer has a shape that is usual for the probe.
    """

    def __init__(self, endpoint: EndpointAccess) -> None:
        self._base_url = endpoint.base_url

    def converse(self, ask: Ask) -> Conversation:
        path = str(ask.options.get("path", "/"))
        headers = {str(name): str(value) for name, value in ask.options.get("headers", {}).items()}
        request = Request(method=ask.operation.upper(), url=self._base_url + path, headers=headers)
        yield ConversationStep(name=ask.operation, request=request, read=partial(_read, ask))

    def guarded(self) -> Collection[Guarded]:
        return ()


def _read(ask: Ask, reply: Reply) -> AnswerReading:
    expected, wanted = ask.options.get("expect_status"), str(ask.options.get("expect_text", ""))
    succeeded = 200 <= reply.status < 300
    good = reply.status in expected if expected else succeeded
    if not good:
        return reading_of(reply, "UNEXPECTED_STATUS") if succeeded else unread(reply)
    # A status outside 2xx that was expected is a success, which the code book would not guess.
    accepted = reading_of(reply, "" if succeeded else "EXPECTED")
    if not wanted:
        return _by_shape(accepted, ask.usual, shape_of(reply, ask.scrub))
    if wanted in reply.text:
        return accepted
    return reading_of(reply, "BODY_TOO_LARGE" if reply.cut else "UNEXPECTED_TEXT", plain_text(reply))


def _by_shape(accepted: AnswerReading, usual: Collection[PageShape], shape: PageShape) -> AnswerReading:
    change = change_from(usual, shape)
    if not change:
        return replace(accepted, shape=shape)
    return replace(accepted, code="CHANGED_PAGE", message=change, shape=shape)


DIALECT = DialectTerms(
    name="generic_http",
    operations=("get", "head"),
    options=("expect_status", "expect_text", "headers", "path"),
    make=lambda endpoint, vault: GenericHttp(endpoint),
)
