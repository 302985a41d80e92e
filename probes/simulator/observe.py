"""The same world without a network: what its probes would see, for a driven clock and months of history."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from operator import attrgetter

from probes.instrument.schedule import slot_of
from probes.simulator.cast import PAYERS, part_of
from probes.simulator.dice import key_of
from probes.simulator.fates import ACCEPTED_BY, ERROR_OF_FAULT, AnswerForm, Dialect, FatedFault, Spoken
from probes.simulator.posts import SimulatedPost, posts_between
from probes.simulator.scenario import moment
from probes.simulator.world import World
from probes.vocabulary.observations import (
    Check,
    Observation,
    ObservedReport,
    WatchedCatalog,
    WatchedProbe,
)
from probes.vocabulary.tiers import RiskTier

TIMEOUT_S = 10.0
_TIERS: dict[str, RiskTier] = {slug: payer.tier for slug, payer in PAYERS.items()}


def observe(
    world: World,
    probe: WatchedProbe,
    tick: datetime,
    *,
    timeout_s: float = TIMEOUT_S,
    tiers: Mapping[str, RiskTier] = _TIERS,
) -> Check:
    """The check that ``probe`` would have made at ``tick``; steps follow each other until one fails.

    ``tiers`` are those of personas; an unknown persona is of low tier.
    """
    persona = probe.persona or probe.slug  # two controls of a vantage fail apart
    tier = tiers.get(persona, RiskTier.LOW)
    spent, said = 0.0, ACCEPTED_BY[Dialect.CONTROL]
    for step in part_of(probe.component).steps:
        fate = world.fate(
            component=probe.component, persona=persona, tier=tier, vantage=probe.vantage, at=tick, step=step
        )
        spent += fate.latency_s
        if spent >= timeout_s:
            return _failed(probe.slug, tick, timeout_s, "timeout")
        if isinstance(fate, FatedFault):
            return _failed(probe.slug, tick, spent, ERROR_OF_FAULT[fate.kind])
        said = fate.said
        if not fate.accepted:
            break
    spent = round(spent, 4)
    code, message = as_read(said)
    return Check(
        at=tick + timedelta(seconds=spent),
        probe=probe.slug,
        http_status=said.status,
        code=code,
        message=message,
        latency_ms=round(spent * 1000, 1),
    )


def as_read(said: Spoken) -> tuple[str, str]:
    """Code and message as the gateways read them from this answer's bytes."""
    if said.form is AnswerForm.EMPTY:
        return "EMPTY_BODY", ""
    if said.form is AnswerForm.MALFORMED:
        return "MALFORMED_BODY", said.message
    if said.retry_after_s is not None and said.status in (429, 503):
        return said.code, f"{said.message}; Retry-After: {said.retry_after_s}"
    return said.code, said.message


def observations_between(
    world: World, catalog: WatchedCatalog, since: datetime, until: datetime
) -> Iterator[Observation]:
    """Checks, posts and notices of [since, until) in the order in which they became known.

    Memory stays bounded.
    """
    tiers = {persona.slug: persona.risk_tier for persona in catalog.personas}
    start, stop = since.timestamp(), until.timestamp()
    stride = max((probe.interval_s for probe in catalog.probes), default=60.0)
    pending: list[Observation] = []
    while start < stop:
        end = min(start + stride, stop)
        for probe in catalog.probes:
            pending.extend(
                observe(world, probe, moment(tick_s), tiers=tiers)
                for tick_s in _ticks(probe.slug, probe.interval_s, start, end)
            )
        pending += map(report_of, posts_between(world, moment(start), moment(end)))
        pending += world.notices(moment(start), moment(end))
        pending.sort(key=attrgetter("at"))
        ready = moment(end)
        yield from (observation for observation in pending if observation.at < ready)
        pending = [observation for observation in pending if observation.at >= ready]
        start = end
    yield from (observation for observation in pending if observation.at < until)


def report_of(post: SimulatedPost) -> ObservedReport:
    """The report that scraping this post would have given; it is read as soon as it is written."""
    author = key_of(0, "author", post.site, post.author).hex()[:12]
    return ObservedReport(
        at=post.at,
        published_at=post.at,
        source=post.site,
        author=author,
        text=post.text,
        url=f"/{post.site}/{post.id}",
    )


def _failed(slug: str, tick: datetime, spent_s: float, error: str) -> Check:
    return Check(
        at=tick + timedelta(seconds=spent_s), probe=slug, error=error, latency_ms=round(spent_s * 1000, 1)
    )


def _ticks(slug: str, interval_s: float, start: float, end: float) -> Iterator[float]:
    slot = slot_of(slug, interval_s).total_seconds()
    number = int((start - slot) // interval_s)
    while (tick := number * interval_s + slot) < end:
        if tick >= start:
            yield tick
        number += 1
