"""One turn of the pipeline: what it concludes, and that it may be cut, broken and repeated."""

import threading
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from django.conf import settings
from django.db import connection
from django.utils.crypto import get_random_string

from probes.vocabulary.exclusions import Exclusion
from probes.vocabulary.states import ComponentState, IncidentStatus
from statuspage import pipeline
from statuspage.incidents import models as incidents
from statuspage.monitoring import models as monitoring
from statuspage.monitoring.conditions import stored_conditions
from statuspage.pipeline.detectors import DetectorKeeper
from tests.pipeline.day import (
    DOWN,
    END,
    FAULT,
    QUIET,
    advance_to,
    conclusions,
    forget_conclusions,
    plant_outage,
)
from tests.pipeline.planting import at, plant_catalog, rounds, small_catalog, store


@pytest.mark.django_db
def test_advance_opens_and_resolves_an_incident_when_a_component_fails_for_a_while() -> None:
    plant_outage()

    advance_to(QUIET + 120)
    during = incidents.Incident.objects.get()
    state = incidents.ComponentStatus.objects.get(component__slug="fenfu-qr").state
    advance_to(END, start=QUIET + 120)
    after = incidents.Incident.objects.get()

    assert (during.cause, during.status, during.certainty) == ("outage", "identified", "confirmed")
    assert state in (ComponentState.PARTIAL, ComponentState.MAJOR)
    assert after.status == IncidentStatus.RESOLVED
    assert after.resolved_at is not None
    assert abs((after.started_at - at(QUIET)).total_seconds()) < 60
    assert [update.status for update in after.updates.order_by("sequence")][-1] == "resolved"
    assert incidents.ComponentStatus.objects.get(component__slug="fenfu-qr").state == "operational"
    assert incidents.ComponentStatus.objects.get(component__slug="wxpay-card").state == "operational"


@pytest.mark.django_db
def test_advance_changes_nothing_when_it_is_done_twice() -> None:
    plant_outage()
    advance_to(FAULT)
    before = conclusions()

    result = pipeline.advance(at(FAULT) + timedelta(seconds=settings.SETTLE_SECONDS))

    assert not result.changed
    assert conclusions() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", [23.0, END])
def test_advance_concludes_the_same_when_its_turns_are_cut_otherwise(step: float) -> None:
    plant_outage()
    advance_to(END, step=60.0)
    expected = conclusions()
    forget_conclusions()

    advance_to(END, step=step)

    assert conclusions() == expected


class _CrashError(Exception):
    pass


