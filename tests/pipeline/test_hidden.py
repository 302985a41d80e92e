"""What a person hid counts for no verdict from then on, however the time is cut into turns."""

import pytest
from django.conf import settings

from probes.vocabulary.observations import ObservedReport
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.values import Heard
from statuspage.incidents.models import Incident
from statuspage.monitoring.models import Report
from statuspage.monitoring.moderation import set_hidden
from tests.pipeline.day import advance_to, conclusions, forget_conclusions
from tests.pipeline.planting import at, plant_catalog, rounds, small_catalog, store

pytestmark = pytest.mark.django_db
FIRST, LAST, END = 1200.0, 1800.0, 2400.0


def _plant() -> None:
    """A quiet day with posts of many authors that payments fail, which no check bears out."""
    catalog = small_catalog()
    plant_catalog(catalog)
    store(rounds(catalog, since=0, until=END))
    store(
        Heard(
            report=ObservedReport(
                at=at(FIRST + 10.0 * number),
                source="forum",
                author=f"a{number}",
                text=f"分付付不了 {number}",
            ),
            symptom=Symptom.PAYMENT_FAILURE,
            product=Product.FENFU,
            probability=0.9,
        )
        for number in range(int((LAST - FIRST) / 10.0))
    )


def _hide(until: float, *, now: float) -> int:
    ids = Report.objects.filter(at__lte=at(until)).values_list("pk", flat=True)
    return set_hidden(ids=list(ids), hidden=True, now=at(now))


def test_posts_open_an_incident_when_nobody_hides_them() -> None:
    _plant()

    advance_to(END)

    assert Incident.objects.count() == 1


def test_posts_open_no_incident_when_they_are_hidden_as_they_come() -> None:
    _plant()

    for minute in range(int(FIRST) // 60, int(END) // 60):
        advance_to(60.0 * (minute + 1), start=60.0 * minute)
        _hide(60.0 * (minute + 1), now=60.0 * (minute + 1))

    assert not Incident.objects.exists()


@pytest.mark.parametrize("hide", [True, False])
def test_incident_is_over_and_not_gone_when_its_posts_are_hidden_after_it_began(hide: bool) -> None:
    _plant()
    advance_to(LAST)
    before = Incident.objects.get()

    if hide:
        _hide(LAST, now=LAST + settings.SETTLE_SECONDS)
    advance_to(LAST + 60.0, start=LAST)

    after = Incident.objects.get()
    assert before.resolved_at is None
    assert (after.resolved_at is not None) == hide


@pytest.mark.parametrize("step", [7.0, 600.0])
def test_hiding_tells_the_same_when_turns_are_cut_otherwise(step: float) -> None:
    _plant()
    advance_to(FIRST + 300.0)
    hidden = _hide(FIRST + 200.0, now=FIRST + 300.0 + settings.SETTLE_SECONDS)
    advance_to(END, start=FIRST + 300.0)
    expected = conclusions()
    forget_conclusions()

    advance_to(END, step=step)

    assert hidden == 21
    assert conclusions() == expected
