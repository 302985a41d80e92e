from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from statuspage.monitoring.catalog_sync import MeaningChangedError, sync_catalog
from statuspage.monitoring.models import Component, Endpoint, Persona, Probe, Source
from tests.support.catalogs import CATALOG, catalog

pytestmark = pytest.mark.django_db


def test_sync_creates_every_row_when_the_database_is_empty() -> None:
    result = sync_catalog(catalog())

    assert len(result.created) == 14
    probe = Probe.objects.get(slug="fenfu-qr.reseller.south")
    assert probe.component == Component.objects.get(slug="fenfu-qr", group__slug="fenfu")
    assert probe.persona == Persona.objects.get(slug="reseller", risk_tier="high")
    assert Probe.objects.get(slug="control.site.east").component is None


def test_sync_changes_nothing_when_it_is_done_again() -> None:
    sync_catalog(catalog())

    again = sync_catalog(catalog())

    assert (again.created, again.updated, again.retired, again.unchanged) == ([], [], [], 14)


def test_sync_keeps_what_an_admin_edited_when_the_entry_is_the_same() -> None:
    sync_catalog(catalog())
    Component.objects.update(name_en="Edited")

    sync_catalog(catalog(("普通", "寻常")))

    assert Component.objects.get().name_en == "Edited"


def test_sync_overwrites_the_row_when_its_entry_changed_in_the_file() -> None:
    sync_catalog(catalog())
    Component.objects.update(name_en="Edited")

    result = sync_catalog(catalog(("扫码", "扫码支付")))

    assert result.updated == ["component fenfu-qr"]
    assert (Component.objects.get().name_zh, Component.objects.get().name_en) == ("扫码支付", "QR")


def test_sync_leaves_a_product_to_the_admin_when_the_file_names_none() -> None:
    named = ('name_en = "QR"', 'name_en = "QR"\nproduct = "fenfu"')
    products = []

    for changes in ((), (named,), (("扫码", "扫码支付"),)):
        sync_catalog(catalog(*changes))
        products.append(Component.objects.get().product)

    assert products == ["none", "fenfu", "fenfu"]


def test_sync_retires_a_row_when_its_entry_has_gone_and_revives_it_when_it_is_back() -> None:
    sync_catalog(catalog())
    without = catalog(
        (CATALOG[CATALOG.index("[[sources]]") :], ""),
        ('vantages = ["*"]\nendpoint', 'vantages = ["east"]\nendpoint'),
    )

    gone = sync_catalog(without)

    assert "source forum" in gone.retired
    assert set(Probe.objects.filter(enabled=True).values_list("vantage__slug", flat=True)) == {"east"}

    sync_catalog(catalog())

    assert Probe.objects.filter(enabled=True).count() == 6
    assert Source.objects.get().enabled


def test_sync_leaves_a_disabled_probe_disabled_when_the_file_has_not_changed() -> None:
    sync_catalog(catalog())
    Probe.objects.filter(slug="control.site.east").update(enabled=False)

    sync_catalog(catalog())

    assert not Probe.objects.get(slug="control.site.east").enabled


def test_sync_changes_nothing_and_names_every_problem_when_slugs_would_change_their_meaning() -> None:
    sync_catalog(catalog())
    Endpoint.objects.update(base_url="http://kept.test")

    with pytest.raises(MeaningChangedError) as raised:
        sync_catalog(
            catalog(
                ('risk_tier = "high"', 'risk_tier = "elevated"'),
                (
                    'vantages = ["*"]\nendpoint = "pay"\noperation = "get"\ninterval',
                    'slug = "{component}.{persona}.east"\nvantages = ["south"]\n'
                    'endpoint = "pay"\noperation = "get"\ninterval',
                ),
                ("http://api.test", "http://new.test"),
            )
        )

    rule = "a new meaning needs a new slug"
    assert raised.value.problems == (
        f"persona reseller: its risk tier is high and cannot become elevated; {rule}",
        f"probe fenfu-qr.ordinary.east: its vantage is east and cannot become south; {rule}",
        f"probe fenfu-qr.reseller.east: its vantage is east and cannot become south; {rule}",
    )
    assert Endpoint.objects.get().base_url == "http://kept.test"


def test_sync_command_lists_what_is_wrong_when_the_file_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "catalog.toml"
    path.write_text(CATALOG.replace('operation = "get"', 'operation = "gets"'))

    with pytest.raises(CommandError, match="2 problems"):
        call_command("sync_catalog", path)


def test_sync_command_says_what_it_did_when_all_is_well(tmp_path: Path) -> None:
    path = tmp_path / "catalog.toml"
    path.write_text(CATALOG)
    out = StringIO()

    call_command("sync_catalog", path, stdout=out)

    assert "created: probe fenfu-qr.ordinary.east" in out.getvalue()
    assert out.getvalue().endswith("14 created, 0 updated, 0 retired, 0 unchanged\n")


def test_sync_forgets_what_a_site_answered_when_its_source_is_read_in_another_way() -> None:
    sync_catalog(catalog())
    Source.objects.update(etag='"a"', last_modified="yesterday")

    sync_catalog(catalog(('items = "posts"', 'items = "statuses"')))

    source = Source.objects.get()
    assert (source.etag, source.last_modified) == ("", "")