class _CrashingAt:
    """Breaks the connection's n-th statement."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, execute: Callable[..., object], sql: str, *rest: object) -> object:
        if self.left == 0:
            raise _CrashError(sql)
        self.left -= 1
        return execute(sql, *rest)


@pytest.mark.django_db(transaction=True)
def test_advance_goes_on_when_it_was_broken_off_at_any_statement() -> None:
    plant_outage()
    advance_to(QUIET + 30)
    until = at(QUIET + 120) + timedelta(seconds=settings.SETTLE_SECONDS)
    before = conclusions()
    stages = 0

    while True:
        try:
            with connection.execute_wrapper(_CrashingAt(stages)):
                pipeline.advance(until)
        except _CrashError:
            stages += 1
            assert conclusions() == before
        else:
            break

    assert stages > 20
    assert incidents.Incident.objects.get().status == "identified"
    assert incidents.IncidentUpdate.objects.count() == 1
    # Settled 125 s ago, in whole strides.
    assert sum(monitoring.CheckTotal.objects.values_list("count", flat=True)) == (
        monitoring.CheckResult.objects.filter(at__lte=at(QUIET - 10)).count()
    )


@pytest.mark.django_db
def test_advance_concludes_the_same_when_two_processes_take_turns() -> None:
    plant_outage()
    processes = [DetectorKeeper(), DetectorKeeper()]

    for number in range(int(END / 60)):
        now = at(60.0 * (number + 1)) + timedelta(seconds=settings.SETTLE_SECONDS)
        pipeline.advance(now, keeper=processes[number % 2])

    incident = incidents.Incident.objects.get()
    assert incident.status == "resolved"
    assert incident.updates.filter(status="resolved").count() == 1


@pytest.mark.django_db
def test_advance_starts_anew_and_leaves_nothing_open_when_the_stored_state_is_of_another_version() -> None:
    plant_outage()
    advance_to(QUIET + 120)
    old = msgspec.msgpack.encode({"version": 1, "tick": 5, "stories": {}})
    monitoring.Progress.objects.update(detector_state=old, state_token="")

    advance_to(QUIET + 180, start=QUIET + 120)

    first, *others = incidents.Incident.objects.order_by("pk")
    assert first.status == IncidentStatus.RESOLVED
    assert all(other.components.filter(slug="fenfu-qr").exists() for other in others)
    assert monitoring.Progress.objects.get().concluded_until == at(QUIET + 180)


@pytest.mark.django_db
def test_advance_says_busy_when_another_thread_is_at_work() -> None:
    plant_catalog(small_catalog())
    found: list[bool] = []

    def meanwhile(execute: Callable[..., object], *statement: object) -> object:
        if not found:
            found.append(False)
            other = threading.Thread(target=lambda: found.append(pipeline.advance(at(60)).busy))
            other.start()
            other.join()
        return execute(*statement)

    with connection.execute_wrapper(meanwhile):
        mine = pipeline.advance(at(60))

    assert found == [False, True]
    assert not mine.busy


@pytest.mark.django_db
def test_a_late_result_is_not_judged_when_its_moment_was_concluded() -> None:
    catalog = small_catalog()
    plant_catalog(catalog)
    store(rounds(catalog, since=0, until=600))
    advance_to(600)
    before = conclusions()
    late = rounds(catalog, since=300, until=420, answer=DOWN)
    monitoring.CheckResult.objects.all().delete()
    store(late)
    monitoring.CheckResult.objects.update(late=True)

    pipeline.advance(at(605) + timedelta(seconds=settings.SETTLE_SECONDS))

    assert conclusions()["totals"] == before["totals"]
    assert not incidents.Incident.objects.exists()


@pytest.mark.django_db
def test_a_component_is_unknown_when_no_checks_come() -> None:
    catalog = small_catalog()
    plant_catalog(catalog)
    store(rounds(catalog, since=0, until=600))
    advance_to(600)

    advance_to(3600, start=600)

    states = set(incidents.ComponentStatus.objects.values_list("state", flat=True))
    day = incidents.ComponentDay.objects.filter(component__slug="fenfu-qr").latest("day")
    assert states == {ComponentState.UNKNOWN}
    assert not incidents.Incident.objects.exists()
    assert day.outage_seconds == 0
    assert day.unknown_seconds == pytest.approx(3600 - 600 - 120, abs=120)
    assert day.observed_seconds + day.unknown_seconds == pytest.approx(3600, abs=5)


@pytest.mark.django_db
def test_components_are_unknown_and_nothing_is_published_when_our_key_expires() -> None:
    catalog = small_catalog()
    plant_catalog(catalog)
    refused = dict.fromkeys(("fenfu-qr", "wxpay-card"), (401, "SIGN_ERROR", "签名错误"))
    store(rounds(catalog, since=0, until=900))
    store(rounds(catalog, since=900, until=1020, answer=refused))

    advance_to(1020)

    conditions = stored_conditions(monitoring.Progress.objects.get())
    states = set(incidents.ComponentStatus.objects.values_list("state", flat=True))
    assert states == {ComponentState.UNKNOWN}
    assert not incidents.Incident.objects.exists()
    assert conditions.blind_because == dict.fromkeys(refused, Exclusion.UNAUTHENTICATED)
    assert len(conditions.misconfigured_probes) == 8


@pytest.mark.django_db
def test_an_incident_stays_as_it_is_when_a_person_took_it_over() -> None:
    plant_outage()
    advance_to(QUIET + 120)
    title = get_random_string(8)
    incidents.Incident.objects.update(taken_over=True, title_en=title, cause="risk_control")

    advance_to(END, start=QUIET + 120)

    incident = incidents.Incident.objects.get()
    assert (incident.title_en, incident.cause, incident.resolved_at) == (title, "risk_control", None)


@pytest.mark.django_db
def test_nothing_is_called_working_when_the_detector_lost_an_incident_until_all_was_judged_anew() -> None:
    plant_outage()
    advance_to(QUIET + 120)
    monitoring.Progress.objects.update(detector_state=b"of another version")
    keeper = DetectorKeeper()
    seen: dict[float, tuple[str, str]] = {}

    for seconds in range(int(QUIET) + 122, int(QUIET) + 290, 6):
        pipeline.advance(at(seconds) + timedelta(seconds=settings.SETTLE_SECONDS), keeper=keeper)
        states = dict(incidents.ComponentStatus.objects.values_list("component__slug", "state"))
        seen[seconds] = states["fenfu-qr"], states["wxpay-card"]

    at_once, later = seen[QUIET + 122], seen[QUIET + 284]
    lost, found = incidents.Incident.objects.order_by("created_at")
    assert at_once == ("unknown", "unknown")
    assert "operational" not in {qr for qr, _ in seen.values()}
    assert later[0] in (ComponentState.PARTIAL, ComponentState.MAJOR)
    assert later[1] == "operational"
    assert (lost.end_unseen, found.resolved_at) == (True, None)


@pytest.mark.django_db
def test_states_stay_when_the_detector_begins_anew_and_followed_nothing() -> None:
    plant_outage()
    advance_to(QUIET)
    monitoring.Progress.objects.update(detector_state=b"of another version")

    pipeline.advance(at(QUIET + 2) + timedelta(seconds=settings.SETTLE_SECONDS), keeper=DetectorKeeper())

    assert stored_conditions(monitoring.Progress.objects.get()).anew_until is None


@pytest.mark.django_db
def test_advance_catches_up_in_parts_when_it_was_stopped_for_long() -> None:
    catalog = small_catalog(interval_s=300)
    plant_catalog(catalog)
    store(rounds(catalog, since=0, until=3600))
    advance_to(600)

    first = pipeline.advance(at(7 * 3600))
    second = pipeline.advance(at(7 * 3600))

    assert not first.caught_up
    assert second.caught_up
    assert second.until == at(7 * 3600) - timedelta(seconds=settings.SETTLE_SECONDS)


@pytest.mark.django_db
def test_the_page_is_told_of_a_change_only_when_something_public_changed() -> None:
    plant_outage()
    advance_to(QUIET)
    calm = monitoring.Progress.objects.get().changed_at

    advance_to(QUIET + 120, start=QUIET)

    changed = monitoring.Progress.objects.get().changed_at
    assert calm is not None
    assert calm < at(120)
    assert changed is not None
    assert changed > at(QUIET)
