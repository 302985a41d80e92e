"""Pauses of probes: asked for with an end and a reason, over by the clock, and never told as normal."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from statuspage.logbook.models import Deed
from statuspage.monitoring.blocks import Result, pack
from statuspage.monitoring.models import (
    CheckBlock,
    CheckResult,
    Component,
    Endpoint,
    Probe,
    Progress,
    Vantage,
)
from statuspage.monitoring.pausing import pause_probes, paused_components, resume_due, resume_probes
from statuspage.monitoring.results import latest_results
from statuspage.monitoring.selectors import standing_probes
from tests.support.admin_forms import filled_in
from tests.support.probe_rows import build_probe

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PROBES = reverse("admin:monitoring_probe_changelist")


@pytest.fixture(autouse=True)
def _quick_admin(settings: Settings) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def pause(**changes: Any) -> int:
    told: dict[str, Any] = {
        "probes": Probe.objects.all(),
        "until": NOW + HOUR,
        "reason": "their move",
        "now": NOW,
    }
    return pause_probes(**told | changes)


def test_probe_asks_nothing_when_it_is_paused() -> None:
    build_probe()

    paused = pause()

    assert paused == 1
    assert not standing_probes().exists()
    assert Progress.objects.get().changed_at == NOW


def test_probe_goes_on_by_the_clock_when_its_pause_is_over() -> None:
    build_probe()
    pause()

    early, due, again = (resume_due(now=NOW + HOUR + timedelta(seconds=s)) for s in (-1, 0, 1))

    assert (early, due, again) == (0, 1, 0)
    assert standing_probes().exists()
    deed = Deed.objects.get()
    assert (deed.what, deed.who) == ("Went on when the pause was over", "Fogbreak")


def test_probe_waits_for_somebody_when_its_pause_has_no_end() -> None:
    build_probe()
    pause(until=None)

    by_itself = resume_due(now=NOW + timedelta(days=99))
    by_hand = resume_probes(probes=Probe.objects.all(), now=NOW)

    assert (by_itself, by_hand) == (0, 1)
    assert standing_probes().exists()


def test_probe_stays_off_when_it_was_disabled_for_good() -> None:
    build_probe(enabled=False)

    paused = pause()
    resumed = resume_due(now=NOW + 2 * HOUR)

    assert (paused, resumed) == (0, 0)
    assert not standing_probes().exists()


@pytest.mark.parametrize("fields", [{"enabled": True}, {"paused_at": None}], ids=["in use", "not paused"])
def test_row_cannot_say_that_it_is_paused_and_is_not(fields: dict[str, Any]) -> None:
    build_probe()
    pause()

    with pytest.raises(IntegrityError), transaction.atomic():
        Probe.objects.update(**fields)


def test_component_is_paused_only_when_all_its_probes_are() -> None:
    first = build_probe()
    build_probe("fenfu-qr.ordinary.south", vantage="south")

    pause(probes=Probe.objects.filter(pk=first.pk))
    some = paused_components()
    pause(until=NOW + 2 * HOUR, probes=Probe.objects.exclude(pk=first.pk))

    assert some == ()
    assert paused_components() == (("fenfu-qr", NOW + HOUR),)


def chosen(client: Client, where: str, *rows: Any, **more: str) -> Any:
    """What comes of the action with these rows chosen."""
    sent = {"action": "pause", "_selected_action": [row.pk for row in rows], **more}
    return client.post(where, sent, headers={"Accept-Language": "en"})


def test_admin_asks_for_how_long_and_why_when_probes_are_to_be_paused(admin_client: Client) -> None:
    probe = build_probe()

    page = HTMLParser(chosen(admin_client, PROBES, probe).content.decode())
    sent = filled_in(page) | {"_pause": "Pause"}
    refused = admin_client.post(PROBES, sent)
    untouched = (Probe.objects.get().enabled, Deed.objects.count())
    answer = admin_client.post(PROBES, sent | {"reason": "their move"})

    probe.refresh_from_db()
    assert refused.status_code == 200
    assert untouched == (True, 0)
    assert answer.status_code == 302
    assert (probe.enabled, probe.pause_reason) == (False, "their move")
    assert probe.paused_until is not None
    assert probe.paused_at is not None
    assert probe.paused_until - probe.paused_at == HOUR
    assert Deed.objects.get().what == "Pause the checks"
    page_now = admin_client.get(PROBES, headers={"Accept-Language": "en"}).content.decode()
    assert "paused until" in page_now
    assert "their move" in page_now


def test_admin_refuses_a_pause_that_ends_before_it_begins(admin_client: Client) -> None:
    probe = build_probe()
    sent = filled_in(HTMLParser(chosen(admin_client, PROBES, probe).content.decode()))
    long_ago = {
        "lasts": "until",
        "until_0": "2020-01-01",
        "until_1": "00:00:00",
        "reason": "x",
        "_pause": "1",
    }

    page = admin_client.post(PROBES, sent | long_ago, headers={"Accept-Language": "en"}).content.decode()

    assert "Give a moment that is still to come." in page
    assert Probe.objects.get().enabled


@pytest.mark.parametrize("model", [Component, Endpoint, Vantage], ids=lambda model: model.__name__)
def test_admin_pauses_all_probes_of_what_is_chosen(admin_client: Client, model: Any) -> None:
    build_probe()
    where = reverse(f"admin:monitoring_{model._meta.model_name}_changelist")

    chosen(admin_client, where, model.objects.get(), reason="x", lasts="", _pause="1")

    assert Probe.objects.get().paused_at is not None


def test_admin_resumes_what_is_paused_and_nothing_else(admin_client: Client) -> None:
    build_probe("off", enabled=False)
    pause(probes=Probe.objects.filter(pk=build_probe().pk))

    admin_client.post(
        PROBES, {"action": "resume", "_selected_action": [row.pk for row in Probe.objects.all()]}
    )

    assert list(Probe.objects.values_list("slug", "enabled")) == [
        ("fenfu-qr.ordinary.east", True),
        ("off", False),
    ]


def test_probe_is_no_longer_paused_when_its_form_enables_it(admin_client: Client) -> None:
    probe = build_probe()
    pause()
    where = reverse("admin:monitoring_probe_change", args=[probe.pk])
    sent = filled_in(HTMLParser(admin_client.get(where).content.decode()))

    answer = admin_client.post(where, sent | {"enabled": "on"})

    probe.refresh_from_db()
    assert answer.status_code == 302
    assert (probe.enabled, probe.paused_at, probe.paused_until) == (True, None, None)


def test_who_may_only_look_pauses_nothing(client: Client) -> None:
    probe = build_probe()
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_probe"))
    client.force_login(viewer)

    chosen(client, PROBES, probe, reason="x", lasts="60", _pause="1")

    assert Probe.objects.get().enabled


def test_who_may_pause_needs_no_right_to_change_probes(client: Client) -> None:
    probe = build_probe()
    operator = User.objects.create_user("operator", is_staff=True)
    operator.user_permissions.set(Permission.objects.filter(codename__in=["view_probe", "pause_probe"]))
    client.force_login(operator)

    chosen(client, PROBES, probe, reason="x", lasts="60", _pause="1")

    assert not Probe.objects.get().enabled


def result_at(at: datetime, **fields: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "tick": at,
        "at": at,
        "stored_at": at,
        "outcome": "accepted",
        "latency_ms": 12.0,
        "message": "",
    }
    return told | {"phases": {"connect": 3.0, "first_byte": 9.0}} | fields


def build_block(probe: Probe, start: datetime, count: int) -> None:
    packed = [
        Result(
            **{"error": None, "http_status": 200, "code": "", "hung_phase": "", "steps": [], "late": False}
            | {"certificate_expires_at": None, "excluded": ""}
            | result_at(start + timedelta(minutes=n))
        )
        for n in range(count)
    ]
    ends = dict.fromkeys(("start", "first_at", "last_at"), start)
    CheckBlock.objects.create(probe=probe, count=count, body=pack(packed), **ends)


def test_latest_results_are_read_from_rows_and_blocks_when_there_are_too_few_rows() -> None:
    probe, other = build_probe(), build_probe("other")
    for number in range(3):
        CheckResult.objects.create(probe=probe, **result_at(NOW + timedelta(minutes=number)))
    CheckResult.objects.create(probe=other, **result_at(NOW))
    build_block(probe, NOW - HOUR, 30)
    build_block(probe, NOW - 2 * HOUR, 30)

    found = latest_results(probe.pk, 50)

    ticks = [result.tick for result in found]
    assert len(found) == 50
    assert ticks == sorted(ticks, reverse=True)
    assert ticks[0] == NOW + timedelta(minutes=2)
    assert ticks[3] == NOW - HOUR + timedelta(minutes=29)


def test_form_of_a_probe_shows_its_latest_results(admin_client: Client) -> None:
    probe = build_probe()
    CheckResult.objects.create(probe=probe, **result_at(NOW))
    failed = {
        "outcome": "server_error",
        "http_status": 503,
        "message": "<b>busy</b>",
        "excluded": "misconfigured",
    }
    CheckResult.objects.create(probe=probe, **result_at(NOW + timedelta(minutes=1), **failed))
    where = reverse("admin:monitoring_probe_change", args=[probe.pk])

    page = HTMLParser(admin_client.get(where, headers={"Accept-Language": "en"}).content.decode())

    rows = [" ".join(node.text(separator=" ").split()) for node in page.css(".recent-rows tbody tr")]
    assert len(page.css("svg.recent rect")) == 2
    assert rows[0].startswith(
        "2026-03-01 20:01:00 server error (our request was wrong) 503 <b>busy</b> 12 connect 3"
    )
    assert rows[1].startswith("2026-03-01 20:00:00 went through")
    # Nothing of a message is markup.
    assert page.css_first(".recent-rows b") is None


@pytest.mark.parametrize("count", [1, 300])
def test_list_and_form_of_probes_take_as_many_queries_however_many_there_are(
    admin_client: Client, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    probe = build_probe()
    CheckResult.objects.create(probe=probe, **result_at(NOW))
    same = {
        name: getattr(probe, name) for name in ("component", "persona", "vantage", "endpoint", "operation")
    }
    Probe.objects.bulk_create(Probe(slug=f"p{number}", **same) for number in range(count))

    with django_assert_max_num_queries(24):
        admin_client.get(PROBES)
    with django_assert_max_num_queries(24):
        admin_client.get(reverse("admin:monitoring_probe_change", args=[probe.pk]))
