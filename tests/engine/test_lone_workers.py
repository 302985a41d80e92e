"""Workers have nothing to do with each other, on every broker."""

import pytest

from statuspage.celery import make_app


@pytest.mark.filterwarnings("ignore:.*superuser privileges")
@pytest.mark.parametrize("broker", ["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1//", "memory://"])
def test_worker_looks_for_no_others_and_hears_none_when_it_is_started_without_any_option(broker: str) -> None:
    app = make_app()
    app.conf.update(broker_url=broker)

    # As `celery worker` passes on what was not asked for.
    worker = app.Worker(hostname="site@here", pool_cls="threads", queues="engine", without_mingle=False)

    steps = {type(step).__name__ for step in worker.consumer.steps}
    assert "Tasks" in steps
    assert not steps & {"Mingle", "Gossip", "Heart"}
