"""The table of transitions: what is written when, and what is not."""

from dataclasses import replace

import pytest

from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.states import IncidentStatus, UpdateKind
from statuspage.analysis.values import Certainty, Verdict
from statuspage.incidents.transitions import TRANSITIONS, Move, Said, move_of
from tests.incidents.building import at, verdict

SAID = Said(
    at=at(60),
    status=IncidentStatus.IDENTIFIED,
    cause=Cause.OUTAGE,
    certainty=Certainty.CONFIRMED,
    impact=Impact.MAJOR,
    affected=frozenset({"fenfu-qr"}),
)
SUSPECTED = replace(SAID, status=IncidentStatus.INVESTIGATING, certainty=Certainty.SUSPECTED)
MONITORING = replace(SAID, status=IncidentStatus.MONITORING, affected=frozenset())
RESOLVED = replace(SAID, status=IncidentStatus.RESOLVED, affected=frozenset())
LATER = 60 + 301
BOTH = ("fenfu-online", "fenfu-qr")


@pytest.mark.parametrize(
    ("said", "now", "kind", "status"),
    [
        pytest.param(None, verdict(), UpdateKind.OPENED, "identified", id="something new and sure"),
        pytest.param(
            None, verdict(confirmed=False), UpdateKind.SUSPECTED, "investigating", id="something new"
        ),
        pytest.param(SUSPECTED, verdict(), UpdateKind.CONFIRMED, "identified", id="a suspicion became sure"),
        pytest.param(
            SUSPECTED,
            verdict(confirmed=False, resolved=90),
            UpdateKind.DISMISSED,
            "resolved",
            id="nothing in it",
        ),
        pytest.param(
            SUSPECTED,
            verdict(confirmed=False, cause=Cause.RISK_CONTROL, seconds=LATER),
            UpdateKind.LEANED,
            "investigating",
            id="a suspicion leans elsewhere",
        ),
        pytest.param(
            SAID,
            verdict(cause=Cause.RISK_CONTROL, seconds=90),
            UpdateKind.CAUSE_CHANGED,
            "identified",
            id="another cause",
        ),
        pytest.param(
            SAID,
            verdict(impact=Impact.CRITICAL, seconds=LATER),
            UpdateKind.WORSENED,
            "identified",
            id="worse",
        ),
        pytest.param(
            SAID,
            verdict(components=BOTH, seconds=LATER),
            UpdateKind.SPREAD,
            "identified",
            id="more components",
        ),
        pytest.param(
            replace(SAID, affected=frozenset(BOTH)),
            verdict(components=BOTH, affected=("fenfu-qr",), seconds=LATER),
            UpdateKind.EASED,
            "identified",
            id="fewer components",
        ),
        pytest.param(
            SAID,
            verdict(affected=(), seconds=LATER),
            UpdateKind.RECOVERING,
            "monitoring",
            id="nothing fails now",
        ),
        pytest.param(
            MONITORING, verdict(seconds=LATER), UpdateKind.RELAPSED, "identified", id="it fails again"
        ),
        pytest.param(
            SAID, verdict(resolved=70, seconds=70), UpdateKind.RESOLVED, "resolved", id="over at once"
        ),
        pytest.param(
            MONITORING, verdict(resolved=90), UpdateKind.RESOLVED, "resolved", id="over after watching"
        ),
        pytest.param(RESOLVED, verdict(seconds=90), UpdateKind.REOPENED, "identified", id="back again"),
    ],
)
def test_move_of_writes_an_update_when_the_public_would_see_a_difference(
    said: Said | None, now: Verdict, kind: UpdateKind, status: str
) -> None:
    assert move_of(said, now) == Move(kind=kind, status=IncidentStatus(status))


@pytest.mark.parametrize(
    ("said", "now"),
    [
        pytest.param(SAID, verdict(seconds=LATER), id="the same again"),
        pytest.param(SAID, verdict(components=BOTH, seconds=120), id="spreading soon after an update"),
        pytest.param(SAID, verdict(affected=(), seconds=120), id="a short lull"),
        pytest.param(MONITORING, verdict(affected=(), seconds=LATER), id="still nothing fails"),
        pytest.param(RESOLVED, verdict(resolved=90, seconds=LATER), id="resolved already"),
    ],
)
def test_move_of_writes_nothing_when_it_would_only_be_noise(said: Said, now: Verdict) -> None:
    assert move_of(said, now) is None


def test_flapping_writes_at_most_one_update_in_five_minutes_when_it_comes_and_goes() -> None:
    said, written = SAID, 0

    for minute in range(60):
        now = verdict(seconds=60 + 60 * minute, affected=() if minute % 2 else ("fenfu-qr",))
        move = move_of(said, now)
        if move is not None:
            written += 1
            said = replace(said, at=now.at, status=move.status, affected=frozenset(now.affected))

    assert written <= 12


def test_every_open_status_can_be_resolved_when_it_is_over() -> None:
    open_ones = {IncidentStatus.INVESTIGATING, IncidentStatus.IDENTIFIED, IncidentStatus.MONITORING}

    endings = {
        status for (status, kind) in TRANSITIONS if kind in (UpdateKind.RESOLVED, UpdateKind.DISMISSED)
    }

    assert endings == open_ones
