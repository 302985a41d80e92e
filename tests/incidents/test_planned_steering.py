"""Planned work by hand and by clock: started, extended, ended, cancelled, and reminded of once."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from probes.vocabulary.states import MaintenanceStatus
from statuspage.incidents.maintenance import follow_its_times, leave_notice, move_by_time
from statuspage.incidents.models import Maintenance, MaintenanceNotice, MaintenanceUpdate
from statuspage.incidents.planned_steering import (
    ALLOWED,
    Steer,
    SteeringError,
    cancel,
    end_now,
    extend,
    start_now,
)
from statuspage.incidents.planned_steps import reminder_moment
from statuspage.logbook.models import Deed
from tests.incidents.building import at, plant_components

HOUR = 3600.0


def planned(*, starts: float = 48 * HOUR, lasts: float = 2 * HOUR, remind_hours: int = 24) -> Maintenance:
    """Planned work that was announced at ``at(0)``."""
    components = plant_components()
    row = Maintenance(
        slug="upgrade",
        public_id="upgrade",
        title_zh="升级",
        starts_at=at(starts),
        ends_at=at(starts + lasts),
        remind_hours=remind_hours,
        announced_at=at(0),
        updated_at=at(0),
    )
    follow_its_times(row, now=at(0))
    row.save()
    row.components.set(components)
    leave_notice(row, at=at(0))
    row.refresh_from_db()
    return row


def told(row: Maintenance) -> list[tuple[str, str, datetime]]:
    return [(entry.step, entry.status, entry.created_at) for entry in row.updates.order_by("sequence")]


@pytest.mark.parametrize(
    ("hours", "now", "moment"),
    [
        pytest.param(24, at(0), at(24 * HOUR), id="in time"),
        pytest.param(0, at(0), None, id="not wanted"),
        pytest.param(24, at(24 * HOUR), None, id="announced at that moment"),
        pytest.param(24, at(30 * HOUR), None, id="announced later than that"),
    ],
)
def test_reminder_has_a_moment_when_it_is_wanted_and_to_come(
    hours: int, now: datetime, moment: datetime | None
) -> None:
    assert reminder_moment(starts_at=at(48 * HOUR), hours=hours, now=now) == moment


@pytest.mark.django_db
def test_reminder_is_told_once_when_its_moment_has_come() -> None:
    row = planned()

    moved = [move_by_time(at(hours * HOUR)) for hours in (23.9, 24, 24.1, 30)]

    assert moved == [False, True, False, False]
    assert told(row) == [("scheduled", "scheduled", at(0)), ("reminded", "scheduled", at(24 * HOUR))]
    assert row.updates.get(step="reminded").body_zh.startswith("提醒：维护将于 ")


@pytest.mark.django_db
def test_reminder_is_not_told_when_the_site_was_down_until_after_its_start() -> None:
    row = planned()

    move_by_time(at(48.5 * HOUR))

    assert [step for step, _, _ in told(row)] == ["scheduled", "started"]


@pytest.mark.django_db
def test_reminder_is_told_again_when_planned_work_is_put_off() -> None:
    row = planned()
    move_by_time(at(25 * HOUR))
    row.refresh_from_db()
    row.starts_at, row.ends_at, row.updated_at = at(96 * HOUR), at(98 * HOUR), at(26 * HOUR)
    follow_its_times(row, now=at(26 * HOUR))
    row.save()
    leave_notice(row, at=at(26 * HOUR))

    move_by_time(at(72 * HOUR))

    assert [step for step, _, _ in told(row)] == ["scheduled", "reminded", "rescheduled", "reminded"]


@pytest.mark.django_db
def test_work_moves_and_detector_and_public_are_told_when_a_person_presses_each_button() -> None:
    row, boss = planned(), User.objects.create(username="boss")

    start_now(row, author=boss, now=at(HOUR))
    extend(row, author=boss, now=at(2 * HOUR))
    end_now(row, author=boss, now=at(3 * HOUR))

    assert told(row) == [
        ("scheduled", "scheduled", at(0)),
        ("started", "in_progress", at(HOUR)),
        ("extended", "in_progress", at(2 * HOUR)),
        ("completed", "completed", at(3 * HOUR)),
    ]
    assert (row.starts_at, row.ends_at, row.revision) == (at(HOUR), at(3 * HOUR), 4)
    assert [(notice.starts_at, notice.ends_at) for notice in MaintenanceNotice.objects.all()] == [
        (at(48 * HOUR), at(50 * HOUR)),
        (at(HOUR), at(50 * HOUR)),
        (at(HOUR), at(50.5 * HOUR)),
        (at(HOUR), at(3 * HOUR)),
    ]
    by_hand = MaintenanceUpdate.objects.get(step="started")
    assert (by_hand.author, by_hand.by_machine) == (boss, False)


@pytest.mark.django_db
def test_work_that_is_held_open_past_its_end_is_extended_from_now_on() -> None:
    row = planned(starts=0, lasts=HOUR)
    Maintenance.objects.update(status=MaintenanceStatus.VERIFYING)

    extend(row, author=None, now=at(3 * HOUR), by=timedelta(minutes=30))

    assert row.ends_at == at(3.5 * HOUR)


@pytest.mark.django_db
def test_work_is_withdrawn_and_never_reminded_of_when_it_is_cancelled() -> None:
    row = planned()

    cancel(row, author=None, now=at(HOUR))
    move_by_time(at(25 * HOUR))

    assert [step for step, _, _ in told(row)] == ["scheduled", "cancelled"]
    assert MaintenanceNotice.objects.last().cancelled  # type: ignore[union-attr]  # there are two


@pytest.mark.django_db
def test_press_is_refused_when_the_clock_ended_the_work_meanwhile() -> None:
    row = planned()
    move_by_time(at(48 * HOUR))
    move_by_time(at(50 * HOUR))

    with pytest.raises(SteeringError):
        extend(row, author=None, now=at(51 * HOUR))

    assert row.updates.count() == 3


def test_every_status_says_what_can_be_pressed() -> None:
    assert set(ALLOWED) == set(MaintenanceStatus)
    assert {step for steps in ALLOWED.values() for step in steps} == set(Steer)


@pytest.mark.django_db
def test_button_of_the_admin_ends_work_and_a_stale_one_says_so(
    admin_client: Client, settings: Settings
) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    row = planned(starts=-HOUR, lasts=10**9)
    address = f"/admin/incidents/maintenance/{row.pk}/"

    shown = admin_client.get(f"{address}change/").content.decode()
    first = admin_client.post(f"{address}steer/", {"step": "end"}, follow=True).content.decode()
    again = admin_client.post(f"{address}steer/", {"step": "end"}, follow=True).content.decode()

    row.refresh_from_db()
    assert 'value="end"' in shown
    assert 'value="end"' not in first
    assert row.status == "completed"
    assert row.updates.count() == 2
    assert Deed.objects.get().object_id == str(row.pk)
    assert "messagelist" in again
    assert 'class="warning"' in again


@pytest.mark.django_db
def test_button_of_the_admin_is_refused_when_one_may_only_look(client: Client) -> None:
    row = planned()
    client.force_login(User.objects.create_user("viewer", is_staff=True))

    answer = client.post(f"/admin/incidents/maintenance/{row.pk}/steer/", {"step": "cancel"})

    row.refresh_from_db()
    assert (answer.status_code, row.status) == (403, "scheduled")
