"""The demo's past, filled in one go or in several."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from probes.instrument.catalog import read_catalog
from statuspage.demo import history
from statuspage.demo.prepare import CATALOG
from statuspage.incidents.models import Incident
from statuspage.monitoring.catalog_sync import sync_catalog
from statuspage.monitoring.models import Progress

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAYS = 7  # with two outages of history.toml, six and three days before the end


class InterruptedFillError(Exception):
    """Whoever filled the past was ended."""


def _end_after(moment: datetime) -> Callable[[datetime], None]:
    def on_progress(at: datetime) -> None:
        if at >= moment:
            raise InterruptedFillError

    return on_progress


@pytest.mark.django_db(transaction=True)
def test_history_has_all_its_events_when_its_filling_was_broken_off() -> None:
    sync_catalog(read_catalog(CATALOG, environ={}))
    with pytest.raises(InterruptedFillError):
        history.fill(now=NOW, days=DAYS, seed=1, on_progress=_end_after(NOW - timedelta(days=6, hours=12)))

    history.fill(now=NOW + timedelta(minutes=5), days=DAYS, seed=1)

    found = Incident.objects.order_by("started_at").values_list("cause", "started_at__date", "status")
    assert [*found] == [
        ("outage", (NOW - timedelta(days=6)).date(), "resolved"),
        ("outage", (NOW - timedelta(days=3)).date(), "resolved"),
    ]


@pytest.mark.django_db(transaction=True)
def test_history_stays_as_it_is_when_the_demo_was_off_for_some_days() -> None:
    sync_catalog(read_catalog(CATALOG, environ={}))
    history.fill(now=NOW, days=1, seed=1)

    history.fill(now=NOW + timedelta(days=2), days=1, seed=1)

    assert not Incident.objects.exists()
    assert Progress.objects.get().concluded_until == NOW + timedelta(days=2)
