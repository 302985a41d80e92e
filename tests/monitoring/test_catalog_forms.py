"""Forms of the catalog: fields by gateway, secrets by reference, and nothing lost or changed unasked."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode

from statuspage.monitoring.entries import EntryError, EntryKind, EntrySpec, as_text, as_value, merged
from statuspage.monitoring.models import Component, Endpoint, Persona, Probe, Source, Vantage
from tests.support.admin_forms import filled_in
from tests.support.probe_rows import build_probe

pytestmark = pytest.mark.django_db
NAMES = {"name_zh": "名", "name_en": "Name"}


@pytest.fixture(autouse=True)
def _quick_admin(settings: Settings) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def address(row: Model) -> str:
    return reverse(f"admin:monitoring_{row._meta.model_name}_change", args=[row.pk])


def adding(model: type[Model]) -> str:
    return reverse(f"admin:monitoring_{model._meta.model_name}_add")


def page_of(client: Client, where: str, language: str = "en") -> HTMLParser:
    return HTMLParser(client.get(where, headers={"Accept-Language": language}).content.decode())


def saved(client: Client, row: Model, changes: dict[str, Any] | None = None) -> HTMLParser | None:
    """Save the row's form with ``changes``; the page where it is refused."""
    where = address(row)
    answer = client.post(
        where, filled_in(page_of(client, where)) | (changes or {}), headers={"Accept-Language": "en"}
    )
    row.refresh_from_db()
    return None if answer.status_code == 302 else HTMLParser(answer.content.decode())


def found(page: HTMLParser, selector: str) -> LexborNode:
    node = page.css_first(selector)
    assert node is not None, selector
    return node


def said_beside(page: HTMLParser | None, field: str) -> str:
    """What is wrong with a field of a page that came back."""
    assert page is not None
    errors = page.css_first(f".field-{field} ul.errorlist")
    return errors.text().strip() if errors is not None else ""


def build_endpoint(**fields: Any) -> Endpoint:
    told = {"slug": "pay-2", "gateway": "card_json", "base_url": "https://api.test"} | NAMES
    return Endpoint.objects.create(**told | fields)


def build_source(**fields: Any) -> Source:
    told = {"slug": "forum", "kind": "html", "url": "https://forum.test/"} | NAMES
    return Source.objects.create(**told | {"options": {"item": ".post", "text": "p"}} | fields)


