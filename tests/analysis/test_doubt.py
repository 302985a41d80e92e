"""A vantage whose controls fail now and then spoils a share of its other checks too."""

from probes.vocabulary.observations import WatchedProbe
from statuspage.analysis.instrument import Instrument, InstrumentMemory
from statuspage.analysis.kinds import ACCEPTED, SILENT


def instrument() -> Instrument:
    return Instrument(InstrumentMemory(), [control(vantage) for vantage in ("east", "south")])


def control(vantage: str) -> WatchedProbe:
    return WatchedProbe(
        slug=f"control.{vantage}", component=None, persona=None, vantage=vantage, interval_s=60.0
    )


def feed(watched: Instrument, kinds: list[int]) -> None:
    for kind in kinds:
        watched.take_control("east", kind, 20.0)


def test_instrument_doubts_nothing_when_a_single_control_failed() -> None:
    watched = instrument()

    feed(watched, [ACCEPTED] * 5 + [SILENT] + [ACCEPTED])

    assert watched.doubt("east") == 0.0


def test_instrument_doubts_the_vantage_alone_whose_controls_fail_in_part() -> None:
    watched = instrument()

    feed(watched, [ACCEPTED, SILENT] * 6)

    assert watched.doubt("east") >= 0.4
    assert watched.doubt("south") == 0.0


def test_instrument_stops_doubting_when_controls_are_well_again() -> None:
    watched = instrument()
    feed(watched, [SILENT] * 6)

    feed(watched, [ACCEPTED] * 16)

    assert watched.doubt("east") == 0.0


def test_instrument_expects_later_answers_when_its_controls_are_late_too() -> None:
    watched = instrument()
    for _ in range(200):
        watched.take_control("east", ACCEPTED, 100.0)

    for _ in range(20):
        watched.take_control("east", ACCEPTED, 350.0)

    assert 1.5 < watched.slowdown("east") < 3.0
    assert watched.slowdown("south") == 1.0
