"""Celery's workers, as all of this site are: none looks for others or listens to them.

They have nothing to tell each other. With Redis, one that does may take nothing more once the broker was
started again: it talks to the others on the connection that it waits by, in the middle of making it anew.
"""

from typing import Any

from celery.apps.worker import Worker

ALONE = {"without_mingle": True, "without_gossip": True, "without_heartbeat": True}


class LoneWorker(Worker):
    """What `celery worker` starts, whichever options it was given."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, **ALONE})
