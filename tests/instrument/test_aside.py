"""What must be fetched before an answer can be read: it decides nothing, whatever time it takes."""

import asyncio
from datetime import UTC, datetime

import pytest

from probes.instrument.gateways.protocol import Ask, Conversation, ConversationStep, reading_of
from probes.instrument.runs import CheckOrder, CheckRun
from probes.network.exchange import Reply, Request
from probes.vocabulary.outcomes import Outcome
from tests.instrument.faults import answering, hanging, reply, serving
from tests.support.asking import checked

TIMEOUT_S = 0.6


class NeedsKey:
    """A dialect whose answers can only be read with a key that is fetched from ``key_url``."""

    def __init__(self, url: str, key_url: str) -> None:
        self._request, self._key_request = Request(method="GET", url=url), Request(method="GET", url=key_url)

    def guarded(self) -> tuple[()]:
        return ()

    def converse(self, ask: Ask) -> Conversation:
        key = ConversationStep(
            name="key", request=self._key_request, read=lambda reply: reading_of(reply, "")
        )

        def find(reply: Reply) -> ConversationStep:
            return key

        yield ConversationStep(
            name="pay",
            request=self._request,
            read=lambda reply: reading_of(reply, "UNVERIFIED"),
            aside=find,
        )


@pytest.mark.parametrize("answer_after_s", [0.0, 0.5], ids=["at once", "when little time is left"])
def test_check_reads_its_answer_when_what_it_fetches_aside_hangs(answer_after_s: float) -> None:
    async def scene() -> CheckRun:
        answer = answering(reply("200 OK", b"fine"), pause=answer_after_s)
        async with serving(answer) as port, serving(hanging) as key_port:
            gateway = NeedsKey(f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{key_port}/")
            return await checked(
                CheckOrder(
                    probe="p",
                    tick=datetime(2026, 3, 1, 12, tzinfo=UTC),
                    gateway=gateway,
                    operation="pay",
                    timeout_s=TIMEOUT_S,
                )
            )

    run = asyncio.run(scene())

    assert (run.error, run.http_status, run.code) == (None, 200, "UNVERIFIED"), run
    assert run.outcome is not Outcome.TIMEOUT
    assert [(step.name, step.error, step.aside) for step in run.steps] == [
        ("key", "timeout", True),
        ("pay", None, False),
    ]
