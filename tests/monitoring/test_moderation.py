"""Hiding and relabelling reports, and what the machine may learn from it."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from probes.vocabulary.symptoms import Product, Symptom
from statuspage.monitoring.models import Progress, Report, Source
from statuspage.monitoring.moderation import labelled_reports, relabel_report, set_hidden
from statuspage.monitoring.pruning import prune

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def report(text: str = "分付又用不了了，笑死", *, at: datetime = NOW, **fields: object) -> Report:
    source, _ = Source.objects.get_or_create(
        slug="forum", name_zh="论坛", name_en="Forum", kind="html", url="https://forum.example/"
    )
    values = {"symptom": Symptom.IRRELEVANT, "product": Product.FENFU, "probability": 0.4, **fields}
    number = str(Report.objects.count())
    return Report.objects.create(source=source, external_id=number, at=at, text=text, **values)


def test_relabel_keeps_what_the_machine_had_read() -> None:
    row = report()

    relabel_report(report_id=row.pk, symptom=Symptom.PAYMENT_FAILURE, now=NOW)
    relabel_report(report_id=row.pk, symptom=Symptom.RISK_DECLINE, now=NOW)

    row.refresh_from_db()
    assert (row.symptom, row.read_as, row.probability) == ("risk_decline", "irrelevant", 1.0)
    assert Progress.objects.get().changed_at == NOW


def test_relabel_changes_nothing_when_it_says_so_already() -> None:
    row = report()
    relabel_report(report_id=row.pk, symptom=Symptom.PAYMENT_FAILURE, now=NOW)

    assert not relabel_report(report_id=row.pk, symptom=Symptom.PAYMENT_FAILURE, now=NOW)


def test_relabel_corrects_the_product_when_only_that_was_misread() -> None:
    row = report(symptom=Symptom.PAYMENT_FAILURE)
    said: dict[str, Any] = {
        "report_id": row.pk,
        "symptom": Symptom.PAYMENT_FAILURE,
        "product": Product.WECHAT_PAY,
    }

    changed = [relabel_report(**said, now=NOW), relabel_report(**said, now=NOW)]

    assert changed == [True, False]
    assert [(told.label, told.product) for told in labelled_reports()] == [("payment_failure", "wechat_pay")]


def test_hiding_is_published_only_when_something_changed() -> None:
    row = report(hidden=True)

    assert set_hidden(ids=[row.pk], hidden=True, now=NOW) == 0
    assert not Progress.objects.exists()
    assert set_hidden(ids=[row.pk], hidden=False, now=NOW) == 1
    assert Progress.objects.get().changed_at == NOW


@pytest.mark.parametrize(
    ("text", "language"),
    [("付不出去", "zh-Hans"), ("付不出去了，額度沒了", "zh-Hant"), ("Payment FAILED", "en")],
)
def test_labelled_reports_tell_the_language(text: str, language: str) -> None:
    relabel_report(report_id=report(text).pk, symptom=Symptom.PAYMENT_FAILURE, now=NOW)

    assert [row.lang for row in labelled_reports()] == [language]


def test_export_labels_writes_what_a_person_labelled(tmp_path: Path) -> None:
    report("没人看过")
    relabel_report(report_id=report().pk, symptom=Symptom.PAYMENT_FAILURE, now=NOW)

    told = StringIO()
    call_command("export_labels", stdout=told)
    call_command("export_labels", str(tmp_path / "labels.jsonl"), stderr=StringIO())

    assert json.loads(told.getvalue()) == {
        "id": "forum/1",
        "text": "分付又用不了了，笑死",
        "label": "payment_failure",
        "product": "fenfu",
        "lang": "zh-Hans",
        "hard": True,
        "was": "irrelevant",
    }
    assert (tmp_path / "labels.jsonl").read_text() == told.getvalue()


def test_pruning_keeps_the_text_of_a_labelled_report_but_not_its_author(settings: Settings) -> None:
    old = NOW - timedelta(days=settings.REPORT_DAYS + 1)
    kept, gone = (report(at=old, author="hash", url="https://forum.example/1") for _ in range(2))
    relabel_report(report_id=kept.pk, symptom=Symptom.PAYMENT_FAILURE, now=old)

    prune(now=NOW)

    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.text, kept.author, kept.url) == ("分付又用不了了，笑死", "", "")
    assert (gone.text, gone.author) == ("", "")


@pytest.fixture
def admin(client: Client, settings: Settings) -> Client:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_admin_relabels_and_hides_in_the_list(admin: Client, language: str) -> None:
    row = report()
    address = "/admin/monitoring/report/"
    sent = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "1",
        "form-0-id": str(row.pk),
        "form-0-symptom": "payment_failure",
        "form-0-product": "other",
        "form-0-hidden": "on",
        "_save": "Save",
    }

    shown = admin.get(address, headers={"accept-language": language})
    saved = admin.post(address, sent)

    row.refresh_from_db()
    assert row.text in shown.content.decode()
    assert saved.status_code == 302
    assert (row.symptom, row.read_as, row.hidden) == ("payment_failure", "irrelevant", True)
    assert row.product == "other"


def test_admin_downloads_what_was_labelled(admin: Client) -> None:
    row = report()
    address = "/admin/monitoring/report/"
    chosen = {"_selected_action": [str(row.pk)]}

    admin.post(address, {"action": "confirm", **chosen})
    downloaded = admin.post(address, {"action": "export", **chosen})

    assert json.loads(downloaded.content)["label"] == "irrelevant"
    assert admin.get(f"{address}{row.pk}/change/").status_code == 200


def test_admin_corrects_the_product_when_the_symptom_was_right(admin: Client) -> None:
    row = report(symptom=Symptom.RISK_DECLINE)
    address = f"/admin/monitoring/report/{row.pk}/change/"

    admin.post(address, {"symptom": "risk_decline", "product": "none"})

    (told,) = labelled_reports()
    assert (told.label, told.product, told.was) == ("risk_decline", "none", "risk_decline")


@pytest.mark.parametrize("action", ["hide", "show"])
def test_admin_hides_and_shows_many_at_once(admin: Client, action: str) -> None:
    rows = [report(hidden=action == "show") for _ in range(3)]

    admin.post(
        "/admin/monitoring/report/",
        {"action": action, "_selected_action": [str(row.pk) for row in rows]},
    )

    assert set(Report.objects.values_list("hidden", flat=True)) == {action == "hide"}
