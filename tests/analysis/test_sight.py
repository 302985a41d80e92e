"""When a component was last seen, and why it is not."""

from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.observations import WatchedCatalog, WatchedComponent, WatchedProbe
from statuspage.analysis.instrument import Instrument, InstrumentMemory
from statuspage.analysis.kinds import ACCEPTED, SILENT
from statuspage.analysis.sight import Sights

AT = 1_000_000.0


def sights(*intervals: float) -> Sights:
    probes = tuple(
        WatchedProbe(slug=str(n), component="pay", persona="ordinary", vantage="east", interval_s=interval)
        for n, interval in enumerate(intervals)
    )
    component = WatchedComponent(slug="pay", name="pay")
    catalog = WatchedCatalog(components=(component,), personas=(), probes=probes)
    found = Sights({}, catalog, Instrument(InstrumentMemory(), probes), tick_seconds=5.0)
    found.memories["pay"].note("east", ACCEPTED, AT)
    return found


def test_component_is_blind_after_four_rounds_when_nobody_asks() -> None:
    found = sights(60.0, 300.0)

    assert (found.blind(AT + 240), found.blind(AT + 241)) == ((), ("pay",))
    assert found.reasons(AT + 241) == {}


def test_component_is_blind_after_one_round_when_all_answers_say_nothing() -> None:
    found = sights(60.0, 60.0)
    for _ in range(2):
        found.memories["pay"].note_nothing(Exclusion.UNAUTHENTICATED)

    assert (found.blind(AT + 90), found.blind(AT + 91)) == ((), ("pay",))
    assert found.reasons(AT + 91) == {"pay": Exclusion.UNAUTHENTICATED}


def test_component_is_seen_when_a_single_answer_says_nothing() -> None:
    found = sights(60.0)
    found.memories["pay"].note_nothing(Exclusion.THROTTLED)

    assert found.is_fresh("pay", AT + 120)


def test_component_is_seen_again_at_once_when_an_answer_says_something() -> None:
    found = sights(60.0)
    for _ in range(9):
        found.memories["pay"].note_nothing(Exclusion.THROTTLED)

    found.memories["pay"].note("east", SILENT, AT + 600)

    assert found.is_fresh("pay", AT + 601)


def test_failures_are_no_sight_when_their_vantage_is_cut_off() -> None:
    found = sights(60.0)
    found.memories["pay"].note("east", SILENT, AT + 230)
    seen = found.is_fresh("pay", AT + 250)

    found.instrument.lost = frozenset({"east"})

    assert (seen, found.is_fresh("pay", AT + 250)) == (True, False)


def test_component_is_blind_at_once_when_no_probe_of_it_is_left() -> None:
    found = sights()

    assert found.blind(AT + 1) == ("pay",)
