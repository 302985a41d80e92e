"""What was brought over is what our own API tells: all of it, once, and as no news."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from probes.vocabulary.origins import Origin
from statuspage.delivery.models import News
from statuspage.importing.values import CarriedComponent, CarriedIncident, CarriedProbe, CarriedSite
from statuspage.importing.writing import Imported, write_site
from statuspage.incidents.models import (
    ComponentStatus,
    Incident,
    IncidentUpdate,
    Maintenance,
    MaintenanceNotice,
)
from statuspage.logbook.models import Deed
from statuspage.monitoring.models import Component, Probe, Progress
from statuspage.subscribers.addresses import open_address
from statuspage.subscribers.ending import unsubscribe_mail
from statuspage.subscribers.models import Subscription
from tests.importing.samples import read_sample, sample_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 26, 5, tzinfo=UTC)


def bring(origin: Origin, folder: Path, *, dry_run: bool = False) -> tuple[CarriedSite, Imported]:
    site = read_sample(origin, folder)
    return site, write_site(site, now=NOW, dry_run=dry_run)


def rows() -> list[object]:
    """All that importing may write."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (
            Component,
            Probe,
            Incident,
            IncidentUpdate,
            Maintenance,
            MaintenanceNotice,
            Deed,
            Subscription,
        )
    ]


def api(client: Client, path: str) -> list[dict[str, Any]]:
    return list(client.get(f"/api/v1/{path}?limit=100").json()["items"])


def parsed(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)


@pytest.mark.parametrize("origin", list(Origin))
def test_our_api_tells_what_the_sample_said(origin: Origin, tmp_path: Path, client: Client) -> None:
    site, _ = bring(origin, tmp_path)

    components = {one["slug"]: one for one in api(client, "components")}
    names = {one.key: (one.name, one.group or None) for one in site.components}
    assert sorted(names.values(), key=str) == sorted(
        (
            (one["name"]["en"], one["group_name"]["en"] if one["group_name"] else None)
            for one in components.values()
        ),
        key=str,
    )
    told = {parsed(one["started_at"]): one for one in api(client, "incidents")}
    assert len(told) == len(site.incidents)
    for incident in site.incidents:
        body = told[incident.started_at]
        if incident.title:
            assert incident.title == (body["title"]["zh"] or body["title"]["en"])
        assert (body["cause"], body["impact"], body["led_by"]) == (incident.cause, incident.impact, "person")
        assert body["imported_from"] == origin
        assert parsed(body["resolved_at"]) == incident.resolved_at
        assert [components[slug]["name"]["en"] for slug in body["components"]] == [
            names[key][0] for key in incident.components
        ]
        assert [
            (parsed(one["at"]), one["status"], one["body"]["zh"] or one["body"]["en"], one["by_machine"])
            for one in reversed(body["updates"])
        ] == [(one.at, one.status, one.body, False) for one in incident.updates]
        assert body["postmortem"]["en"] == incident.postmortem
    planned = {one["title"]["zh"] or one["title"]["en"]: one for one in api(client, "maintenance")}
    assert len(planned) == len(site.works)
    for work in site.works:
        body = planned[work.title]
        assert (parsed(body["starts_at"]), parsed(body["ends_at"])) == (work.starts_at, work.ends_at)
        assert [one["body"]["en"] for one in reversed(body["updates"])] == [one.body for one in work.updates]


@pytest.mark.parametrize("origin", list(Origin))
def test_nothing_changes_when_it_is_brought_over_twice(origin: Origin, tmp_path: Path) -> None:
    site, first = bring(origin, tmp_path)
    before = rows()

    again = write_site(site, now=NOW + timedelta(hours=1), dry_run=False)

    assert first.created
    assert (again.created, rows()) == ([], before)


@pytest.mark.parametrize("origin", list(Origin))
def test_dry_run_writes_nothing_and_says_the_same(origin: Origin, tmp_path: Path) -> None:
    before = rows()

    site, told = bring(origin, tmp_path, dry_run=True)

    assert rows() == before
    assert told.created == write_site(site, now=NOW, dry_run=False).created


def test_dry_run_says_what_nobody_would_end(tmp_path: Path) -> None:
    site, told = bring(Origin.STATUSPAGE, tmp_path, dry_run=True)

    open_ones = [one for one in site.incidents if one.resolved_at is None]
    assert len(told.still_open) == len(open_ones) > 0
    assert f"since {open_ones[0].started_at:%Y-%m-%d %H:%M} UTC" in told.still_open[0]


@pytest.mark.parametrize("origin", list(Origin))
def test_nobody_is_told_of_what_was_brought_over(origin: Origin, tmp_path: Path) -> None:
    bring(origin, tmp_path)

    assert Incident.objects.filter(resolved_at__isnull=True).exists()
    assert not News.objects.exists()


def test_outage_that_only_a_machine_told_is_called_as_ours_are(tmp_path: Path) -> None:
    bring(Origin.GATUS, tmp_path)

    incident = Incident.objects.get(resolved_at__isnull=False)
    assert incident.title_zh == "wallet · QR payment：系统故障"
    assert incident.title_en == "Wallet · QR payment: system outage"