ODD = {
    "zeta": {"deep": [1, {"a": None}]},
    "expect_status": [503, 200],
    "path": "/a b",
    "headers": {"X-B": "2", "X-A": "${PROBE_SECRET_A}"},
    "expect_text": " kept ",
    "alpha": 1.50,
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_form_changes_nothing_when_it_is_saved_unchanged(admin_client: Client, language: str) -> None:
    probe = build_probe(options=ODD)
    assert probe.persona is not None
    Persona.objects.update(payer={"openid": "o1", "card_source": {"number": "4242"}, "card": 42, "x": None})
    Vantage.objects.update(connect_to={"b.test:443": "10.0.0.1:443", "a.test:80": "10.0.0.2:80"})
    keys = {"zz": "kept", "terminal_id": 7, "mac_key": "${PROBE_SECRET_M}", "merchant_id": "m"}
    rows: list[Model] = [
        probe,
        probe.persona,
        probe.vantage,
        build_endpoint(gateway="iso8583_json", credentials=keys),
        build_source(options={"text": "p", "item": ".post", "pages": 2.0, "may_be_empty": False}),
    ]

    for row in rows:
        before = type(row)._default_manager.values().get(pk=row.pk)
        sent = filled_in(page_of(admin_client, address(row), language))
        answer = admin_client.post(address(row), sent, headers={"Accept-Language": language})

        after = type(row)._default_manager.values().get(pk=row.pk)
        assert answer.status_code == 302, (row, answer.context["errors"])
        # In the order of the keys, too.
        assert repr(after) == repr(before)


def test_form_has_the_fields_of_its_gateway_when_a_probe_is_edited(admin_client: Client) -> None:
    probe = build_probe(options={"path": "/ok"})

    page = page_of(admin_client, address(probe))

    assert [node.attributes["value"] for node in page.css("#id_operation option")] == ["", "get", "head"]
    assert found(page, "#id_options_path").attributes["value"] == "/ok"
    assert page.css_first("#id_options_expect_status") is not None
    assert page.css_first("#id_options_amount_fen") is None


def test_form_keeps_order_and_unknown_entries_when_one_entry_is_changed(admin_client: Client) -> None:
    probe = build_probe(options=ODD)

    saved(admin_client, probe, {"options_path": "/ok", "options_expect_status": "200"})

    assert list(probe.options) == list(ODD)
    assert probe.options == ODD | {"path": "/ok", "expect_status": [200]}


def test_entry_goes_when_its_field_is_emptied(admin_client: Client) -> None:
    probe = build_probe(options={"path": "/ok", "expect_text": "fine"})

    saved(admin_client, probe, {"options_path": ""})

    assert probe.options == {"expect_text": "fine"}


def test_fields_follow_when_another_endpoint_is_chosen(admin_client: Client) -> None:
    probe = build_probe(options={"path": "/ok"})
    other = build_endpoint()
    sent = filled_in(page_of(admin_client, address(probe))) | {"endpoint": other.pk, "_fields": "1"}

    page = HTMLParser(admin_client.post(address(probe), sent).content.decode())

    assert page.css_first("#id_options_amount") is not None
    assert page.css_first("#id_options_expect_status") is None
    # What both have stays as it was typed.
    assert found(page, "#id_options_path").attributes["value"] == "/ok"
    assert page.css_first(".errornote") is None
    assert Probe.objects.get().endpoint_id != other.pk


def test_entries_of_the_former_gateway_go_when_it_is_changed(admin_client: Client) -> None:
    row = build_endpoint(credentials={"api_key": "${PROBE_SECRET_KEY}", "note": "ours"})
    sent = {
        "gateway": "alipay_openapi",
        "credentials_app_id": "2021",
        "credentials_private_key_file": "k.pem",
    }

    refused = saved(admin_client, row, sent | {"credentials_more": '{"note": "ours"}'})

    assert refused is None
    assert row.credentials == {"note": "ours", "app_id": "2021", "private_key_file": "k.pem"}


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("credentials_mac_key", "0123456789ABCDEF", "The secret itself must not stand here"),
        ("credentials_mac_key", "${SECRET_KEY}", "SECRET_KEY may not be named here"),
        ("credentials_mac_key", "${PROBE_SECRET_M:-0123456789}", "The secret itself must not stand here"),
        ("credentials_merchant_id", "${DATABASE_URL}", "DATABASE_URL may not be named here"),
        ("credentials_merchant_id", "", "This field is required."),
        ("base_url", "http://a..b", "This address cannot be asked"),
    ],
    ids=["in the clear", "another variable", "a default", "another variable elsewhere", "none", "no address"],
)
def test_endpoint_is_refused_beside_the_field_when_it_cannot_be_right(
    admin_client: Client, field: str, typed: str, said: str
) -> None:
    keys = {"merchant_id": "m", "terminal_id": "t", "mac_key": "${PROBE_SECRET_M}"}
    row = build_endpoint(gateway="iso8583_json", credentials=keys)

    page = saved(admin_client, row, {field: typed})

    assert said in said_beside(page, field) or (field == "base_url" and said_beside(page, field))
    assert row.credentials == keys


def test_secret_is_not_sent_back_when_it_was_typed_or_stored_in_the_clear(admin_client: Client) -> None:
    row = build_endpoint(credentials={"api_key": "sk_live_STORED"})

    shown = page_of(admin_client, address(row)).html or ""
    page = saved(admin_client, row, {"credentials_api_key": "sk_live_TYPED"})
    unchanged = saved(admin_client, row)

    assert "sk_live" not in shown
    assert page is not None
    assert "sk_live" not in (page.html or "")
    assert "must not stand here" in said_beside(unchanged, "credentials_api_key")


def test_name_of_a_variable_will_do_when_a_secret_is_asked_for(admin_client: Client) -> None:
    row = build_endpoint()

    saved(admin_client, row, {"credentials_api_key": "PROBE_SECRET_CARD"})

    assert row.credentials == {"api_key": "${PROBE_SECRET_CARD}"}


@pytest.mark.parametrize("name", ["/etc/passwd", "../key.pem"])
def test_file_is_refused_when_it_lies_outside_the_folder_of_secrets(admin_client: Client, name: str) -> None:
    row = build_endpoint(gateway="alipay_openapi", credentials={"app_id": "1", "private_key_file": "k.pem"})

    page = saved(admin_client, row, {"credentials_private_key_file": name})

    assert "outside the folder of secrets" in said_beside(page, "credentials_private_key_file")


