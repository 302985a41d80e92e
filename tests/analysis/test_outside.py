"""What other monitors say: weighed by the whole detector, alone and beside checks."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import (
    Check,
    MaintenanceWindow,
    OutsideSignal,
    WatchedCatalog,
    WatchedComponent,
    WatchedPersona,
    WatchedProbe,
)
from probes.vocabulary.outcomes import Outcome
from probes.vocabulary.strengths import Strength
from probes.vocabulary.tiers import RiskTier
from statuspage.analysis.detector import Detector
from statuspage.analysis.model import OUTSIDE, DetectorSettings
from statuspage.analysis.values import DetectorInput, Observed, Verdict

START = datetime(2026, 11, 20, 2, tzinfo=UTC)
SLUGS = ("qr", "repay")
CATALOG = WatchedCatalog(
    components=tuple(WatchedComponent(slug=slug, name=slug) for slug in SLUGS),
    personas=(WatchedPersona(slug="ordinary", risk_tier=RiskTier.LOW),),
    probes=tuple(
        WatchedProbe(
            slug=f"{slug}.{vantage}", component=slug, persona="ordinary", vantage=vantage, interval_s=60
        )
        for slug in SLUGS
        for vantage in ("east", "west")
    ),
)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def signal(
    minute: float,
    *,
    key: str = "a",
    sender: str = "Prometheus",
    components: tuple[str, ...] = ("qr",),
    cause: Cause = Cause.OUTAGE,
    strength: Strength = Strength.USUAL,
    until: float = 1000.0,
    since: float | None = None,
    ended: bool = False,
) -> OutsideSignal:
    return OutsideSignal(
        at=at(minute),
        key=key,
        sender=sender,
        name="Errors",
        components=components,
        cause=cause,
        strength=strength,
        since=at(minute if since is None else since),
        until=at(until),
        ended=ended,
    )


def checks(first: int, last: int, *, failing: tuple[str, ...] = ()) -> list[DetectorInput]:
    """A check of each probe in every minute from ``first`` up to ``last``."""
    found: list[DetectorInput] = []
    for minute in range(first, last):
        for place, probe in enumerate(CATALOG.probes):
            bad = probe.component in failing
            moment = at(minute) + timedelta(seconds=10 * place)
            answer = Check(
                at=moment,
                probe=probe.slug,
                error="timeout" if bad else None,
                http_status=None if bad else 200,
                code="" if bad else "SUCCESS",
                latency_ms=100.0,
            )
            found.append(Observed(check=answer, outcome=Outcome.TIMEOUT if bad else Outcome.ACCEPTED))
    return found


def concluded(*seen: DetectorInput, minutes: float = 120.0) -> list[Verdict]:
    """The last verdict of each incident, in the order in which they were opened."""
    ordered = sorted(seen, key=lambda item: item.at)
    verdicts = Detector(CATALOG, DetectorSettings()).advance(ordered, at(minutes)).verdicts
    return list({verdict.key: verdict for verdict in verdicts}.values())


def test_signal_alone_is_suspected_and_never_confirmed_when_probes_are_well() -> None:
    (verdict,) = concluded(*checks(0, 20), signal(10), minutes=20)

    assert verdict.confirmed_at is None
    assert verdict.resolved_at is None
    assert (verdict.cause, verdict.components) == (Cause.OUTAGE, ("qr",))
    assert verdict.confidence <= OUTSIDE.most_confidence
    (told,) = verdict.evidence.signals
    assert (told.sender, told.count, told.since, told.ended_at) == ("Prometheus", 1, at(10), None)
    assert told.weight == pytest.approx(6.37, abs=0.01)


def test_signal_opens_its_suspicion_only_after_probes_had_time_to_bear_it_out() -> None:
    (verdict,) = concluded(*checks(0, 20), signal(10), minutes=20)

    assert verdict.detected_at - at(10) == timedelta(seconds=OUTSIDE.wait_seconds)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param([signal(10, strength=Strength.WEAK)], id="a weak one"),
        pytest.param(
            [signal(10, key=str(n), strength=Strength.WEAK) for n in range(400)],
            id="a flood of weak ones from one sender",
        ),
        pytest.param([signal(10), signal(11, ended=True)], id="one that is over within a minute"),
        pytest.param([signal(10, until=11)], id="one that is lost within a minute"),
        pytest.param([signal(10, components=("gone",))], id="one about what is not watched"),
        pytest.param([signal(10, ended=True)], id="one that was never heard before it ended"),
    ],
)
def test_signal_opens_nothing_when_it_is_worth_too_little(said: list[DetectorInput]) -> None:
    assert concluded(*checks(0, 60), *said, minutes=60) == []


def test_signal_opens_nothing_when_work_on_its_component_is_announced() -> None:
    window = MaintenanceWindow(at=at(0), slug="m", components=("qr",), starts_at=at(5), ends_at=at(50))

    assert concluded(*checks(0, 40), window, signal(10), minutes=40) == []


@pytest.mark.parametrize(
    ("last", "over"),
    [
        pytest.param(signal(30, ended=True), 30, id="it is said to be over"),
        pytest.param(signal(25, until=33), 33, id="it is lost and its time is up"),
    ],
)
def test_suspicion_ends_when_its_signal_does(last: OutsideSignal, over: float) -> None:
    (verdict,) = concluded(*checks(0, 60), signal(10), last, minutes=60)

    assert verdict.resolved_at is not None
    assert timedelta() <= verdict.resolved_at - at(over) <= timedelta(seconds=5)
    assert verdict.evidence.signals[0].ended_at == at(over)


def test_stuck_signal_keeps_no_suspicion_open_when_probes_see_nothing() -> None:
    again = [signal(10 + 5 * n, until=40 + 5 * n) for n in range(40)]

    (verdict,) = concluded(*checks(0, 240), *again, minutes=240)

    assert verdict.resolved_at is not None
    assert verdict.resolved_at - at(10) <= timedelta(minutes=31)


def test_signal_goes_on_telling_for_hours_when_nobody_sees_its_component() -> None:
    (verdict,) = concluded(*checks(0, 12), signal(10), minutes=300)

    assert verdict.resolved_at is None


def test_flood_makes_one_suspicion_when_it_names_everything_again_and_again() -> None:
    flood = [
        signal(10 + n / 10, key=str(n), components=(SLUGS[n % 2],), strength=Strength.STRONG)
        for n in range(300)
    ]

    (verdict,) = concluded(*checks(0, 60), *flood, minutes=60)

    assert verdict.components == SLUGS
    assert verdict.confirmed_at is None
    assert verdict.evidence.signals[0].count == 300
    assert len(verdict.evidence.signals[0].names) <= OUTSIDE.names


@pytest.mark.parametrize("failing", [1, 2])
def test_lying_senders_confirm_nothing_when_one_check_or_two_fail_by_chance(failing: int) -> None:
    lies = [
        signal(20, key=sender, sender=sender, components=SLUGS, strength=Strength.STRONG)
        for sender in "abcdef"
    ]
    blips = checks(22, 23, failing=("qr",))[:failing]
    well = [item for item in checks(0, 60) if item.at not in {blip.at for blip in blips}]

    without, found = (concluded(*well, *blips, *said, minutes=60) for said in ([], lies))

    assert without == []
    assert [verdict.confirmed_at for verdict in found] == [None] * len(found)
    assert found


def confirmed_after(*said: DetectorInput) -> timedelta:
    """How long after ten good minutes "qr" is confirmed to be out."""
    (verdict,) = concluded(*checks(0, 10), *checks(10, 30, failing=("qr",)), *said, minutes=30)
    assert verdict.confirmed_at is not None
    return verdict.confirmed_at - at(10)


def test_incident_is_confirmed_no_later_when_another_monitor_says_the_same() -> None:
    alone, told = confirmed_after(), confirmed_after(signal(9.5, strength=Strength.STRONG))

    assert told <= alone


def test_checks_take_a_suspicion_over_when_they_bear_it_out() -> None:
    (verdict,) = concluded(
        *checks(0, 20), signal(10), *checks(20, 30, failing=("qr",)), *checks(30, 60), minutes=60
    )

    assert verdict.confirmed_at is not None
    assert verdict.detected_at < at(20)
    assert verdict.resolved_at is not None
    assert verdict.resolved_at < at(40)


def test_start_that_a_sender_claims_is_believed_only_so_far_back() -> None:
    (verdict,) = concluded(*checks(0, 100), signal(90, since=-9000.0), minutes=100)

    assert at(90) - verdict.started_at == timedelta(seconds=OUTSIDE.earlier_seconds)


def test_detector_goes_on_alike_when_it_is_restarted_while_a_signal_goes_on() -> None:
    seen = sorted([*checks(0, 60), signal(10), signal(40, ended=True)], key=lambda item: item.at)
    early, late = [i for i in seen if i.at <= at(15)], [i for i in seen if i.at > at(15)]
    first = Detector(CATALOG, DetectorSettings())
    told = list(first.advance(early, at(15)).verdicts)

    told += Detector(CATALOG, DetectorSettings(), first.dump()).advance(late, at(60)).verdicts

    assert list({v.key: v for v in told}.values()) == concluded(*seen, minutes=60)


def test_likelihood_ratios_are_those_that_the_model_argues() -> None:
    ratios = {strength: round(math.exp(OUTSIDE.nats(strength))) for strength in Strength}

    assert ratios == {
        Strength.WEAK: pytest.approx(77, abs=1),
        Strength.USUAL: pytest.approx(583, abs=1),
        Strength.STRONG: pytest.approx(7290, abs=2),
    }
