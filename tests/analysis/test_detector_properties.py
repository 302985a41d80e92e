"""What must hold whatever the detector sees: no look-ahead, no trace of how it was called, no lost state."""

import random
import zlib
from datetime import datetime, timedelta, timezone
from functools import cache

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probes.vocabulary.observations import WatchedCatalog
from statuspage.analysis.detector import Detector, StateError
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.state import DetectorState
from statuspage.analysis.values import DetectorInput, Heard, Observed, Verdict
from tests.scenarios.effects import failing, plain, refusing
from tests.scenarios.play import read
from tests.scenarios.world import Event, Shape, World

few = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
fractions = st.floats(min_value=0.02, max_value=0.98)


@cache
def _day() -> tuple[WatchedCatalog, tuple[DetectorInput, ...], datetime]:
    """Three hours with an outage, a risk wave and the posts about them."""
    dice = random.Random("properties")
    world = World(dice, Shape(components=3, hours=3.0, blips_per_day=2.0))
    wave = refusing(world, plain(dice))
    fault = failing(world, 0.8)
    first, second = world.components[:2]
    world.add(Event(cause="outage", components=(first,), start=4000, end=5500, effect=fault, posts=4.0))
    world.add(Event(cause="risk_control", components=(second,), start=5000, end=8000, effect=wave, posts=4.0))
    catalog, seen, end = read(world.lines())
    return catalog, tuple(seen), end.at


def _whole(seen: tuple[DetectorInput, ...] | list[DetectorInput] | None = None) -> list[Verdict]:
    catalog, usual, end = _day()
    return list(Detector(catalog, DetectorSettings()).advance(seen or usual, end).verdicts)


@cache
def _usual() -> tuple[Verdict, ...]:
    return tuple(_whole())


def _at(fraction: float) -> datetime:
    _, seen, end = _day()
    return seen[0].at + fraction * (end - seen[0].at)


def test_detector_finds_both_troubles_in_the_day_that_the_properties_rest_on() -> None:
    last = {verdict.key: verdict for verdict in _usual()}

    assert {verdict.cause.value for verdict in last.values()} >= {"outage", "risk_control"}


@few
@given(st.lists(fractions, max_size=12))
def test_detector_concludes_the_same_however_the_calls_are_cut(cuts: list[float]) -> None:
    catalog, seen, end = _day()
    detector = Detector(catalog, DetectorSettings())
    found: list[Verdict] = []
    done = 0

    for until in [*sorted(_at(cut) for cut in cuts), end]:
        batch = [item for item in seen[done:] if item.at <= until]
        done += len(batch)
        found += detector.advance(batch, until).verdicts

    assert found == list(_usual())


@few
@given(fractions)
def test_detector_uses_no_later_line_when_a_trace_is_cut(cut: float) -> None:
    catalog, seen, _ = _day()
    until = _at(cut)

    found = Detector(catalog, DetectorSettings()).advance([i for i in seen if i.at <= until], until).verdicts

    assert list(found) == [verdict for verdict in _usual() if verdict.at <= until]


@few
@given(st.lists(fractions, min_size=1, max_size=4))
def test_detector_goes_on_exactly_when_restarted_in_the_middle(cuts: list[float]) -> None:
    catalog, seen, end = _day()
    state: bytes | None = None
    found: list[Verdict] = []
    done = 0

    for until in [*sorted(_at(cut) for cut in cuts), end]:
        detector = Detector(catalog, DetectorSettings(), state)
        batch = [item for item in seen[done:] if item.at <= until]
        done += len(batch)
        found += detector.advance(batch, until).verdicts
        state = detector.dump()

    assert found == list(_usual())


@few
@given(st.integers(0, 1000))
def test_detector_concludes_the_same_when_simultaneous_lines_are_permuted(seed: int) -> None:
    _, seen, _ = _day()
    together = [
        _moved(item, item.at.replace(microsecond=0) - timedelta(seconds=item.at.second % 4)) for item in seen
    ]
    shuffled = list(together)
    random.Random(seed).shuffle(shuffled)
    shuffled.sort(key=lambda item: item.at)

    assert _whole(shuffled) == _whole(together)