@pytest.mark.parametrize(
    ("box", "said"),
    [
        ("{", "That is no JSON object."),
        ("[]", "That is no JSON object."),
        ('{"x": "${DATABASE_URL}"}', "DATABASE_URL may not be named here"),
        ('{"openid": "twice"}', "openid has a field of its own"),
    ],
    ids=["no JSON", "no object", "another variable", "has a field"],
)
def test_further_entries_of_a_payer_are_refused_when_they_cannot_be_right(
    admin_client: Client, box: str, said: str
) -> None:
    persona = build_probe().persona
    assert persona is not None

    page = saved(admin_client, persona, {"payer_more": box})

    assert said in said_beside(page, "payer_more")


def test_further_entries_of_a_payer_are_kept_when_they_are_added(admin_client: Client) -> None:
    persona = build_probe().persona
    assert persona is not None

    saved(
        admin_client,
        persona,
        {"payer_openid": "${PROBE_SECRET_O}", "payer_more": '{"card_source": {"n": 1}}'},
    )

    assert persona.payer == {"openid": "${PROBE_SECRET_O}", "card_source": {"n": 1}}


def test_source_is_refused_beside_the_field_when_an_entry_is_missing_or_wrong(admin_client: Client) -> None:
    row = build_source()

    page = saved(
        admin_client, row, {"options_text": "", "options_timezone": "Mars/Base", "options_pages": "0"}
    )

    assert said_beside(page, "options_text") == "This field is required."
    assert "no time zone" in said_beside(page, "options_timezone")
    assert "no whole number of at least 1" in said_beside(page, "options_pages")
    assert row.options == {"item": ".post", "text": "p"}


def test_source_says_what_it_does_not_know_when_an_unknown_entry_stands_there(admin_client: Client) -> None:
    row = build_source(options={"item": ".post", "text": "p", "txt": "q"})

    switched_off = saved(admin_client, row, {"enabled": []})
    page = saved(admin_client, row, {"options_time": "time"})

    assert switched_off is None
    assert not row.enabled
    assert "options.txt: unknown key" in said_beside(page, "options_more")


def test_what_a_site_answered_is_forgotten_when_a_source_is_read_in_another_way(admin_client: Client) -> None:
    row = build_source(etag='"a"')

    saved(admin_client, row, {"interval_seconds": "90"})
    kept = row.etag
    saved(admin_client, row, {"options_text": ".body"})

    assert (kept, row.etag) == ('"a"', "")


def test_vantage_takes_lines_when_addresses_are_to_be_dialled_instead(admin_client: Client) -> None:
    row = build_probe().vantage

    refused = saved(admin_client, row, {"connect_to": "api.test = 127.0.0.1:1"})
    saved(admin_client, row, {"connect_to": "api.test:443 = 127.0.0.1:1\n"})

    assert "api.test is no host:port" in said_beside(refused, "connect_to")
    assert row.connect_to == {"api.test:443": "127.0.0.1:1"}


def test_pickers_name_payers_with_their_risk_when_a_probe_is_added(admin_client: Client) -> None:
    Persona.objects.create(slug="wang", name_zh="小王", name_en="Wang", risk_tier="high")

    shown = {
        language: found(page_of(admin_client, adding(Probe), language), "#id_persona").text()
        for language in ("en", "zh-hans")
    }

    assert "Wang, high risk" in shown["en"]
    assert "小王（高风险）" in shown["zh-hans"]


