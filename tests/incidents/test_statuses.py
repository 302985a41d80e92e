"""How components stand by what is open: each by how much of it fails, and by what is only suspected of it."""

from dataclasses import replace

import pytest

from probes.vocabulary.causes import Extent
from statuspage.analysis.values import Verdict
from statuspage.incidents.handling import heed_person, take_over
from statuspage.incidents.models import ComponentStatus, Incident
from statuspage.incidents.recording import record_verdicts
from statuspage.incidents.statuses import refresh_statuses
from statuspage.monitoring.models import Component
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


def hand_over(*given: str, named: tuple[str, ...] | None = None, **changes: object) -> dict[str, str]:
    """The states after a person took over and gave this."""
    take_over(Incident.objects.get(), author=None, now=at(90))
    Incident.objects.update(**changes)
    incident = Incident.objects.get()
    heed_person(incident, given, components=Component.objects.filter(slug__in=named) if named else None)
    incident.save()
    refresh_statuses(since=at(0), at=at(90), blind=())
    return dict(ComponentStatus.objects.values_list("component__slug", "state"))


def test_a_persons_word_decides_when_a_person_weighs_what_was_measured() -> None:
    plant_components("fenfu-qr")
    states_after(measured(verdict(), fenfu_qr=Extent.SOME))

    assert hand_over("impact", impact="critical") == {"fenfu-qr": "major_outage"}


def test_nothing_stands_worse_when_a_person_only_takes_the_lead() -> None:
    plant_components("fenfu-qr", "fenfu-online", "fenfu-repay")
    told = verdict(components=(*BOTH, "fenfu-repay"), affected=BOTH)
    before = states_after(measured(told, fenfu_qr=Extent.ALL, fenfu_online=Extent.SOME))

    assert hand_over() == before
    assert before["fenfu-repay"] == "operational"


def test_components_fail_when_a_person_names_them() -> None:
    plant_components()
    states_after(measured(verdict(components=BOTH, affected=BOTH[:1]), fenfu_qr=Extent.SOME))

    assert hand_over("components", named=BOTH) == {
        "fenfu-qr": "partial_outage",
        "fenfu-online": "major_outage",
    }


def test_all_components_fail_when_a_person_confirms_what_only_posts_spoke_of() -> None:
    plant_components()
    states_after(verdict(components=BOTH, affected=(), confirmed=False))

    assert hand_over("certainty", certainty="confirmed") == dict.fromkeys(BOTH, "major_outage")


def test_components_are_degraded_when_only_posts_speak_of_them() -> None:
    plant_components()
    told = verdict(components=BOTH, affected=(), confirmed=False)

    assert states_after(told) == dict.fromkeys(BOTH, "degraded_performance")


def test_components_are_well_when_nothing_fails_any_more_in_a_confirmed_incident() -> None:
    plant_components()

    assert states_after(verdict(components=BOTH, affected=())) == dict.fromkeys(BOTH, "operational")
