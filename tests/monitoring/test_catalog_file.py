"""The catalog as a file: written whole, brought in after a look, and the same again after both."""

import tomllib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from probes.instrument.catalog import parse_catalog
from statuspage.logbook.models import Deed
from statuspage.monitoring.admin_transfer import MOST_BYTES
from statuspage.monitoring.catalog_export import export_catalog
from statuspage.monitoring.catalog_plan import KINDS, plan_sync
from statuspage.monitoring.catalog_sync import sync_catalog
from statuspage.monitoring.models import (
    Component,
    ComponentGroup,
    Endpoint,
    Persona,
    Probe,
    Source,
    Vantage,
)
from tests.support.admin_forms import filled_in
from tests.support.catalogs import CATALOG, catalog
from tests.support.probe_rows import build_probe

pytestmark = pytest.mark.django_db
EXPORT, IMPORT = reverse("admin:monitoring_catalog_export"), reverse("admin:monitoring_catalog_import")
NAMES = {"name_zh": "名", "name_en": "Name"}
EXAMPLE = Path(__file__).parents[2] / "deploy" / "catalog.example.toml"


@pytest.fixture(autouse=True)
def _quick_admin(settings: Settings) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def stored() -> dict[str, list[dict[str, Any]]]:
    """All rows of the catalog but for what they remember of a file."""
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name != "catalog_hash"}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in KINDS
    }


def build_odd_rows() -> None:
    """What an admin may have made of every kind, in ways that files seldom have."""
    group = ComponentGroup.objects.create(slug="g", position=7, **NAMES)
    Component.objects.create(slug="pos", position=30, group=group, caution=2.5, kind="pay", **NAMES)
    probe = build_probe(
        options={"path": '/a"b', "expect_status": [200, 204], "headers": {"X": "${PROBE_SECRET_X}"}}
    )
    build_probe("an-own.name", slow_after_ms=0.5, interval_seconds=2.25)
    Persona.objects.create(slug="odd", risk_tier="high", payer={"card": "4", "deep": {"a": [1]}}, **NAMES)
    Vantage.objects.create(slug="south", connect_to={"a.test:443": "b.test:1"}, **NAMES)
    Endpoint.objects.create(
        slug="card",
        gateway="card_json",
        base_url="https://c.test",
        credentials={"api_key": "${PROBE_SECRET_C}"},
        **NAMES,
    )
    build_probe("control.site.east", component=None, persona=None)
    Source.objects.create(
        slug="forum",
        kind="rss",
        url="https://f.test/",
        options={"pages": 2, "may_be_empty": True},
        enabled=False,
        **NAMES,
    )
    Probe.objects.filter(pk=probe.pk).update(enabled=False)


def test_nothing_changes_when_the_catalog_is_written_and_brought_in_again() -> None:
    build_odd_rows()
    before = stored()

    exported = export_catalog()
    result = sync_catalog(parse_catalog(exported.text, environ={}))

    assert exported.left_out == ()
    assert (result.created, result.updated, result.retired) == ([], [], [])
    assert stored() == before


