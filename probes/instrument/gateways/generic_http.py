"""Any HTTP address: asks for a page and compares status and text with what is expected."""

from probes.instrument.gateways.protocol import (
    AnswerReading,
    Ask,
    Conversation,
    ConversationStep,
    plain_text,
    with_retry_after,
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

        def read(reply: Reply) -> AnswerReading:
            return _read(reply, tuple(expected) if expected else None, wanted)

        yield ConversationStep(name=ask.operation, request=request, read=read)


def _read(reply: Reply, expected: tuple[int, ...] | None, wanted: str) -> AnswerReading:
    good = reply.status in expected if expected else 200 <= reply.status < 300
    if not good:
        if 200 <= reply.status < 300:
            return AnswerReading(http_status=reply.status, code="UNEXPECTED_STATUS")
        return AnswerReading(
            http_status=reply.status, code="", message=with_retry_after(plain_text(reply.body), reply)
        )
    if wanted and wanted.encode() not in reply.body:
        return AnswerReading(http_status=reply.status, code="UNEXPECTED_TEXT", message=plain_text(reply.body))
    # A status outside 2xx that was expected is a success, which the code book would not guess.
    return AnswerReading(http_status=reply.status, code="" if 200 <= reply.status < 300 else "EXPECTED")
