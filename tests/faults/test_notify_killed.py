"""A worker that is killed while it sends loses nothing, and sends twice only what was under way."""

from collections import Counter

import pytest

from tests.bench.bench_notify import bench
from tests.support.processes import wait_until

MAILS = 200
# What one worker has under way at most: a mail on each of its connections.
UNDER_WAY = 8
LEASE_S = "3"


@pytest.mark.slow
def test_every_reader_is_told_and_hardly_any_twice_when_a_worker_is_killed() -> None:
    with bench() as site:
        site.run("rows", "fill", str(MAILS), "told")
        worker = site.start_worker(LEASE_S)
        wait_until(lambda: len(site.accepted()) >= MAILS // 4, seconds=60, what="mails", every=0.01)
        worker.kill()
        worker.wait()

        worker = site.start_worker(LEASE_S)
        told: Counter[str] = Counter()
        try:
            wait_until(lambda: len({mail.to for mail in site.accepted()}) == MAILS, seconds=60, what="all")
            told.update(mail.to for mail in site.accepted())
        finally:
            worker.kill()
            worker.wait()

    assert sum(told.values()) - MAILS <= UNDER_WAY