@pytest.mark.parametrize("text", [CATALOG, EXAMPLE.read_text("utf-8")], ids=["of the tests", "the example"])
def test_nothing_changes_when_a_file_was_brought_in_and_written_again(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_catalog(parse_catalog(text))
    before = stored()

    written = export_catalog().text
    plan = plan_sync(parse_catalog(written, environ={}))

    assert plan.told == []
    assert stored() == before


def test_an_empty_site_becomes_the_same_when_the_file_is_brought_in_there() -> None:
    sync_catalog(catalog())
    file = export_catalog().text
    before = {name: len(rows) for name, rows in stored().items()}
    Probe.objects.all().delete()
    for model in (Component, ComponentGroup, Persona, Vantage, Endpoint, Source):
        model._default_manager.all().delete()

    sync_catalog(parse_catalog(file, environ={}))

    assert {name: len(rows) for name, rows in stored().items()} == before
    assert export_catalog().text == file


def test_probes_are_one_table_when_they_differ_in_payer_and_vantage_alone() -> None:
    sync_catalog(catalog())

    tables = tomllib.loads(export_catalog().text)["probes"]

    assert len(tables) == 1
    assert tables[0]["personas"] == ["ordinary", "reseller"]
    assert tables[0]["vantages"] == ["east", "south"]


def test_export_names_what_no_file_can_tell() -> None:
    build_probe("Mine", component=None, persona=None)
    Endpoint.objects.create(slug="Upper", gateway="card_json", base_url="https://a.test", **NAMES)
    build_probe(operation="get ${X}")

    exported = export_catalog()

    assert sorted(exported.left_out) == ["endpoint Upper", "probe Mine", "probe fenfu-qr.ordinary.east"]
    assert "# Not in this file, for no file can tell it: endpoint Upper" in exported.text


def test_export_names_what_is_not_watched_here_and_would_be_elsewhere() -> None:
    sync_catalog(catalog())
    Component.objects.filter(slug="fenfu-qr").update(retired=True)
    probe = Probe.objects.order_by("pk").last()
    assert probe is not None
    Probe.objects.filter(pk=probe.pk).update(enabled=False)

    text = export_catalog().text

    told = [line for line in text.splitlines() if line.startswith("# Retired, paused")]
    assert told == [
        "# Retired, paused or switched off here: component fenfu-qr",
        f"# Retired, paused or switched off here: probe {probe.slug}",
    ]
    assert parse_catalog(text, "again").components


def test_export_takes_as_many_queries_however_many_rows_there_are(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    probe = build_probe()
    same = {
        name: getattr(probe, name) for name in ("component", "persona", "vantage", "endpoint", "operation")
    }
    Probe.objects.bulk_create(Probe(slug=f"p{number}", **same) for number in range(300))

    with django_assert_max_num_queries(7):
        exported = export_catalog()

    assert exported.text.count("[[probes]]") == 301


def brought(client: Client, text: str, **more: str) -> HTMLParser:
    answer = client.post(IMPORT, {"text": text, **more}, headers={"Accept-Language": "en"}, follow=True)
    assert answer.status_code == 200
    return HTMLParser(answer.content.decode())


def words(page: HTMLParser, selector: str) -> str:
    return " ".join(" ".join(node.text(separator=" ").split()) for node in page.css(selector))


def test_admin_shows_before_and_after_and_changes_on_the_second_click_only(admin_client: Client) -> None:
    sync_catalog(catalog())
    Persona.objects.update(payer={"api_key": "sk_live_OLD"})
    file = export_catalog().text.replace('"QR"', '"QR codes"').replace('slug = "site"', 'slug = "other"')

    page = brought(admin_client, file.replace("sk_live_OLD", "sk_live_NEW"))
    untouched = Component.objects.get().name_en
    answer = admin_client.post(IMPORT, filled_in(page), headers={"Accept-Language": "en"}, follow=True)

    shown = words(page, ".plan tr")
    assert "component fenfu-qr would change name (English): QR → QR codes" in shown
    assert "probe control.other.east would be added" in shown
    assert "probe control.site.east would be retired" in shown
    # Of secrets that stand in the clear nothing is told.
    assert "sk_live" not in shown
    assert untouched == "QR"
    assert Component.objects.get().name_en == "QR codes"
    assert not Probe.objects.get(slug="control.site.east").enabled
    assert "changed: 3" in answer.content.decode()
    deed = Deed.objects.get(model="monitoring.component")
    assert (deed.what, deed.who, deed.changes) == (
        "brought in a catalog",
        "admin",
        [["name_en", "QR", "QR codes"]],
    )


def test_admin_shows_the_plan_again_when_something_else_would_change_meanwhile(admin_client: Client) -> None:
    sync_catalog(catalog())
    page = brought(admin_client, CATALOG.replace('"QR"', '"QR codes"'))
    Component.objects.update(name_en="Meanwhile")

    again = admin_client.post(IMPORT, filled_in(page), headers={"Accept-Language": "en"}).content.decode()

    assert "Meanwhile something else would change: look again." in again
    assert Component.objects.get().name_en == "Meanwhile"


def test_admin_lists_problems_with_their_lines_when_the_file_is_wrong(admin_client: Client) -> None:
    text = CATALOG.replace('risk_tier = "low"', 'risk_tier = "lov"')
    line = text.splitlines().index('risk_tier = "lov"') + 1

    page = brought(admin_client, text)

    assert f"catalog:{line}: personas[0] (ordinary).risk_tier" in words(page, ".errorlist li")
    assert not Persona.objects.exists()
    # What was pasted is still there to be mended.
    assert "lov" in (filled_in(page)["text"])


def test_admin_fills_in_nothing_of_the_environment_when_a_file_names_it(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROBE_SECRET_OPEN", "hush")

    page = brought(admin_client, CATALOG.replace('"QR"', '"${PROBE_SECRET_OPEN}"'))

    assert "PROBE_SECRET_OPEN is not set" in words(page, ".errorlist li")
    assert "hush" not in (page.html or "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "This file is no text in UTF-8."),
        (b"#" * (MOST_BYTES + 1), "More than 1000 kB"),
        (b"", "The submitted file is empty."),
        (b"a = " + b"[" * 100_000, "not TOML: maximum recursion depth exceeded"),
        (b"a = 1" + b"0" * 5000, "not TOML: Exceeds the limit"),
        (b"\n" + b"a." * 100_000 + b"b = 1", "not TOML: more than 500 dots (at line 2)"),
    ],
    ids=["another encoding", "too large", "empty", "deep", "a number without end", "a name without end"],
)
def test_admin_refuses_a_file_when_it_cannot_be_read(admin_client: Client, content: bytes, said: str) -> None:
    file = SimpleUploadedFile("catalog.toml", content)

    page = admin_client.post(IMPORT, {"file": file}, headers={"Accept-Language": "en"}).content.decode()

    assert said in page


def test_admin_sends_the_file_when_the_catalog_is_exported(admin_client: Client) -> None:
    sync_catalog(catalog())

    answer = admin_client.get(EXPORT)

    assert answer["Content-Disposition"] == 'attachment; filename="catalog.toml"'
    assert answer.content.decode() == export_catalog().text


def test_who_may_only_look_exports_and_brings_nothing_in(client: Client) -> None:
    sync_catalog(catalog())
    viewer = User.objects.create_user("viewer", is_staff=True)
    names = [f"view_{model._meta.model_name}" for model in KINDS]
    viewer.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(viewer)

    export, importing = client.get(EXPORT).status_code, client.post(IMPORT, {"text": CATALOG}).status_code
    viewer.user_permissions.remove(Permission.objects.get(codename="view_endpoint"))

    assert (export, importing) == (200, 403)
    assert client.get(EXPORT).status_code == 403


def test_command_says_what_would_change_and_changes_nothing_when_it_runs_dry(tmp_path: Path) -> None:
    sync_catalog(catalog())
    file, out = tmp_path / "catalog.toml", StringIO()
    call_command("export_catalog", str(file), stdout=StringIO())
    file.write_text(file.read_text("utf-8").replace('"QR"', '"QR codes"'), "utf-8")

    call_command("sync_catalog", str(file), "--dry-run", stdout=out)

    assert "would be updated: component fenfu-qr\n  name_en: QR -> QR codes" in out.getvalue()
    assert "0 to create, 1 to update, 0 to retire, 13 unchanged" in out.getvalue()
    assert Component.objects.get().name_en == "QR"


def test_order_on_the_page_stays_when_places_have_gaps() -> None:
    rows: list[Model] = [
        Component.objects.create(slug=f"c{place}", position=place, **NAMES) for place in (0, 5, 9)
    ]

    sync_catalog(parse_catalog(export_catalog().text, environ={}))

    assert list(Component.objects.order_by("position").values_list("pk", "position")) == [
        (rows[0].pk, 0),
        (rows[1].pk, 5),
        (rows[2].pk, 9),
    ]
