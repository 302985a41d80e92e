"""How much of each component fails: of each by itself, whatever the others do."""

import pytest

from probes.vocabulary.causes import Cause, Extent, Impact
from statuspage.analysis.incident import DetectedIncident
from statuspage.analysis.model import INCIDENTS
from tests.analysis.answered_otherwise import BUSY, Choice, answered, by_chance, made, told
from tests.scenarios.answers import Answer
from tests.scenarios.world import Call

CRAWLING = Answer(status=200, code="SUCCESS", latency=9000.0)


def at_the_till(call: Call) -> bool:
    return call.component == "fenfu-qr"


@pytest.mark.parametrize(
    ("answer", "chosen", "extents", "impact"),
    [
        pytest.param(BUSY, at_the_till, {"fenfu-qr": Extent.ALL}, Impact.MAJOR, id="all of one fails"),
        pytest.param(
            BUSY,
            by_chance(1.0),
            {"fenfu-online": Extent.ALL, "fenfu-qr": Extent.ALL},
            Impact.CRITICAL,
            id="all of all fails",
        ),
        pytest.param(
            BUSY,
            by_chance(0.4),
            {"fenfu-online": Extent.SOME, "fenfu-qr": Extent.SOME},
            Impact.MINOR,
            id="some of all fails",
        ),
        pytest.param(CRAWLING, at_the_till, {"fenfu-qr": Extent.SLOW}, Impact.MINOR, id="one crawls"),
    ],
)
def test_extent_is_of_each_component_when(
    answer: Answer, chosen: Choice, extents: dict[str, Extent], impact: Impact
) -> None:
    (incident,) = told(made(answered(answer, chosen))).last

    assert dict(incident.evidence.extents) == extents
    assert incident.impact is impact


def test_extents_differ_when_one_component_fails_whole_and_the_other_in_part() -> None:
    some = by_chance(0.4)
    (incident,) = told(made(answered(BUSY, lambda call: at_the_till(call) or some(call)))).last

    assert dict(incident.evidence.extents) == {"fenfu-online": Extent.SOME, "fenfu-qr": Extent.ALL}


def test_extent_grows_at_once_and_shrinks_only_when_that_has_lasted() -> None:
    incident = DetectedIncident.open(
        key="a@100", cause=Cause.OUTAGE, started_at=90.0, now=100.0, confidence=0.6, alternatives=[]
    )
    incident.join("a", 100.0)
    component = incident.components["a"]

    seen = []
    for now, extent in (
        (100.0, Extent.SOME),
        (105.0, Extent.ALL),
        (110.0, Extent.SOME),
        (115.0, Extent.ALL),
        (120.0, Extent.SOME),
        (119.0 + INCIDENTS.ease_seconds, Extent.SOME),
        (120.0 + INCIDENTS.ease_seconds, Extent.SOME),
    ):
        incident.gauge("a", extent, now)
        seen.append(component.extent)

    assert seen == [Extent.SOME, *(5 * [Extent.ALL]), Extent.SOME]


def test_incident_is_told_when_more_of_a_component_fails() -> None:
    incident = DetectedIncident.open(
        key="a@100", cause=Cause.OUTAGE, started_at=90.0, now=100.0, confidence=0.6, alternatives=[]
    )
    incident.join("a", 100.0)
    incident.gauge("a", Extent.SOME, 100.0)
    incident.tell(100.0)

    incident.gauge("a", Extent.ALL, 105.0)

    assert incident.tell(105.0)
