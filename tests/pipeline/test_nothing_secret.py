"""What endpoints say back of our secrets is in no row, log, trace, page, feed, metric or answer."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.serializers import serialize
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from probes.simulator.wire.keys import ensure_keys
from probes.vocabulary.outcomes import Outcome
from statuspage import pipeline
from statuspage.doctor.keys import examine_keys
from statuspage.doctor.watching import examine_watching
from statuspage.incidents.models import Incident
from statuspage.management.commands.doctor import lines_of
from statuspage.monitoring.checks import store_runs
from statuspage.monitoring.codes import site_code_book
from statuspage.monitoring.models import CheckResult, Endpoint, Probe, UnmappedAnswer
from statuspage.pipeline.export import export
from statuspage.public.publish.publisher import write
from statuspage.public.read.snapshot import build
from tests.pipeline.planting import at, plant_catalog, rounds, small_catalog, store
from tests.support.echo_checks import echoed, gateways_of, secrets_of
from tests.support.echoing import Echo, leaks

pytestmark = pytest.mark.django_db
GOOD_S, BAD_S = 1800, 2400


@pytest.fixture(autouse=True)
def _plain(settings: Settings) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def test_no_secret_is_anywhere_when_every_endpoint_says_back_what_it_was_asked(
    tmp_path: Path, admin_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gateways = gateways_of(ensure_keys(tmp_path / "keys"))
    secrets = set().union(*(secrets_of(gateway) for gateway, _ in gateways.values()))
    runs = [
        echoed(gateway, operation, Echo(envelope=envelope, status=status, part=part))
        for gateway, operation in gateways.values()
        for envelope, status, part in (("text", 500, "all"), ("message", 400, "body"), ("error", 418, "body"))
    ]
    catalog = small_catalog()
    plant_catalog(catalog)
    Endpoint.objects.update(gateway="generic_http")
    store(rounds(catalog, since=0, until=GOOD_S))
    said = next(run for run in runs if run.outcome is Outcome.SERVER_ERROR)
    answer = {"fenfu-qr": (500, said.code, said.message)}
    store(rounds(catalog, since=GOOD_S, until=BAD_S, answer=answer))
    probe = Probe.objects.get(slug="fenfu-qr.ordinary.east")
    for number, run in enumerate(runs):
        moment = at(BAD_S - 60 + number)
        row = replace(run, probe=probe.slug, tick=moment, started_at=moment, ended_at=moment)
        store_runs([row], {probe.slug: probe}, site_code_book(), now=moment)
    while not pipeline.advance(at(BAD_S)).caught_up:
        pass

    write(build(at(BAD_S)), tmp_path / "snapshot")

    assert Incident.objects.exists()
    assert UnmappedAnswer.objects.exists()
    assert CheckResult.objects.filter(message__contains="•••").count() > len(runs)
    shown = {
        **_rows(),
        **_published(tmp_path / "snapshot"),
        **_answered(admin_client),
        "trace": b"".join(export(since=None, until=None)).decode(),
        "doctor": "".join(lines_of([*examine_keys(), *examine_watching()], "en")),
        "log": caplog.text,
    }
    assert {where: found for where, text in shown.items() if (found := leaks(text, secrets))} == {}


def _rows() -> dict[str, str]:
    """Every row of every table."""
    return {
        f"rows of {model.__name__}": serialize("json", model._default_manager.all())
        for model in apps.get_models()
        if model._meta.managed
    }


def _published(folder: Path) -> dict[str, str]:
    """Every file that readers and programs get."""
    files = [file for file in (folder / "current").rglob("*") if file.is_file()]
    plain = [file for file in files if file.suffix not in (".br", ".gz", ".zst")]
    assert len(plain) > 20
    return {str(file): file.read_bytes().decode("utf-8", "replace") for file in plain}


def _answered(client: Client) -> dict[str, str]:
    """What is made for each who asks: the API, the metrics, and the admin's lists and rows."""
    addresses = [
        "/metrics",
        "/api/v1/incidents",
        "/api/v1/components",
        "/api/v1/components/fenfu-qr/outcomes",
        "/only-me/",
    ]
    for model in admin.site._registry:
        if model._meta.app_label not in ("monitoring", "incidents"):
            continue
        kind = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        addresses.append(reverse(f"{kind}_changelist"))
        row = model._default_manager.last()
        if row is not None and model in (CheckResult, UnmappedAnswer, Incident):
            addresses.append(reverse(f"{kind}_change", args=[row.pk]))
    answers = {address: client.get(address) for address in addresses}
    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(answers, 200)
    return {address: answer.content.decode() for address, answer in answers.items()}
