"""Planned work that comes again: what is made of it, what follows it when it changes, and its form."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from statuspage.delivery.composing import compose
from statuspage.delivery.models import News
from statuspage.incidents.maintenance import move_by_time
from statuspage.incidents.models import Maintenance, MaintenanceNotice, MaintenanceSeries
from statuspage.incidents.planned_steering import cancel
from statuspage.incidents.series import follow, plan_ahead
from tests.incidents.building import plant_components

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday, noon in Shanghai
pytestmark = pytest.mark.django_db


def series(**fields: Any) -> MaintenanceSeries:
    """Every Sunday from one to three, in Shanghai."""
    values: dict[str, Any] = {
        "title_zh": "例行维护",
        "first_on": date(2026, 3, 8),
        "starts_at": time(1, 0),
        "zone": "Asia/Shanghai",
        "rule": "FREQ=WEEKLY",
    }
    row = MaintenanceSeries.objects.create(**{**values, **fields})
    row.components.set(plant_components())
    return row


def planned() -> list[tuple[str, str]]:
    rows = Maintenance.objects.order_by("occurrence_on")
    return [(f"{row.starts_at:%m-%d %H:%M}", row.status) for row in rows]


def test_occurrences_of_sixty_days_are_made_once_and_told_to_the_detector_when_they_are_due() -> None:
    row = series()

    made, again = follow(row, now=NOW), follow(row, now=NOW)
    later = follow(row, now=NOW + timedelta(days=7))

    assert (made, again, later) == (8, 0, 1)
    assert planned()[:2] == [("03-07 17:00", "scheduled"), ("03-14 17:00", "scheduled")]
    assert MaintenanceNotice.objects.count() == 9
    first = Maintenance.objects.order_by("occurrence_on")[0]
    assert first.ends_at - first.starts_at == timedelta(hours=2)
    assert first.remind_at == first.starts_at - timedelta(hours=24)
    assert set(first.components.all()) == set(row.components.all())


def test_newer_words_stay_when_the_schedule_read_the_series_before_they_were_written() -> None:
    row = series(rule="FREQ=WEEKLY;COUNT=1")
    follow(row, now=NOW)
    MaintenanceSeries.objects.filter(pk=row.pk).update(title_zh="换机房")
    follow(MaintenanceSeries.objects.get(), now=NOW)

    changed = follow(row, now=NOW)

    assert changed == 0
    assert Maintenance.objects.get().title.zh == "换机房"


def test_nothing_is_made_when_the_series_was_removed_after_the_schedule_read_it() -> None:
    row = series()
    MaintenanceSeries.objects.all().delete()

    assert follow(row, now=NOW) == 0


def test_occurrences_are_moved_and_not_made_anew_when_the_hour_of_their_series_changes() -> None:
    row = series(rule="FREQ=WEEKLY;COUNT=2")
    follow(row, now=NOW)
    row.starts_at = time(2, 0)
    row.save()

    follow(row, now=NOW)

    assert planned() == [("03-07 18:00", "scheduled"), ("03-14 18:00", "scheduled")]
    told = Maintenance.objects.order_by("occurrence_on")[0].updates.order_by("sequence")
    assert [update.step for update in told] == ["scheduled", "rescheduled"]


def test_occurrence_that_a_person_changed_stays_when_its_series_changes() -> None:
    row = series(rule="FREQ=WEEKLY;COUNT=2")
    follow(row, now=NOW)
    cancel(Maintenance.objects.get(occurrence_on=date(2026, 3, 8)), author=None, now=NOW)
    row.starts_at = time(2, 0)
    row.save()

    follow(row, now=NOW)

    assert planned() == [("03-07 17:00", "cancelled"), ("03-14 18:00", "scheduled")]


def test_occurrence_is_cancelled_and_comes_back_when_its_day_is_left_out_for_a_while() -> None:
    row = series(rule="FREQ=WEEKLY;COUNT=2")
    follow(row, now=NOW)

    row.except_on = "2026-03-15"
    row.save()
    follow(row, now=NOW)
    left_out = planned()
    row.except_on = ""
    row.save()
    follow(row, now=NOW)

    assert left_out == [("03-07 17:00", "scheduled"), ("03-14 17:00", "cancelled")]
    assert planned() == [("03-07 17:00", "scheduled"), ("03-14 17:00", "scheduled")]


def test_what_is_to_come_is_cancelled_and_what_began_stays_when_a_series_is_switched_off() -> None:
    row = series(rule="FREQ=DAILY;COUNT=3")
    follow(row, now=NOW)
    Maintenance.objects.filter(occurrence_on=date(2026, 3, 8)).update(status="in_progress")
    row.active = False
    row.save()

    follow(row, now=datetime(2026, 3, 7, 17, 30, tzinfo=UTC))

    assert [status for _, status in planned()] == ["in_progress", "cancelled", "cancelled"]


def test_work_that_was_ended_early_is_not_begun_again_when_its_hours_still_last() -> None:
    row = series(rule="FREQ=WEEKLY;COUNT=1")
    follow(row, now=NOW)
    Maintenance.objects.update(status="completed", ends_at=datetime(2026, 3, 7, 17, 20, tzinfo=UTC))

    changed = follow(row, now=datetime(2026, 3, 7, 17, 30, tzinfo=UTC))

    assert changed == 0
    assert planned() == [("03-07 17:00", "completed")]


def test_all_series_are_planned_ahead_when_the_task_runs() -> None:
    series()

    plan_ahead(now=NOW)

    assert Maintenance.objects.count() == 8


def test_subscribers_are_told_by_the_reminder_and_not_weeks_ahead_when_work_comes_again() -> None:
    row = series(rule="FREQ=WEEKLY;COUNT=2")
    follow(row, now=NOW)
    ahead = [compose(news, NOW) for news in News.objects.all()]
    due = datetime(2026, 3, 6, 17, 0, tzinfo=UTC)

    move_by_time(due)

    told = [compose(news, due) for news in News.objects.filter(spread=False)]
    assert ahead == [False, False]
    assert told == [True]


def posted(**changes: str) -> dict[str, Any]:
    return {
        "title_zh": "例行维护",
        "title_en": "",
        "body_zh": "",
        "body_en": "",
        "components": [row.pk for row in plant_components()],
        "first_on": "2027-03-07",
        "starts_at": "02:30:00",
        "minutes": "90",
        "zone": "Europe/Berlin",
        "rule": "FREQ=WEEKLY;BYDAY=SU",
        "except_on": "2027-03-14",
        "remind_hours": "12",
        "active": "on",
        **changes,
    }


@pytest.fixture
def browser(admin_client: Client, settings: Settings) -> Client:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    return admin_client


def test_form_shows_what_comes_next_by_the_clock_of_its_zone_when_it_was_saved(browser: Client) -> None:
    answer = browser.post("/admin/incidents/maintenanceseries/add/", posted())
    page = browser.get(f"/admin/incidents/maintenanceseries/{MaintenanceSeries.objects.get().pk}/change/")

    assert answer.status_code == 302, answer.content.decode()[:2000]
    shown = page.content.decode()
    assert (
        "2027-03-07 02:30 (UTC+0100)<br>2027-03-21 02:30 (UTC+0100)<br>2027-03-28 03:30 (UTC+0200)" in shown
    )


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"rule": "FREQ=HOURLY"}, "rule", "A rule begins with FREQ=DAILY"),
        ({"rule": "FREQ=DAILY;BYHOUR=1"}, "rule", "not known here: BYHOUR"),
        ({"rule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "rule", "No day fits"),
        ({"first_on": "2027-03-08"}, "first_on", "the next one that is would be 2027-03-14"),
        ({"except_on": "Christmas"}, "except_on", "This is no day such as 2026-12-27: Christmas"),
        ({"zone": "Mars/Base"}, "zone", "Select a valid choice"),
        ({"title_zh": " "}, "title_zh", "one of them is enough"),
    ],
)
def test_form_says_beside_the_field_what_is_wrong_when_a_series_cannot_be(
    browser: Client, change: dict[str, str], field: str, said: str
) -> None:
    browser.cookies["django_language"] = "en"

    answer = browser.post("/admin/incidents/maintenanceseries/add/", posted(**change))

    errors = answer.context["adminform"].form.errors
    assert list(errors) == [field]
    assert said in str(errors[field])
    assert not MaintenanceSeries.objects.exists()


@pytest.mark.parametrize("count", [1, 12])
def test_list_asks_the_same_number_of_queries_when_there_are_more(
    browser: Client, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    row = series(rule="FREQ=WEEKLY;COUNT=2")
    follow(row, now=NOW)
    for number in range(count - 1):
        MaintenanceSeries.objects.create(
            title_en=f"No {number}",
            first_on=row.first_on,
            starts_at=row.starts_at,
            zone="UTC",
            rule="FREQ=DAILY",
        )

    with django_assert_max_num_queries(14):
        answer = browser.get("/admin/incidents/maintenanceseries/")

    assert answer.status_code == 200
