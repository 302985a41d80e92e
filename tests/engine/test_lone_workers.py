"""Workers have nothing to do with each other, on every broker."""

from collections.abc import Iterator

import pytest

from statuspage.celery import app as sites_app
from statuspage.celery import make_app


@pytest.fixture(autouse=True)
def _sites_app_is_current_again() -> Iterator[None]:
    """A worker makes its application that of the whole process: other tests' tasks would go to it."""
    yield
    sites_app.set_current()
    sites_app.set_default()


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
