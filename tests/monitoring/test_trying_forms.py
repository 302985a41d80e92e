"""Trying what a form says before it is saved: the present values are asked with, and nothing is kept."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from statuspage.monitoring import orders, sources
from statuspage.monitoring.models import CheckResult, Endpoint, Persona, Probe, Report, Source, Vantage
from statuspage.monitoring.trying_pace import MOST, WITHIN, wait_for, with_try
from tests.support.admin_forms import filled_in
from tests.support.probe_rows import build_probe
from tests.support.websites import Answer, website

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _apart(settings: Settings) -> Iterator[None]:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    yield
    orders._gateway.cache_clear()
    sources.fetcher.cache_clear()


def tried(
    client: Client, where: str, changes: dict[str, Any] | None = None, language: str = "en"
) -> HTMLParser:
    """The page that comes back when the form at ``where`` is tried with ``changes``."""
    told = {"Accept-Language": language}
    sent = filled_in(HTMLParser(client.get(where, headers=told).content.decode()))
    answer = client.post(where, sent | {"_try": "1"} | (changes or {}), headers=told)
    assert answer.status_code == 200
    return HTMLParser(answer.content.decode())


def shown(page: HTMLParser) -> str:
    part = page.css_first("#tried")
    assert part is not None, page.html
    return " ".join(part.text(separator=" ").split())


def changing(row: Model) -> str:
    return reverse(f"admin:monitoring_{row._meta.model_name}_change", args=[row.pk])


def adding(model: type[Model]) -> str:
    return reverse(f"admin:monitoring_{model._meta.model_name}_add")


def test_check_is_shown_as_the_form_says_when_a_probe_is_tried(admin_client: Client) -> None:
    with website(old=Answer(b"old"), new=Answer(b"<b>busy</b>", status=503)) as site:
        probe = build_probe(options={"path": "/old"})
        Endpoint.objects.update(base_url=site.url)

        page = tried(
            admin_client,
            changing(probe),
            {"options_path": "/new", "options_expect_text": "fine", "slow_after_ms": "60000"},
        )
        chinese = tried(admin_client, changing(probe), {"options_path": "/new"}, "zh-hans")

    assert f"GET {site.url}/new" in shown(page)
    assert "✗ status 2xx: got 503 ✗ the page has “fine” on it ✓ within 60,000 ms" in shown(page)
    assert "– 没有写明应有的文字" in shown(chinese)
    assert "<b>busy</b>" in shown(page)
    assert "theirs: a technical failure" in shown(page)
    assert "of the vantage east" in shown(page)
    assert "谁的问题" in shown(chinese)
    # What was typed is still there to be saved.
    assert page.css_first('#id_options_path[value="/new"]') is not None
    probe.refresh_from_db()
    assert probe.options == {"path": "/old"}
    assert not CheckResult.objects.exists()


def test_check_is_made_as_another_vantage_when_one_is_chosen(admin_client: Client) -> None:
    with website(**{"": Answer(b"fine")}) as site:
        probe = build_probe()
        place = site.url.removeprefix("http://")
        Vantage.objects.create(slug="south", name_zh="南", name_en="South", connect_to={"api.test:80": place})

        page = tried(admin_client, changing(probe), {"try_vantage": "south"})

    assert "with the settings of south" in shown(page)
    assert page.css_first('#id_try_vantage option[value="south"][selected]') is not None


def test_new_probe_is_tried_when_it_has_no_slug_yet(admin_client: Client) -> None:
    with website(**{"": Answer(b"fine")}) as site:
        probe = build_probe()
        Endpoint.objects.update(base_url=site.url)
        assert probe.persona is not None
        form = {
            "component": probe.component_id,
            "persona": probe.persona_id,
            "vantage": probe.vantage_id,
            "endpoint": probe.endpoint_id,
            "operation": "get",
        }

        page = tried(admin_client, adding(Probe), form)

    assert "went through" in shown(page)
    assert Probe.objects.count() == 1


def test_new_endpoint_is_tried_when_nothing_is_saved_yet(admin_client: Client) -> None:
    with website(**{"": Answer(b"fine")}) as site:
        build_probe()
        form = {
            "gateway": "generic_http",
            "base_url": site.url,
            "try_operation": "get",
            "try_vantage": "east",
        }

        page = tried(admin_client, adding(Endpoint), form)

    assert "went through" in shown(page)
    assert Endpoint.objects.count() == 1


class Echoing(BaseHTTPRequestHandler):
    """Says back what it was sent."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        said = b"you sent " + str(self.headers).encode() + body
        self.send_response(402)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def echoing() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echoing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_endpoint_is_asked_as_the_payer_that_was_chosen_when_it_is_tried(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROBE_SECRET_KEY", "hush-hush-hush")
    build_probe()
    Persona.objects.update(payer={"card": "4242424242424242"})
    with echoing() as url:
        form = {
            "gateway": "card_json",
            "base_url": url,
            "credentials_api_key": "PROBE_SECRET_KEY",
            "try_operation": "charge",
            "try_persona": "ordinary",
            "try_vantage": "east",
        }

        page = tried(admin_client, adding(Endpoint), form)

    assert "POST" in shown(page)
    assert "you sent" in shown(page)
    assert "hush" not in shown(page)
    assert "4242" not in shown(page)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_nothing_is_asked_when_the_form_is_wrong(admin_client: Client, language: str) -> None:
    probe = build_probe()

    page = tried(admin_client, changing(probe), {"timeout_seconds": "soon"}, language)

    assert page.css_first("#tried") is None
    assert page.css_first(".field-timeout_seconds .errorlist") is not None


def test_nothing_is_asked_when_no_operation_is_chosen_for_an_endpoint(admin_client: Client) -> None:
    probe = build_probe()

    page = tried(admin_client, changing(probe.endpoint), {"try_operation": "charge"})

    assert "Choose what the gateway is to be asked" in shown(page)


def test_form_asks_nobody_when_it_was_tried_too_often(admin_client: Client) -> None:
    probe = build_probe()
    session = admin_client.session
    session["tries"] = [datetime.now(UTC).timestamp() - 1] * MOST
    session.save()

    page = tried(admin_client, changing(probe))

    assert f"{MOST} tries within 5 minutes are enough" in shown(page)


def test_one_who_tried_often_waits_until_the_first_is_long_ago() -> None:
    tries: list[float] = []
    for number in range(MOST):
        tries = with_try(tries, NOW + timedelta(seconds=number))

    assert wait_for(tries, NOW + timedelta(seconds=60)) == WITHIN.seconds - 60 + 1
    assert wait_for(tries, NOW + WITHIN + timedelta(seconds=1)) == 0
    assert wait_for(tries, NOW - timedelta(days=1)) == 0


def test_every_item_is_shown_and_none_stored_when_a_source_is_tried(
    admin_client: Client, settings: Settings
) -> None:
    settings.SCRAPE_PRIVATE_HOSTS = ["127.0.0.1"]
    page = '{"data": [{"t": "分付付不了 13800138000", "at": "gestern"}, {"t": ""}]}'
    form = {"kind": "json", "options_items": "data", "options_text": "t", "options_time": "at"}
    with website(api=Answer(page.encode())) as site:
        form |= {"url": f"{site.url}/api", "options_delay_seconds": "0"}
        answer = tried(admin_client, adding(Source), form)
        chinese = tried(admin_client, adding(Source), form, "zh-hans")

    assert "分付付不了" in shown(answer)
    assert "13800138000" not in shown(answer)
    assert "gestern" in shown(answer)
    assert "item 2: no text" in shown(answer)
    assert "第 2 条：没有文字" in shown(chinese)
    assert "时间 'gestern' 看不懂" in shown(chinese)
    assert not Report.objects.exists()
    assert not Source.objects.exists()


def test_source_tells_what_is_wrong_when_it_cannot_be_read(admin_client: Client) -> None:
    form = {"kind": "json", "url": "http://127.0.0.1:9/", "options_items": "data", "options_text": "t"}

    page = tried(admin_client, adding(Source), form)

    assert page.css_first("#tried .errornote") is not None
