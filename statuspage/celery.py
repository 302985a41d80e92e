"""The Celery application: which task runs when, and on which queue.

Queues by purpose, so that a backlog of one starves no other:

- ``checks.<vantage>``  batches of checks; a worker at each vantage consumes its own
- ``dispatch``          which checks become due; never waits for one
- ``engine``            concluding: one writer at a time
- ``publish``           rendering what everyone sees
- ``reports``           reading what users say; waits on other people's servers
- ``notices``           reading what operators announce, which no bad source must delay
- ``deliveries``        telling those who asked to be told; waits on their push services
- ``mirror``            carrying what is published to a storage elsewhere
"""

import os
from collections.abc import Container

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")

from django.conf import settings

from statuspage import waiting
from statuspage.punctual import PunctualCelery, every

TASKS = "statuspage.tasks."
QUEUE_OF = {
    "dispatch_checks": "dispatch",
    "sweep_missed": "engine",
    "resume_paused": "engine",
    "advance": "engine",
    "pack": "engine",
    "prune": "engine",
    "plan_ahead": "engine",
    "publish": "publish",
    "mirror": "mirror",
    "poll_notices": "notices",
    "deliver": "deliveries",
    "scrape_due_sources": "reports",
    "scrape_source": "reports",
}
SITE_QUEUES = tuple(dict.fromkeys(QUEUE_OF.values()))


def checks_queue(vantage: str) -> str:
    """The queue of checks that run at a vantage, by its slug."""
    return f"checks.{vantage}"


def make_app(queues: Container[str] | None = None) -> PunctualCelery:
    """A Celery application with this site's routes and schedule, or the part of it that goes to ``queues``.

    The embedded engine makes one per worker.
    """
    app = PunctualCelery("fogbreak", set_as_current=False)
    app.conf.update(
        broker_url=settings.BROKER_URL,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,  # however long the broker is away
        broker_channel_error_retry=True,
        broker_heartbeat=waiting.BETWEEN_PROBES_S * 2,
        broker_transport_options=waiting.broker_options(settings.BROKER_URL),
        task_ignore_result=True,
        task_default_queue="engine",
        task_acks_late=False,  # a check must not run twice; a lost one is "missed"
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,
        timezone="UTC",
        task_routes={TASKS + task: {"queue": queue} for task, queue in QUEUE_OF.items()},
        beat_schedule={
            name: entry for name, entry in BEAT_SCHEDULE.items() if queues is None or QUEUE_OF[name] in queues
        },
        # Keeps nothing between two runs: when a task ran last by a clock that was wrong would hold it up.
        beat_scheduler="celery.beat:Scheduler",
        beat_max_loop_interval=1,
    )
    app.autodiscover_tasks(["statuspage"])
    return app


# A message that was not taken before the next one is due has no use: "expires" keeps a queue from piling up.
BEAT_SCHEDULE = {
    # Some seconds ahead of their ticks: one that is late, or lost, delays nothing yet.
    "dispatch_checks": {"task": TASKS + "dispatch_checks", "schedule": every(1.0), "options": {"expires": 5}},
    "sweep_missed": {"task": TASKS + "sweep_missed", "schedule": every(5.0), "options": {"expires": 5}},
    "resume_paused": {"task": TASKS + "resume_paused", "schedule": every(5.0), "options": {"expires": 5}},
    # Detection may add two seconds to what the probes' intervals already cost.
    "advance": {"task": TASKS + "advance", "schedule": every(2.0), "options": {"expires": 4}},
    # Cheap unless something changed; what an admin writes has to be on the page within five seconds.
    "publish": {"task": TASKS + "publish", "schedule": every(1.0), "options": {"expires": 2}},
    # Other people's servers may be slow: the local page never waits for them.
    "mirror": {"task": TASKS + "mirror", "schedule": every(2.0), "options": {"expires": 2}},
    # Starts what is due by each source's own interval.
    "scrape_due_sources": {
        "task": TASKS + "scrape_due_sources",
        "schedule": every(5.0),
        "options": {"expires": 5},
    },
    # Work that an operator announces late should still be known before its first failed check is judged.
    "poll_notices": {"task": TASKS + "poll_notices", "schedule": every(10.0), "options": {"expires": 10}},
    # Whoever waits for a payment to work again looks at his phone, not at the page.
    "deliver": {"task": TASKS + "deliver", "schedule": every(2.0), "options": {"expires": 2}},
    # Half a second at most, so that turns hardly wait: a large site has an hour's results packed within one.
    "pack": {"task": TASKS + "pack", "schedule": every(20.0), "options": {"expires": 20}},
    # Weeks ahead: what is changed in the admin is followed at once.
    "plan_ahead": {"task": TASKS + "plan_ahead", "schedule": every(600.0), "options": {"expires": 600}},
    # Small and often, so that no single run holds the database for long.
    "prune": {"task": TASKS + "prune", "schedule": every(600.0), "options": {"expires": 600}},
}

app = make_app()
# Threads of the web server and of pools have no current application of their own: this is theirs.
app.set_default()
