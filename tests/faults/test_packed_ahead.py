"""Results that a clock which was ahead had packed too early are rows again when it is set right."""

import pytest

from statuspage.monitoring.models import CheckBlock, CheckResult, Dispatch, Progress, Vantage
from statuspage.monitoring.packing import pack_settled
from statuspage.monitoring.results import judged_between
from statuspage.monitoring.sweeping import sweep_missed
from tests.faults.test_going_back import CATALOG, SET_BACK, SET_FORWARD, live, time, turn
from tests.pipeline.planting import at, plant_catalog

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
AHEAD = 86400.0


@pytest.fixture
def _packed_ahead() -> None:
    """A day ahead for a minute, in which all that was measured was packed; then set back."""
    plant_catalog(CATALOG)
    live(0, SET_FORWARD)
    live(SET_FORWARD, SET_BACK, ahead=AHEAD)
    cursors = ("concluded_until", "tallied_until", "counted_until")
    before = Progress.objects.values(*cursors).get()
    # As if it had been ahead for hours.
    Progress.objects.update(**dict.fromkeys(cursors, at(2 * AHEAD)))
    assert pack_settled(now=at(2 * AHEAD), longest_s=60)
    Progress.objects.update(**before)
    assert not CheckResult.objects.exists()
    turn(time(SET_BACK))


@pytest.mark.usefixtures("_packed_ahead")
def test_what_was_packed_in_the_future_is_kept_and_not_called_missed_when_the_clock_is_set_back() -> None:
    now = time(SET_BACK)

    assert not CheckBlock.objects.exists()
    assert not CheckResult.objects.filter(at__gt=now).exists()
    assert [*judged_between(now, at(3 * AHEAD))] == []
    assert CheckResult.objects.filter(late=True).count() == len(CATALOG.probes) * 2
    assert CheckResult.objects.filter(late=False).count() == len(CATALOG.probes) * SET_FORWARD / 30

    for vantage in Vantage.objects.all():
        Dispatch.objects.create(vantage=vantage, dispatched_until=now, swept_until=at(0))
    made = set(CheckResult.objects.filter(late=False).values_list("probe", "tick"))

    sweep_missed(now)

    missed = set(CheckResult.objects.filter(outcome="missed").values_list("probe", "tick"))
    assert not missed & made
    assert made
