import re
from pathlib import Path

import pytest

import probes
from probes.instrument.catalog import parse_catalog, read_catalog
from probes.instrument.gateways.registry import DIALECTS
from probes.tables import ProblemsError
from probes.vocabulary.tiers import RiskTier
from tests.support.catalogs import CATALOG, catalog

EXAMPLE = Path(probes.__file__).parent.parent / "deploy" / "catalog.example.toml"


def problems_of(text: str, **environ: str) -> list[str]:
    with pytest.raises(ProblemsError) as raised:
        parse_catalog(text, "catalog.toml", environ)
    return [problem.removeprefix("catalog.toml:") for problem in raised.value.problems]


def changed(old: str, new: str) -> str:
    assert old in CATALOG
    return CATALOG.replace(old, new)


def test_catalog_makes_a_probe_of_each_combination_when_it_is_a_matrix() -> None:
    found = catalog()

    assert [probe.slug for probe in found.probes] == [
        "fenfu-qr.ordinary.east",
        "fenfu-qr.ordinary.south",
        "fenfu-qr.reseller.east",
        "fenfu-qr.reseller.south",
        "control.site.east",
        "control.site.south",
    ]
    assert found.personas[1].risk_tier is RiskTier.HIGH


def test_example_catalog_is_sound_when_it_is_read_as_it_stands() -> None:
    found = read_catalog(EXAMPLE, {})

    assert len(found.probes) == 6
    assert found.endpoints[0].credentials["apiv3_key"] == "${PROBE_SECRET_WECHAT_APIV3_KEY}"


@pytest.mark.parametrize("name", DIALECTS)
def test_example_catalog_explains_a_dialect_when_it_is_spoken(name: str) -> None:
    words = set(re.findall(r"\w+", EXAMPLE.read_text(encoding="utf-8")))
    dialect = DIALECTS[name]

    said = {name, *dialect.operations, *dialect.required, *dialect.credentials, *dialect.options}

    assert said - words == set()


def test_catalog_fills_in_the_environment_when_texts_name_it() -> None:
    text = changed("http://api.test", "http://${HOST:-api.test}:${PORT}").replace("= 20", '= "${EVERY:-7}"')

    found = parse_catalog(text, environ={"PORT": "81"})

    assert found.endpoints[0].base_url == "http://api.test:81"
    assert found.probes[0].interval_seconds == 7.0


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (changed('name_en = "QR"\n', ""), "7: components[0] (fenfu-qr).name_en: missing"),
        (
            changed('group = "fenfu"', 'group = "fenfo"'),
            "9: components[0] (fenfu-qr).group: there is no group",
        ),
        (
            changed('risk_tier = "high"', 'risk_tier = "hihg"'),
            "23: personas[1] (reseller).risk_tier: 'hihg' is none of low, elevated, high; did you mean",
        ),
        (changed('"generic_http"', '"generic_htp"'), "did you mean 'generic_http'?"),
        (
            changed('name_en = "QR"', 'name_en = "QR"\nproduct = "fenfuu"'),
            "12: components[0] (fenfu-qr).product: 'fenfuu' is none of fenfu, wechat_pay, other, none;",
        ),
        (changed('personas = ["*"]', 'personas = ["ordinray"]'), "there is no persona 'ordinray'"),
        (changed("interval_seconds = 20", "interval_seconds = 0"), "must be more than 0, got 0"),
        (changed("interval_seconds = 20", "interval_seconds = true"), "expected a number, got True"),
        (changed("interval_seconds", "intervall_seconds"), "unknown key; did you mean 'interval_seconds'?"),
        (changed('"http://api.test"', '"ftp://api.test"'), "'ftp://api.test' is no http or https address"),
        (changed('"http://api.test"', '"http://api.test:99999"'), "is no http or https address"),
        (changed('"http://api.test"', '"http://me:secret@api.test"'), "a user name or password stands in"),
        (changed('"http://api.test"', '"${NOPE}"'), "the environment variable NOPE is not set"),
        (changed('slug = "south"', 'slug = "east"'), "vantages (east): the slug is taken by another one"),
        (changed('slug = "south"', 'slug = "So uth"'), "'So uth' is no slug"),
        (changed("[[sources]]", "[[source]]"), "source: unknown table; did you mean 'sources'?"),
        (changed('kind = "json"', 'kind = "xml"'), "'xml' is none of html, rss, json"),
        ('timezone = "Mars"\n' + CATALOG, "timezone: 'Mars' is no time zone"),
        (CATALOG + "timeout_seconds = 3\n", "unknown key"),
        (changed('"generic_http"', '"card_json"'), "endpoints[0] (pay).credentials: api_key is missing"),
        (
            changed("interval_seconds = 20", 'options = { expect_txt = "x" }'),
            "options: 'expect_txt' is unknown; did you mean 'expect_text'?",
        ),
        (changed(', text = "text"', ""), "sources[0] (forum).options.text: missing"),
        (changed("interval_seconds = 20", "timeout_seconds = 500"), "must be at most 120, got 500"),
        (changed("interval_seconds = 20", 'slug = "{componet}"'), "can be filled in"),
        (changed("interval_seconds = 20", 'slug = "{component}"'), "the slug is taken by another one"),
        (
            changed('name_zh = "华南"', 'connect_to = { "a:443" = "b" }\nname_zh = "华南"'),
            "'b' is no host:port",
        ),
    ],
)
def test_catalog_names_the_problem_and_its_place_when_something_is_wrong(text: str, problem: str) -> None:
    found = problems_of(text)

    assert any(problem in line for line in found), found


def test_catalog_lists_every_problem_in_the_order_of_lines_when_there_are_several() -> None:
    text = changed('name_en = "QR"\n', "").replace("= 20", "= 0").replace('"普通"', '""')

    found = problems_of(text)

    assert len(found) == 3
    assert [int(line.partition(":")[0]) for line in found] == [7, 14, 47]


def test_catalog_says_where_when_it_is_no_toml() -> None:
    assert "at line 2" in problems_of("a = 1\nb = = 2")[0]


def test_catalog_says_so_when_there_is_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match="cannot be read"):
        read_catalog(tmp_path / "none.toml")
