"""Many checks at once: those that hang keep no others waiting, and none times another's beginning."""

import resource
import statistics
from datetime import UTC, datetime

from probes.instrument.codebook import default_code_book
from probes.instrument.runner import run_checks
from probes.network import loops
from probes.network.dialling import Dialling
from probes.network.exchange import Failure, Obstacle, Request, exchange, tls_context
from probes.network.stopwatch import Stopwatch
from probes.vocabulary.outcomes import Outcome
from tests.instrument.faults import answering, hanging, reply, serving
from tests.instrument.test_runner import order_to

DELAY_S, HANGS_S = 0.1, 3.0


def test_checks_are_timed_right_when_hundreds_hang_beside_them() -> None:
    async def scene() -> list[tuple[Outcome, float]]:
        async with (
            serving(hanging) as silent,
            serving(answering(reply("200 OK", b"fine"), pause=DELAY_S)) as slow,
        ):
            orders = [order_to("http://api.test:80", silent, timeout_s=HANGS_S) for _ in range(200)]
            orders += [order_to("http://api.test:80", slow, timeout_s=HANGS_S) for _ in range(100)]
            runs = run_checks(
                orders, book=default_code_book(), context=tls_context(), clock=lambda: datetime.now(UTC)
            )
            return [(run.outcome, run.latency_ms) async for run in runs]

    ended = loops.run(scene())

    assert [outcome for outcome, _ in ended] == [Outcome.ACCEPTED] * 100 + [Outcome.TIMEOUT] * 200
    # The servers share our loop, and the machine may be busy: the bench measures by how little it moves.
    assert statistics.median(latency for _, latency in ended[:100]) < 1000 * HANGS_S / 3


def test_check_says_nothing_of_the_endpoint_when_this_machine_has_no_socket_left() -> None:
    async def scene() -> object:
        async with serving(hanging) as port:
            limit = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (3, limit[1]))
            try:
                return await exchange(
                    Request(method="GET", url=f"http://127.0.0.1:{port}/"),
                    stopwatch=Stopwatch(),
                    context=tls_context(),
                    dialling=Dialling(),
                )
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, limit)

    answer = loops.run(scene())

    assert isinstance(answer, Failure)
    assert answer.obstacle is Obstacle.MACHINE, answer
