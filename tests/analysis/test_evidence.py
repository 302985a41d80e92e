"""Evidence is of its own time: what payers met while the incident lasted, and not what they met after it."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from probes.vocabulary.observations import Check
from probes.vocabulary.outcomes import Outcome
from statuspage.analysis.answered import AnswerLog
from statuspage.analysis.kinds import ACCEPTED, SILENT, Seen, Viewpoint
from statuspage.analysis.model import EVIDENCE
from statuspage.analysis.values import Observed, Verdict
from tests.scenarios.effects import answering
from tests.scenarios.making import MINUTE, add_event
from tests.scenarios.play import play
from tests.scenarios.world import Shape, World

AT = datetime(2026, 5, 4, tzinfo=UTC)
VIEW = Viewpoint(component="fenfu-qr", persona="ordinary", vantage="east", tier=0)


def _seen(second: float, kind: int = SILENT) -> Seen:
    at = AT + timedelta(seconds=second)
    outcome = Outcome.ACCEPTED if kind == ACCEPTED else Outcome.TIMEOUT
    observed = Observed(check=Check(at=at, probe="fenfu-qr.ordinary.east"), outcome=outcome)
    return Seen(view=VIEW, kind=kind, at=at.timestamp(), observed=observed)


def _log(*seen: Seen) -> AnswerLog:
    log = AnswerLog()
    for one in seen:
        log.count(one)
    return log


def _checks(log: AnswerLog, since: float, until: float, after: float = 0.0) -> int:
    start = AT.timestamp()
    counts = log.between(start + since, start + until, after=after and start + after)
    return sum(sum(one.kinds) for one in counts)


@pytest.mark.parametrize(
    ("since", "until", "after", "checks"),
    [(0, 400, 0, 5), (100, 400, 0, 3), (0, 250, 0, 3), (0, 400, 150, 2), (500, 600, 0, 0)],
)
def test_answers_are_told_by_the_time_they_were_met_in(
    since: float, until: float, after: float, checks: int
) -> None:
    log = _log(*map(_seen, (0, 50, 150, 300, 400)))

    assert _checks(log, since, until, after) == checks


def test_answers_of_a_long_incident_stay_few_and_none_is_lost() -> None:
    log = _log(*(_seen(60.0 * n) for n in range(1000)))

    assert len(log.slices) <= EVIDENCE.most_slices
    assert _checks(log, 0, 60_000) == 1000


def test_answers_end_with_the_last_that_was_not_accepted() -> None:
    log = _log(_seen(0), _seen(100), _seen(200, ACCEPTED), _seen(300, ACCEPTED))

    assert log.last_unaccepted(AT.timestamp() + 300) == AT.timestamp() + 100


def _played(*, minutes: tuple[float, float]) -> Verdict:
    """The last verdict of an outage of two components that lasts so long for each."""
    world = World(random.Random("evidence"), Shape(components=2, personas=2, hours=2.5, blips_per_day=0.0))
    world.shape.technical = 0.01
    for component, length in zip(world.components, minutes, strict=True):
        add_event(
            world,
            "outage",
            lambda _: answering(((None, 503, "", "Service Unavailable"),), 1.0),
            minutes=(length, length),
            start=60 * MINUTE,
            components=(component,),
            posts=0.0,
        )
    (verdict,) = play(world.lines())
    return verdict


def test_evidence_of_a_closed_incident_is_what_was_met_while_it_lasted() -> None:
    verdict = _played(minutes=(6, 25))

    for component, least, most in (("fenfu-qr", 22, 30), ("fenfu-online", 95, 106)):
        met = [probe for probe in verdict.evidence.probes if probe.component == component]
        failed = sum(probe.checks - probe.accepted for probe in met)
        assert least <= failed <= most
        assert sum(probe.accepted for probe in met) <= 4