def test_probe_asks_for_the_page_that_the_other_tool_asked_for(tmp_path: Path) -> None:
    bring(Origin.KUMA, tmp_path)

    probe = Probe.objects.get(component__name_zh="扫码支付")
    assert (probe.endpoint.gateway, probe.endpoint.base_url) == ("generic_http", "https://pay.example.com")
    assert probe.operation == "get"
    assert probe.options == {"path": "/health?full=1", "expect_text": '"ok"'}
    assert (probe.interval_seconds, probe.enabled) == (30, True)
    assert not Probe.objects.get(component__slug="old-page").enabled


def test_check_is_left_out_when_it_would_have_a_secret_sent_out() -> None:
    probe = CarriedProbe(url="https://evil.example/?k=${PROBE_SECRET_CARD_KEY}")
    component = CarriedComponent(key="1", name="Bait", probe=probe)

    result = write_site(CarriedSite(origin=Origin.KUMA, components=(component,)), now=NOW, dry_run=False)

    assert [left.why for left in result.left_out] == ["it names a variable: add that to the probe by hand"]
    assert not Probe.objects.exists()


def test_open_incident_is_a_persons_and_its_component_is_in_trouble(tmp_path: Path) -> None:
    Progress.objects.create(pk=1, concluded_until=NOW)

    bring(Origin.STATUSPAGE, tmp_path)

    incident = Incident.objects.get(resolved_at__isnull=True)
    assert incident.led_by_person
    assert incident.affected == ["card-checkout"]
    assert ComponentStatus.objects.get(component__slug="card-checkout").state == "degraded_performance"
    assert ComponentStatus.objects.get(component__slug="qr-payment").state == "operational"


def test_detector_is_told_of_planned_work_that_is_to_come_alone(tmp_path: Path) -> None:
    bring(Origin.STATUSPAGE, tmp_path)

    notice = MaintenanceNotice.objects.get()
    assert (notice.maintenance.title_en, notice.components) == ("Upgrade of the cards", ["card-checkout"])
    assert Maintenance.objects.get(title_en="Upgrade of the wallet").status == "completed"


def test_subscribers_who_said_yes_there_are_told_here(tmp_path: Path) -> None:
    site = read_sample(Origin.STATUSPAGE, tmp_path)

    result = write_site(site, now=NOW, dry_run=False, language="en")

    told = {
        open_address(row.sealed, settings.SECRET_KEY): (row.standing, row.language, row.components)
        for row in Subscription.objects.all()
    }
    assert told == {
        "reader@example.com": ("active", "en", ["card-checkout", "qr-payment"]),
        "all@example.com": ("active", "en", []),
    }
    assert any(left.where == "subscribers.csv:6" for left in result.left_out)


def test_who_unsubscribed_stays_so_when_it_is_brought_over_again(tmp_path: Path) -> None:
    site, _ = bring(Origin.STATUSPAGE, tmp_path)
    for row in Subscription.objects.all():
        unsubscribe_mail(row)

    again = write_site(site, now=NOW, dry_run=False)

    assert not Subscription.objects.exists()
    assert any("who unsubscribed here since" in left.why for left in again.left_out)


def test_component_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    Component.objects.create(slug="qr-payment", name_zh="扫码", name_en="Own name")

    _, result = bring(Origin.CSTATE, tmp_path)

    assert Component.objects.get(slug="qr-payment").name_en == "Own name"
    assert "component qr-payment" not in result.created
    assert Incident.objects.filter(components__slug="qr-payment").exists()


def test_components_of_one_name_stay_apart_when_their_keys_differ() -> None:
    twins = tuple(CarriedComponent(key=key, name="API", group=key) for key in ("east", "west"))
    chinese = CarriedComponent(key="7", name="零钱")

    write_site(CarriedSite(origin=Origin.KUMA, components=(*twins, chinese)), now=NOW, dry_run=False)

    assert set(Component.objects.values_list("slug", flat=True)) == {"api", "api-west", "kuma-7"}


def test_incident_is_left_out_when_it_lies_in_the_future(tmp_path: Path) -> None:
    site, _ = bring(Origin.CSTATE, tmp_path)
    ahead = CarriedIncident(
        key="x",
        title="Tomorrow",
        impact=site.incidents[0].impact,
        components=site.incidents[0].components,
        started_at=NOW + timedelta(days=1),
        resolved_at=None,
        updates=(),
    )

    result = write_site(
        CarriedSite(origin=Origin.CSTATE, components=site.components, incidents=(ahead,)),
        now=NOW,
        dry_run=False,
    )

    assert [str(left) for left in result.left_out] == ["x: incident 'Tomorrow': it lies in the future"]


def test_command_lists_what_it_did_and_what_it_left(tmp_path: Path) -> None:
    folder, out = sample_of(Origin.STATUSPAGE, tmp_path), StringIO()

    call_command("import_from", "statuspage", str(folder), "--dry-run", stdout=out)

    told = out.getvalue()
    assert "created: component qr-payment" in told
    assert "left out: subscribers.csv:3: subscriber: only mail is brought over" in told
    assert "(dry run: nothing was written)" in told
    assert not Component.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("kuma", "nowhere"), "there is no such file"),
        (("gatus", "."), "it has no config.yaml"),
        (("cstate", ".", "--zone", "Mars/Phobos"), "no zone 'Mars/Phobos'"),
    ],
)
def test_command_says_what_is_wrong_and_changes_nothing(
    arguments: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CommandError, match=said):
        call_command("import_from", *arguments)

    assert not Component.objects.exists()
