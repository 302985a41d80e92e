"""How components stand by what is open: each by how much of it fails, and by what is only suspected of it."""

from dataclasses import replace

import pytest

from probes.vocabulary.causes import Extent
from statuspage.analysis.values import Verdict
from statuspage.incidents.models import ComponentStatus, Incident
from statuspage.incidents.recording import record_verdicts
from statuspage.incidents.statuses import refresh_statuses
from tests.incidents.building import at, plant_components, verdict

pytestmark = pytest.mark.django_db
BOTH = ("fenfu-qr", "fenfu-online")


def states_after(told: Verdict) -> dict[str, str]:
    record_verdicts([told])
    refresh_statuses(since=at(0), at=at(60), blind=())
    return dict(ComponentStatus.objects.values_list("component__slug", "state"))


def measured(told: Verdict, **extents: Extent) -> Verdict:
    named = tuple((slug.replace("_", "-"), extent) for slug, extent in extents.items())
    return replace(told, evidence=replace(told.evidence, extents=named))


def test_each_component_stands_as_much_of_it_fails_when_an_outage_is_of_several() -> None:
    plant_components()
    told = measured(verdict(components=BOTH), fenfu_qr=Extent.ALL, fenfu_online=Extent.SOME)

    assert states_after(told) == {"fenfu-qr": "major_outage", "fenfu-online": "partial_outage"}


def test_a_persons_word_decides_when_a_person_leads_what_was_measured() -> None:
    plant_components("fenfu-qr")
    told = measured(verdict(), fenfu_qr=Extent.SOME)
    states_after(told)
    Incident.objects.update(taken_over=True, impact="critical")

    refresh_statuses(since=at(0), at=at(90), blind=())

    assert ComponentStatus.objects.get().state == "major_outage"


def test_components_are_degraded_when_only_posts_speak_of_them() -> None:
    plant_components()
    told = verdict(components=BOTH, affected=(), confirmed=False)

    assert states_after(told) == dict.fromkeys(BOTH, "degraded_performance")


def test_components_are_well_when_nothing_fails_any_more_in_a_confirmed_incident() -> None:
    plant_components()

    assert states_after(verdict(components=BOTH, affected=())) == dict.fromkeys(BOTH, "operational")
