import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from statuspage.monitoring import sources
from statuspage.monitoring.blocks import Result, pack
from statuspage.monitoring.models import (
    CheckBlock,
    CheckResult,
    CodeRule,
    Endpoint,
    Persona,
    Probe,
    Report,
    Source,
    UnmappedAnswer,
    Vantage,
)
from tests.support.probe_rows import build_probe
from tests.support.websites import Answer, website

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)
MONITORING = [model for model in admin.site._registry if model._meta.app_label == "monitoring"]


@pytest.fixture(autouse=True)
def _quick_admin(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
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


def test_admin_refuses_an_operation_when_the_gateway_has_none_of_that_name(admin_client: Client) -> None:
    probe = build_probe()
    form = {
        "endpoint": probe.endpoint_id,
        "operation": "charge",
        "options": "{}",
        "interval_seconds": 60,
        "timeout_seconds": 5,
    }

    response = admin_client.post(page_of(Probe, "change", probe.pk), form)

    assert "get, head" in response.content.decode()


def test_admin_refuses_an_address_when_it_is_no_host_and_port(admin_client: Client) -> None:
    row = build_probe().vantage
    form = {"name_zh": "东", "name_en": "East", "connect_to": '{"api.test": "127.0.0.1:1"}'}

    response = admin_client.post(page_of(Vantage, "change", row.pk), form)

    assert "is no host:port" in response.content.decode()


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


def test_admin_shows_every_item_and_stores_none_when_a_source_is_tried(
    admin_client: Client, settings: Settings
) -> None:
    settings.SCRAPE_PRIVATE_HOSTS = ["127.0.0.1"]
    sources.fetcher.cache_clear()
    page = '{"data": [{"t": "分付付不了 13800138000", "at": "gestern"}, {"t": ""}]}'
    with website(api=Answer(page.encode())) as site:
        source = build_source(
            url=f"{site.url}/api", options={"items": "data", "text": "t", "time": "at", "delay_seconds": 0}
        )

        response = admin_client.post(page_of(Source, "try", source.pk))

    shown = response.content.decode()
    assert "分付付不了" in shown
    assert "13800138000" not in shown
    assert "gestern" in shown
    assert "item 2: no text" in shown
    assert not Report.objects.exists()
    sources.fetcher.cache_clear()


def test_admin_tells_what_is_wrong_when_a_source_that_is_tried_cannot_be_read(admin_client: Client) -> None:
    source = build_source(url="http://127.0.0.1:9/", options={"items": "data", "text": "t"})

    response = admin_client.post(page_of(Source, "try", source.pk))

    assert "errornote" in response.content.decode()


def test_admin_tries_no_source_when_it_is_only_followed_a_link(admin_client: Client) -> None:
    response = admin_client.get(page_of(Source, "try", build_source().pk))

    assert response.status_code == 405


def test_admin_tells_a_broken_source_from_a_quiet_one_when_it_lists_them(admin_client: Client) -> None:
    build_source(slug="broken", last_success_at=NOW, last_error="HTTP 500")

    page = admin_client.get(page_of(Source, "changelist"), headers={"Accept-Language": "en"}).content.decode()

    assert "broken: its silence says nothing" in page
    assert "HTTP 500" in page


def edited(source: Source, **changes: str) -> dict[str, Any]:
    """The form of a source as a browser sends it."""
    form = {
        "name_zh": "论坛",
        "name_en": "Forum",
        "kind": "html",
        "url": "https://forum.example/",
        "enabled": "on",
    }
    form |= {"interval_seconds": "60", "options": '{"item": ".post", "text": "p"}', "position": "0"}
    return {"data": form | changes, "path": f"/admin/monitoring/source/{source.pk}/change/"}


@pytest.mark.django_db
def test_admin_refuses_options_of_a_source_when_they_cannot_be_right(admin_client: Client) -> None:
    source = Source.objects.create(slug="forum", kind="html", url="https://forum.example/")

    page = admin_client.post(**edited(source, options='{"item": ".post", "txt": "p"}')).content.decode()

    assert "options.txt: unknown key" in page
    assert "text: missing" in page
    assert Source.objects.get().options == {}


@pytest.mark.django_db
def test_admin_forgets_what_a_site_answered_when_a_source_is_read_in_another_way(
    admin_client: Client,
) -> None:
    source = Source.objects.create(slug="forum", kind="html", url="https://forum.example/", etag='"a"')

    answer = admin_client.post(**edited(source))

    assert answer.status_code == 302
    assert Source.objects.get().etag == ""


@pytest.mark.parametrize(
    ("credentials", "said"),
    [
        ({"api_key": "${SECRET_KEY}"}, "only variables that begin with PROBE_SECRET_"),
        ({"api_key": "sk_live_51Habcdef"}, "is a secret, which must not stand here"),
        ({"private_key_file": "/etc/passwd"}, "lies outside"),
        ({"private_key_file": "key.pem", "api_key": "${PROBE_SECRET_KEY}"}, ""),
    ],
    ids=["another variable", "in the clear", "another file", "as it should be"],
)
def test_admin_takes_references_to_the_vault_only_when_an_endpoint_is_edited(
    admin_client: Client, credentials: dict[str, str], said: str
) -> None:
    endpoint = build_probe().endpoint
    fields = {"name_zh": "名", "name_en": "name", "gateway": "card_json", "base_url": "https://api.test"}

    page = admin_client.post(
        page_of(Endpoint, "change", endpoint.pk), fields | {"credentials": json.dumps(credentials)}
    )

    endpoint.refresh_from_db()
    assert (page.status_code, said in page.content.decode()) == (200 if said else 302, True)
    assert endpoint.credentials == ({} if said else credentials)


def test_admin_takes_references_to_the_vault_only_when_a_payer_is_edited(admin_client: Client) -> None:
    persona = build_probe().persona
    assert persona
    fields = {"name_zh": "名", "name_en": "name", "payer": '{"card": "${DATABASE_URL}"}'}

    page = admin_client.post(page_of(Persona, "change", persona.pk), fields)

    assert "only variables that begin with PROBE_SECRET_" in page.content.decode()
