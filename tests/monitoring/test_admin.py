from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from statuspage.monitoring.blocks import Result, pack
from statuspage.monitoring.models import (
    CheckBlock,
    CheckResult,
    CodeRule,
    Probe,
    Source,
    UnmappedAnswer,
)
from tests.support.probe_rows import build_probe

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)
MONITORING = [model for model in admin.site._registry if model._meta.app_label == "monitoring"]


@pytest.fixture(autouse=True)
def _quick_admin(settings: Settings) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def page_of(model: type[Model], view: str, *args: object) -> str:
    return reverse(f"admin:monitoring_{model._meta.model_name}_{view}", args=args)


@pytest.mark.parametrize("model", MONITORING, ids=lambda model: model.__name__)
def test_admin_lists_and_searches_rows_when_there_are_some(admin_client: Client, model: type[Model]) -> None:
    probe = build_probe()
    CheckResult.objects.create(probe=probe, tick=NOW, at=NOW, stored_at=NOW, outcome="accepted")

    response = admin_client.get(page_of(model, "changelist"), {"q": "a"})

    assert response.status_code == 200


def test_admin_shows_results_that_are_packed(admin_client: Client) -> None:
    plain = Result(
        NOW, NOW, NOW, "timeout", "timeout", None, "", "<b>", None, {}, "body", [], None, "", False
    )
    ends = dict.fromkeys(("start", "first_at", "last_at"), NOW)
    row = CheckBlock.objects.create(probe=build_probe(), count=1, body=pack([plain]), **ends)

    page = admin_client.get(page_of(CheckBlock, "change", row.pk)).content.decode()

    assert "<td>timeout</td>" in page
    assert "<td>&lt;b&gt;</td>" in page


@pytest.mark.parametrize("name", ["component", "persona", "vantage", "endpoint"])
def test_admin_shows_the_slug_as_fixed_when_a_row_is_edited(admin_client: Client, name: str) -> None:
    row = getattr(build_probe(), name)

    response = admin_client.get(page_of(type(row), "change", row.pk))

    assert "slug" in response.context["adminform"].readonly_fields
    assert 'name="slug"' not in response.content.decode()


def test_admin_does_not_offer_another_meaning_when_a_probe_is_edited(admin_client: Client) -> None:
    probe = build_probe()

    response = admin_client.get(page_of(Probe, "change", probe.pk))

    fixed = response.context["adminform"].readonly_fields
    assert {"slug", "component", "persona", "vantage"} <= set(fixed)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"pattern": "(", "outcome": "throttled"}, "no regular expression"),
        ({"outcome": "throttled"}, 'class="errornote"'),
    ],
    ids=["a broken pattern", "a rule that fits everything"],
)
def test_admin_refuses_a_code_rule_when_it_cannot_be_right(
    admin_client: Client, form: dict[str, str], words: str
) -> None:
    response = admin_client.post(page_of(CodeRule, "add"), form)

    assert words in response.content.decode()
    assert not CodeRule.objects.exists()


def test_admin_forgets_an_unmapped_answer_when_a_rule_names_it(admin_client: Client) -> None:
    for code in ("QWERTY", "ASDFGH"):
        UnmappedAnswer.objects.create(
            http_status=403, code=code, outcome="declined_unknown", count=3, first_seen=NOW, last_seen=NOW
        )

    admin_client.post(page_of(CodeRule, "add"), {"code": "QWERTY", "outcome": "declined_risk"})

    assert list(UnmappedAnswer.objects.values_list("code", flat=True)) == ["ASDFGH"]


def test_admin_offers_a_rule_when_an_answer_is_not_mapped(admin_client: Client) -> None:
    UnmappedAnswer.objects.create(
        http_status=403, code="QWERTY", outcome="declined_unknown", count=3, first_seen=NOW, last_seen=NOW
    )

    response = admin_client.get(page_of(UnmappedAnswer, "changelist"))

    assert "http_status=403&amp;code=QWERTY&amp;outcome=declined_unknown" in response.content.decode()


def test_admin_deletes_no_probe_when_results_hang_on_it(admin_client: Client) -> None:
    probe = build_probe()

    response = admin_client.post(page_of(Probe, "delete", probe.pk), {"post": "yes"})

    assert response.status_code == 403


def build_source(**fields: Any) -> Source:
    told = {
        "slug": "forum",
        "name_zh": "论坛",
        "name_en": "Forum",
        "kind": "json",
        "url": "http://127.0.0.1/",
    }
    return Source.objects.create(**{**told, **fields})


def test_admin_tells_a_broken_source_from_a_quiet_one_when_it_lists_them(admin_client: Client) -> None:
    build_source(slug="broken", last_success_at=NOW, last_error="HTTP 500")

    page = admin_client.get(page_of(Source, "changelist"), headers={"Accept-Language": "en"}).content.decode()

    assert "broken: its silence says nothing" in page
    assert "HTTP 500" in page