def test_picker_is_searched_when_there_are_many_rows(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Component.objects.bulk_create(
        Component(slug=f"c{number}", name_zh="名", name_en=f"Method {number}") for number in range(150)
    )

    with django_assert_max_num_queries(25):
        page = page_of(admin_client, adding(Probe))

    assert "admin-autocomplete" in (found(page, "#id_component").attributes["class"] or "")
    assert "admin-autocomplete" not in (found(page, "#id_persona").attributes.get("class") or "")


@pytest.mark.parametrize(("count", "offered"), [(3, True), (150, False)], ids=["few", "many"])
def test_list_offers_components_to_filter_by_when_they_are_few(
    admin_client: Client, count: int, offered: bool
) -> None:
    build_probe()
    Component.objects.bulk_create(
        Component(slug=f"c{number}", name_zh="名", name_en=f"Method {number}") for number in range(count)
    )

    page = page_of(admin_client, reverse("admin:monitoring_probe_changelist")).html or ""

    assert ("Method 2" in page) == offered


def test_clone_is_filled_in_when_a_probe_is_cloned(admin_client: Client) -> None:
    probe = build_probe(options=ODD, interval_seconds=7.0)
    link = found(page_of(admin_client, address(probe)), ".object-tools a[href*=clone]")
    where = link.attributes["href"] or ""

    sent = filled_in(page_of(admin_client, where))
    answer = admin_client.post(where, sent | {"operation": "head"})

    clone = Probe.objects.exclude(pk=probe.pk).get()
    assert answer.status_code == 302
    assert clone.slug == "fenfu-qr.ordinary.east-2"
    assert (clone.options, clone.interval_seconds, clone.operation) == (ODD, 7.0, "head")
    assert clone.catalog_hash == ""


@pytest.mark.parametrize("name", ["component", "persona", "vantage", "endpoint"])
def test_clone_is_filled_in_when_another_entry_is_cloned(admin_client: Client, name: str) -> None:
    row = getattr(build_probe(), name)

    sent = filled_in(page_of(admin_client, f"{adding(type(row))}?clone={row.pk}"))
    answer = admin_client.post(adding(type(row)), sent)

    assert answer.status_code == 302
    assert type(row).objects.filter(slug=f"{row.slug}-2", name_zh=row.name_zh).exists()


def test_viewer_sees_entries_and_no_secret_when_he_may_change_nothing(client: Client) -> None:
    row = build_endpoint(
        credentials={"api_key": "sk_live_STORED", "mac_key": "${PROBE_SECRET_M}", "note": "a"}
    )
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_endpoint"))
    client.force_login(viewer)

    page = page_of(client, address(row)).html or ""
    tried = client.post(address(row), {"_try": "1"})

    assert "${PROBE_SECRET_M}" in page
    assert "note: a" in page
    assert "sk_live" not in page
    assert "Try it" not in page
    assert tried.status_code == 403


KINDS: list[tuple[EntryKind, Any, str]] = [
    (EntryKind.TEXT, "a b", "a b"),
    (EntryKind.TEXT, 7, "7"),
    (EntryKind.WHOLE, 100, "100"),
    (EntryKind.NUMBER, 1.5, "1.5"),
    (EntryKind.STATUSES, [200, 204], "200, 204"),
    (EntryKind.HEADERS, {"A": "b: c", "D": "e"}, "A: b: c\nD: e"),
    (EntryKind.PLACES, {"a.test:1": "b.test:2"}, "a.test:1 = b.test:2"),
    (EntryKind.SECRET, "${PROBE_SECRET_A}", "${PROBE_SECRET_A}"),
    (EntryKind.ZONE, "Asia/Shanghai", "Asia/Shanghai"),
]


@pytest.mark.parametrize(("kind", "value", "text"), KINDS, ids=lambda part: str(part)[:20])
def test_entry_comes_back_when_it_is_shown_and_read(kind: EntryKind, value: Any, text: str) -> None:
    spec = EntrySpec(name="x", kind=kind)

    assert as_text(value, kind) == text
    assert as_text(as_value(text, spec), kind) == text


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (EntryKind.TEXT, " a"),
        (EntryKind.TEXT, {"a": 1}),
        (EntryKind.TEXT, True),
        (EntryKind.STATUSES, ["200"]),
        (EntryKind.STATUSES, [True]),
        (EntryKind.HEADERS, {"A": 1}),
        (EntryKind.HEADERS, {"A": "b\nc"}),
        (EntryKind.FLAG, "yes"),
    ],
    ids=lambda part: str(part)[:20],
)
def test_entry_has_no_field_when_its_kind_cannot_show_it(kind: EntryKind, value: Any) -> None:
    assert as_text(value, kind) is None


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        (EntryKind.WHOLE, "1.5", "no whole number"),
        (EntryKind.WHOLE, "0", "at least 1"),
        (EntryKind.WHOLE, "１", "no whole number"),
        (EntryKind.STATUSES, "200, 99", "99 is no HTTP status"),
        (EntryKind.HEADERS, "A: b\nC", "Line 2 has no"),
        (EntryKind.HEADERS, "A: b\nA: c", "stands there twice"),
        (EntryKind.PLACES, "a = b", "is no host:port"),
        (EntryKind.ZONE, "Mars/Base", "is no time zone"),
        (EntryKind.SECRET, "hush", "must not stand here"),
    ],
    ids=lambda part: str(part)[:20],
)
def test_entry_is_refused_when_it_is_written_wrongly(kind: EntryKind, typed: str, said: str) -> None:
    with pytest.raises(EntryError, match=said):
        as_value(typed, EntrySpec(name="x", kind=kind))


def test_entries_keep_their_order_when_some_are_changed_added_or_dropped() -> None:
    stored = {"c": 1, "b": 2, "a": 3}

    now = merged(stored, {"b": 20, "c": None, "d": 4}, {"a": 3})

    assert list(now.items()) == [("b", 20), ("a", 3), ("d", 4)]
