"""Every Celery task: thin, takes ids, calls one thing."""

from functools import lru_cache

from celery import shared_task
from celery.signals import worker_shutdown

from statuspage import clock, pipeline
from statuspage.celery import checks_queue
from statuspage.delivery import outbox, subscribing
from statuspage.entrance.sessions import forget_ended
from statuspage.incidents import notices, series
from statuspage.logbook import pruning as old_deeds
from statuspage.monitoring import packing, pausing, pruning, sources, sweeping
from statuspage.monitoring.dispatch import Dispatcher, packed, unpacked
from statuspage.monitoring.measuring import Measuring, be_prompt
from statuspage.monitoring.standing import LATEST, StandingProbes
from statuspage.outside import reading as outside_signals
from statuspage.pipeline.patience import Patience
from statuspage.public.publish.publisher import mirror_if_wanted, publish_if_due
from statuspage.subscribers import ending, telling

# Seconds that a worker which is told to end takes for its checks; deploy/systemd gives it a little more.
FINISH_S = 15.0
patience = Patience()


@lru_cache(maxsize=1)
def dispatcher() -> Dispatcher:
    """This process's own: it knows the probes while the database does not answer."""
    return Dispatcher()


@lru_cache(maxsize=1)
def standing() -> StandingProbes:
    """The probes as this process knows them, for its sweeps."""
    return StandingProbes()


@lru_cache(maxsize=1)
def measuring() -> Measuring:
    """This worker's own: its event loop and what it measured and could not store yet."""
    be_prompt()
    made = Measuring()
    made.keep_storing()
    worker_shutdown.connect(lambda **_: made.finish(FINISH_S), weak=False)
    return made


@shared_task
def dispatch_checks() -> None:
    """Hand out the checks that become due."""
    for batch in dispatcher().due(clock.calibrated()()):
        run_checks.apply_async(
            args=(packed(batch.checks),),
            queue=checks_queue(batch.vantage),
            expires=LATEST.total_seconds(),
        )


@shared_task
def run_checks(pairs: list[tuple[int, str]]) -> None:
    """Have one batch of checks made, given as pairs of a probe's id and a tick; it does not wait for them."""
    measuring().take(unpacked(pairs))


@shared_task
def sweep_missed() -> None:
    """Write off the checks that never came back."""
    if patience.is_needed(clock.now()):
        return
    sweeping.sweep_missed(clock.now(), standing())


@shared_task
def resume_paused() -> None:
    """Have probes go on whose pause is over."""
    pausing.resume_due(now=clock.now())


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
    with patience.of_failures():
        pipeline.set_right(clock.now())
        if patience.is_needed(clock.now()):
            return
        while not pipeline.advance(clock.now()).caught_up:
            pass


@shared_task
def poll_notices() -> None:
    """Look whether the operator announced maintenance."""
    notices.poll_notices(now=clock.now())


@shared_task
def plan_ahead() -> None:
    """Make of planned work that comes again what is to come in the next weeks."""
    series.plan_ahead(now=clock.now())


@shared_task
def deliver() -> None:
    """Tell those who asked to be told what is news."""
    telling.tell_all(clock.now)


@shared_task
def pack() -> None:
    """Pack some of the results that are settled."""
    packing.pack_settled(now=clock.now())


@shared_task
def prune() -> None:
    """Remove what is older than it is kept."""
    pruning.prune(now=clock.now())
    old_deeds.prune(now=clock.now())
    outside_signals.prune(clock.now())
    forget_ended(now=clock.now())
    outbox.prune(clock.now())
    subscribing.forget_fulfilled(clock.now())
    ending.forget_old(clock.now())