def test_detector_concludes_the_same_when_times_are_written_in_another_zone() -> None:
    _, seen, _ = _day()
    elsewhere = timezone(timedelta(hours=-7))

    found = _whole([_moved(item, item.at.astimezone(elsewhere)) for item in seen])

    assert found == list(_usual())


def test_detector_keeps_the_others_when_a_component_is_removed_between_runs() -> None:
    catalog, seen, end = _day()
    until = _at(0.45)
    before = Detector(catalog, DetectorSettings())
    opened = before.advance([i for i in seen if i.at <= until], until).verdicts
    dropped = catalog.components[2].slug
    smaller = msgspec.structs.replace(
        catalog,
        components=catalog.components[:2],
        probes=tuple(p for p in catalog.probes if p.component != dropped),
    )

    after = Detector(smaller, DetectorSettings(), before.dump()).advance(
        [i for i in seen if i.at > until], end
    )

    last = {verdict.key: verdict for verdict in opened}
    keys = {v.key for v in last.values() if v.resolved_at is None and dropped not in v.components}
    assert keys
    assert keys <= {verdict.key for verdict in after.verdicts if verdict.resolved_at}


@pytest.mark.parametrize(("first", "then", "tick"), [(5.0, 60.0, 8), (60.0, 5.0, 1200)])
def test_state_goes_on_at_the_same_moment_when_its_grid_changes(first: float, then: float, tick: int) -> None:
    state = DetectorState(tick=100, tick_seconds=first)

    state.regrid(then)

    assert (state.tick, state.tick_seconds) == (tick, then)


def test_detector_resolves_what_was_open_when_its_grid_becomes_coarser() -> None:
    catalog, seen, end = _day()
    until = _at(0.45)
    before = Detector(catalog, DetectorSettings())
    opened = before.advance([i for i in seen if i.at <= until], until).verdicts

    after = Detector(catalog, DetectorSettings(tick_seconds=60.0), before.dump())
    followed = after.advance([i for i in seen if i.at > until], end).verdicts

    still_open = {v.key for v in {v.key: v for v in opened}.values() if v.resolved_at is None}
    assert still_open
    assert still_open <= {verdict.key for verdict in followed if verdict.resolved_at}
    assert all(verdict.at >= until for verdict in followed)


def test_detector_refuses_a_state_that_is_not_its_own() -> None:
    catalog, _, _ = _day()

    with pytest.raises(StateError, match="cannot be read"):
        Detector(catalog, DetectorSettings(), b"something else")


def test_detector_refuses_a_state_that_is_cut_off() -> None:
    catalog, seen, _ = _day()
    detector = Detector(catalog, DetectorSettings())
    detector.advance(seen[:500], seen[499].at)

    with pytest.raises(StateError, match="cannot be read"):
        Detector(catalog, DetectorSettings(), detector.dump()[:-20])


def test_detector_goes_on_from_a_state_that_was_written_before_states_were_packed() -> None:
    catalog, seen, _ = _day()
    detector = Detector(catalog, DetectorSettings())
    detector.advance(seen[:500], seen[499].at)
    packed = detector.dump()

    plain = zlib.decompress(packed)

    assert len(packed) < len(plain) / 2
    assert Detector(catalog, DetectorSettings(), plain).dump() == packed


def test_detector_says_so_when_a_state_is_of_another_version() -> None:
    catalog, _, _ = _day()

    with pytest.raises(StateError, match="version 1, not 3"):
        Detector(catalog, DetectorSettings(), msgspec.msgpack.encode({"version": 1, "pending": [b"o"]}))


def _moved(item: DetectorInput, at: datetime) -> DetectorInput:
    if isinstance(item, Observed):
        return msgspec.structs.replace(item, check=msgspec.structs.replace(item.check, at=at))
    if isinstance(item, Heard):
        return msgspec.structs.replace(item, report=msgspec.structs.replace(item.report, at=at))
    return msgspec.structs.replace(item, at=at)
