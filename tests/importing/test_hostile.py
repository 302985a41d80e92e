"""Files that are broken or were made to harm are refused with their place, or cost nothing."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from probes.vocabulary.origins import Origin
from statuspage.importing import files
from statuspage.importing.given import ImportFileError, moment_of
from statuspage.importing.reading import read_site
from tests.importing.samples import make_database, sample_of

LAUGHS = "a: &a {k: 1}\n" + "".join(
    f"{name}: &{name}\n" + "".join(f"  k{number}: *{before}\n" for number in range(9))
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def merges(keys: int) -> str:
    """Two tables of so many keys, merged into one."""
    tables = (
        f"{name}: &{name} {{" + ", ".join(f"{name}{n}: 1" for n in range(keys)) + "}\n" for name in "ab"
    )
    return "".join(tables) + "both:\n  <<: [*a, *b]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("a: [1", "config.yaml:1: it is no YAML", id="broken"),
        pytest.param("- a\n- b\n", "config.yaml:1: it holds no table", id="a list"),
        pytest.param("a: !!python/object/apply:os.system [id]", "config.yaml:1: it is no YAML", id="code"),
        pytest.param("[" * 5000, "config.yaml", id="deep"),
        pytest.param(merges(600), "more than 1000 keys", id="merges"),
        pytest.param("x: &x 1\ny: [" + "*x, " * 600 + "]", "used more than 500 times", id="aliases"),
        pytest.param(
            "\na: 1" + ":1" * 100_000, "config.yaml:2: it is no YAML: a number has more", id="base 60"
        ),
        pytest.param("a: 0x" + "f" * 9000, "a number has more than 100 characters", id="endless number"),
        pytest.param("a: 1" + ":1" * 9000 + ".5", "a number has more than 100", id="endless fraction"),
        pytest.param("endpoints: 7", "config.yaml: endpoints is no list", id="no list"),
        pytest.param("endpoints:\n  - 7", "an entry that is no table", id="no table"),
        pytest.param("endpoints:\n  - url: https://a.test", "config.yaml:2: name is missing", id="no name"),
        pytest.param(
            "endpoints:\n  - {name: a, url: 'https://a.test', interval: soon}",
            "config.yaml:2: interval is no duration",
            id="no duration",
        ),
    ],
)
def test_configuration_is_refused_with_its_place_when_it_is_wrong(
    text: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "config.yaml").write_text(text)

    with pytest.raises(ImportFileError) as refused:
        read_site(Origin.GATUS, tmp_path, UTC)

    assert said in str(refused.value)


def test_configuration_costs_nothing_when_it_laughs(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(LAUGHS + "\nendpoints: []\n")

    assert read_site(Origin.GATUS, tmp_path, UTC).components == ()


def test_check_is_left_out_when_its_address_has_a_password(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("endpoints:\n  - {name: a, url: 'https://u:hunter2@a.test'}")

    site = read_site(Origin.GATUS, tmp_path, UTC)

    assert site.components[0].probe is None
    (left,) = map(str, site.left_out)
    assert "a user name or password stands in the address" in left
    assert "hunter2" not in left


def _no_database(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + os.urandom(500))


def _other_tables(path: Path) -> None:
    make_database(path, "CREATE TABLE other (id)")


def _view(path: Path) -> None:
    make_database(path, "CREATE VIEW monitor AS SELECT 1 AS id")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_no_database, "it cannot be read"),
        (_other_tables, "it has no table monitor"),
        (_view, "it has no table monitor"),
    ],
)
def test_database_is_refused_when_it_is_none_of_kuma(
    make: Callable[[Path], None], said: str, tmp_path: Path
) -> None:
    make(tmp_path / "kuma.db")

    with pytest.raises(ImportFileError, match=said):
        read_site(Origin.KUMA, tmp_path, UTC)


def test_database_stays_as_it_is_when_it_is_read(tmp_path: Path) -> None:
    folder = sample_of(Origin.KUMA, tmp_path)
    before = (folder / "kuma.db").read_bytes()

    read_site(Origin.KUMA, folder, UTC)

    assert (folder / "kuma.db").read_bytes() == before


def test_file_is_refused_when_it_leads_out_of_its_folder(tmp_path: Path) -> None:
    folder = sample_of(Origin.CSTATE, tmp_path)
    (tmp_path / "outside.md").write_text("---\ntitle: x\n---\n")
    (folder / "content/issues/link.md").symlink_to(tmp_path / "outside.md")

    with pytest.raises(ImportFileError, match=r"link\.md: it leads out of its folder"):
        read_site(Origin.CSTATE, folder, UTC)


@pytest.mark.parametrize("name", ["config.yaml", "data.db"])
def test_single_file_is_refused_when_it_leads_out_of_its_folder(name: str, tmp_path: Path) -> None:
    folder = sample_of(Origin.GATUS, tmp_path)
    (folder / name).rename(tmp_path / name)
    (folder / name).symlink_to(tmp_path / name)

    with pytest.raises(ImportFileError, match="leads out"):
        read_site(Origin.GATUS, folder, UTC)


def test_file_is_refused_when_it_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_YAML_BYTES", 100)

    with pytest.raises(ImportFileError, match="larger than 100 bytes"):
        read_site(Origin.GATUS, sample_of(Origin.GATUS, tmp_path), UTC)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "components.json:1: it is no JSON"),
        ('{"components": {}}', "components is no list"),
        ('{"components": [{"name": "x"}]}', r"components.json components\[1\]: id is missing"),
        ("[" * 200_000, "it is no JSON"),
    ],
)
def test_body_is_refused_with_its_place_when_it_is_wrong(body: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "components.json").write_text(body)

    with pytest.raises(ImportFileError, match=said):
        read_site(Origin.STATUSPAGE, tmp_path, UTC)


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2026-10-02 03:04:05.678", datetime(2026, 10, 2, 3, 4, 5, 678000, tzinfo=UTC)),
        ("2026-10-02 11:04:05 +0800", datetime(2026, 10, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-10-02T03:04:05Z", datetime(2026, 10, 2, 3, 4, 5, tzinfo=UTC)),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
        (7, None),
    ],
)
def test_moment_is_read_in_utc_or_not_at_all(told: object, moment: datetime | None) -> None:
    assert moment_of(told, UTC) == moment
