"""Every Celery task: thin, takes ids, calls one thing."""

from celery import shared_task

from statuspage import clock, pipeline
from statuspage.celery import checks_queue
from statuspage.incidents import notices
from statuspage.monitoring import checks, dispatch, pruning, sources
from statuspage.public.publish.publisher import mirror_if_wanted, publish_if_due


@shared_task
def dispatch_checks() -> None:
    """Hand out the checks that became due, and write off those that never came back."""
    now = clock.now()
    for batch in dispatch.claim_due(now):
        run_checks.apply_async(
            args=(dispatch.packed(batch.checks),),
            queue=checks_queue(batch.vantage),
            expires=dispatch.LATEST.total_seconds(),
        )
    dispatch.sweep_missed(now)


@shared_task
def run_checks(packed: list[tuple[int, str]]) -> None:
    """Run one batch of checks, given as pairs of a probe's id and a tick."""
    checks.run_batch(dispatch.unpacked(packed), clock=clock.calibrated())


@shared_task
def scrape_due_sources() -> None:
    """Hand out a visit to each source whose interval has passed."""
    for source_id in sources.due_sources(now=clock.now()):
        scrape_source.delay(source_id)


@shared_task
def scrape_source(source_id: int) -> None:
    """Read one source and store its new posts."""
    sources.scrape_source(source_id=source_id, now=clock.now())


@shared_task
def publish() -> None:
    """Publish where anything public changed, or where the page's age is to be renewed."""
    publish_if_due(clock.now())


@shared_task
def mirror() -> None:
    """Carry what is published to the storage that is set, if one is."""
    mirror_if_wanted()


@shared_task
def advance() -> None:
    """Conclude what is new; after a long stop, turn after turn until all is concluded."""
    while not pipeline.advance(clock.now()).caught_up:
        pass


@shared_task
def poll_notices() -> None:
    """Look whether the operator announced maintenance."""
    notices.poll_notices(now=clock.now())


@shared_task
def prune() -> None:
    """Remove what is older than it is kept."""
    pruning.prune(now=clock.now())
