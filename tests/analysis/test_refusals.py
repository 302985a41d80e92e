"""Who is refused: everybody, so that it is their fault, or some, so that it may be ours."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from probes.vocabulary.observations import Check
from probes.vocabulary.outcomes import Outcome
from statuspage.analysis.kinds import Viewpoint
from statuspage.analysis.refusals import RefusalMemory, Refusals
from statuspage.analysis.values import Observed

PERSONAS, VANTAGES = ("ordinary", "new-device", "reseller"), ("east", "south")
ALL = tuple(f"{persona}.{vantage}" for persona in PERSONAS for vantage in VANTAGES)


def refused_at(at: float, probe: str) -> Observed:
    check = Check(at=datetime.fromtimestamp(at, UTC), probe=probe, http_status=404)
    return Observed(check=check, outcome=Outcome.MISCONFIGURED)


def refusals(refused: Iterable[str] = (), answered: Iterable[str] = ()) -> Refusals:
    """As after one round: first ``answered``, then ``refused``."""
    views = {
        probe: Viewpoint(component="pay", persona=probe.split(".")[0], vantage=probe.split(".")[1], tier=0)
        for probe in ALL
    }
    found = Refusals(RefusalMemory(), views, window_seconds=240.0)
    for second, probe in enumerate(answered):
        found.note_answer(probe, 1000.0 + second)
    for second, probe in enumerate(refused):
        found.hold(refused_at(1030.0 + second, probe), 1030.0 + second)
    return found


@pytest.mark.parametrize(
    ("refused", "answered", "everybody"),
    [
        (ALL, (), True),
        # As soon as no one payer and no one place explains it.
        (("ordinary.east", "new-device.south", "reseller.east"), (), True),
        (("ordinary.east", "new-device.south"), (), False),
        (("ordinary.east", "ordinary.south"), (), False),
        (("ordinary.east", "new-device.east", "reseller.east"), (), False),
        # By chance: whoever is answered is refused as well.
        (ALL, ALL, True),
        (("ordinary.east", "new-device.south", "reseller.east"), ("ordinary.east", "reseller.south"), True),
        # Some are only ever answered.
        (("ordinary.east", "ordinary.south", "new-device.east"), ALL, False),
        (("ordinary.east", "new-device.south", "reseller.east"), ("reseller.south",), False),
    ],
)
def test_everybody_is_hit_when_no_payer_and_no_place_is_spared(
    refused: tuple[str, ...], answered: tuple[str, ...], everybody: bool
) -> None:
    assert refusals(refused, answered).hit_everybody(ALL, lost=()) is everybody


def test_everybody_is_hit_when_the_only_vantage_that_sees_is_refused() -> None:
    east = tuple(probe for probe in ALL if probe.endswith("east"))

    assert refusals(east, ("ordinary.south",)).hit_everybody(ALL, lost=("south",))


def test_refusals_are_let_go_when_they_are_too_old_to_be_part_of_anything() -> None:
    found = refusals(["ordinary.east"], ["reseller.south"])

    assert found.expired(1100.0) == []
    assert [item.check.probe for item in found.expired(1300.0)] == ["ordinary.east"]
    assert found.memory == RefusalMemory()


def test_refusals_of_probes_that_are_no_longer_watched_are_forgotten() -> None:
    known = refusals(["ordinary.east", "reseller.south"])
    views = {probe: view for probe, view in known.views.items() if probe != "ordinary.east"}

    after = Refusals(known.memory, views, window_seconds=240.0)

    assert [item.check.probe for item in after.memory.held] == ["reseller.south"]
