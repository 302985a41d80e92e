"""What is told of planned work when it moves on: one rule, and the sentences in the timeline."""

from datetime import timedelta

import pytest

from probes.vocabulary.observations import MaintenanceWindow
from probes.vocabulary.states import MaintenanceStatus, PlannedStep
from statuspage.incidents.maintenance import AnnouncedWindow, move_by_time, store_window
from statuspage.incidents.models import MaintenanceUpdate
from statuspage.incidents.planned_steps import PlannedStanding, next_step
from tests.incidents.building import at, plant_components


def standing(status: str = "scheduled", *, starts: float = 0, ends: float = 600) -> PlannedStanding:
    return PlannedStanding(status=MaintenanceStatus(status), starts_at=at(starts), ends_at=at(ends))


STEPS = [
    pytest.param(None, standing(), PlannedStep.SCHEDULED, id="announced"),
    pytest.param(None, standing("in_progress"), PlannedStep.STARTED, id="announced when it had begun"),
    pytest.param(standing(), standing(), None, id="nothing new"),
    pytest.param(standing(), standing(starts=60), PlannedStep.RESCHEDULED, id="moved"),
    pytest.param(standing(), standing("in_progress"), PlannedStep.STARTED, id="begun"),
    pytest.param(
        standing("in_progress"), standing("in_progress", ends=900), PlannedStep.EXTENDED, id="made longer"
    ),
    pytest.param(
        standing("in_progress"), standing("in_progress", ends=300), PlannedStep.RESCHEDULED, id="made shorter"
    ),
    pytest.param(
        standing("completed"),
        standing("in_progress", ends=900),
        PlannedStep.EXTENDED,
        id="going on after all",
    ),
    pytest.param(standing("in_progress"), standing("verifying"), PlannedStep.VERIFYING, id="being checked"),
    pytest.param(standing("verifying"), standing("completed"), PlannedStep.COMPLETED, id="over"),
    pytest.param(standing("completed"), standing("completed", ends=900), None, id="over, and corrected"),
    pytest.param(standing(), standing("cancelled"), PlannedStep.CANCELLED, id="withdrawn"),
    pytest.param(standing("cancelled"), standing(), PlannedStep.SCHEDULED, id="planned after all"),
]


@pytest.mark.parametrize(("told", "now", "step"), STEPS)
def test_step_is_told_when_planned_work_differs_from_what_was_told(
    told: PlannedStanding | None, now: PlannedStanding, step: PlannedStep | None
) -> None:
    assert next_step(told, now) is step


def window(ends: float) -> AnnouncedWindow:
    return AnnouncedWindow(
        window=MaintenanceWindow(
            at=at(0), slug="upgrade", components=("fenfu-qr",), starts_at=at(600), ends_at=at(ends)
        )
    )


@pytest.mark.django_db
def test_timeline_tells_each_step_once_when_planned_work_is_made_longer_and_ends() -> None:
    plant_components()
    store_window(window(1200), now=at(0))
    move_by_time(at(601))
    store_window(window(1800), now=at(700))
    move_by_time(at(1300))
    move_by_time(at(1801))

    told = list(MaintenanceUpdate.objects.order_by("sequence"))

    assert [(row.status, row.created_at - at(0)) for row in told] == [
        ("scheduled", timedelta(0)),
        ("in_progress", timedelta(seconds=601)),
        ("in_progress", timedelta(seconds=700)),
        ("completed", timedelta(seconds=1801)),
    ]
    assert "用时超出计划" in told[2].body_zh
    assert told[2].body_en.startswith("Maintenance is taking longer than planned and should now end at ")
    assert told[2].body_en.endswith("(UTC+8).")
    assert len({row.public_id for row in told}) == 4
