"""Who edits endpoints can send out no other secrets than those that are meant to be sent."""

import os
from pathlib import Path
from typing import Any

import pytest

from probes.instrument.catalog import parse_catalog
from probes.instrument.gateways.vault import MOST_BYTES, Vault, VaultError
from probes.tables import ProblemsError

ENVIRON = {"PROBE_SECRET_KEY": "hush", "SECRET_KEY": "the site's own", "DATABASE_URL": "postgres://u:p@h/n"}


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "key.pem").write_text("the key")
    (tmp_path / "outside.pem").write_text("not for you")
    (folder / "link.pem").symlink_to(tmp_path / "outside.pem")
    (folder / "new.pem").symlink_to("key.pem")
    return Vault(environ=ENVIRON, folder=folder)


def test_vault_gives_variables_of_its_prefix_and_files_of_its_folder(vault: Vault) -> None:
    assert vault.text("a${PROBE_SECRET_KEY}b ${PROBE_SECRET_NONE:-or this}") == "ahushb or this"
    assert (
        vault.file("key.pem") == vault.file(f"{vault.folder}/key.pem") == vault.file("new.pem") == b"the key"
    )
    assert vault.resolved({"card": ["${PROBE_SECRET_KEY}", 7]}) == {"card": ["hush", 7]}


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "PATH", "PROBE_PROXY", "probe_secret_key"])
@pytest.mark.parametrize("written", ["${%s}", "x${%s}", "${%s:-y}"])
def test_vault_gives_no_other_variable(vault: Vault, name: str, written: str) -> None:
    with pytest.raises(VaultError, match="only variables that begin with PROBE_SECRET_") as caught:
        vault.text(written % name)

    assert not any(value in str(caught.value) for value in ENVIRON.values())


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../outside.pem",
        "link.pem",
        "x/../../outside.pem",
        "~/.ssh/id_rsa",
        "/proc/self/environ",
    ],
)
def test_vault_gives_no_file_outside_its_folder(vault: Vault, path: str) -> None:
    with pytest.raises(VaultError, match="lies outside"):
        vault.file(path)


@pytest.mark.parametrize(
    ("path", "said"),
    [(".", "is no file"), ("pipe", "is no file"), ("none.pem", "No such file"), ("a\0b", "is no path")],
)
def test_vault_says_so_when_what_is_named_is_no_file(vault: Vault, path: str, said: str) -> None:
    assert vault.folder
    os.mkfifo(vault.folder / "pipe")

    with pytest.raises(VaultError, match=said):
        vault.file(path)


def test_vault_reads_no_file_when_it_is_huge_or_there_is_no_folder(vault: Vault) -> None:
    assert vault.folder
    (vault.folder / "huge.pem").write_bytes(bytes(MOST_BYTES + 1))

    with pytest.raises(VaultError, match="larger than"):
        vault.file("huge.pem")
    with pytest.raises(VaultError, match="no folder of secrets"):
        Vault(environ={}).file("key.pem")


def test_an_error_tells_the_reference_and_not_what_it_leads_to_when_a_key_stands_for_a_path(
    tmp_path: Path,
) -> None:
    vault = Vault(environ={"PROBE_SECRET_FILE": "MIIEvQIBADANBg"}, folder=tmp_path)

    with pytest.raises(VaultError, match=r"\$\{PROBE_SECRET_FILE\}: No such file") as caught:
        vault.file("${PROBE_SECRET_FILE}")

    assert "MIIE" not in str(caught.value)


CATALOG = """
[[components]]
slug = "a"
name_zh = "甲"
name_en = "A"
[[personas]]
slug = "p"
name_zh = "乙"
name_en = "P"
risk_tier = "low"
payer = {payer}
[[endpoints]]
slug = "e"
name_zh = "丙"
name_en = "E"
gateway = "card_json"
base_url = "https://api.test"
credentials = {credentials}
"""


def catalog(credentials: str, payer: str = "{}") -> Any:
    return parse_catalog(CATALOG.replace("{credentials}", credentials).replace("{payer}", payer))


def test_catalog_keeps_references_as_they_are_written() -> None:
    found = catalog('{ api_key = "${PROBE_SECRET_KEY}" }', '{ card = "${PROBE_SECRET_CARD}" }')

    assert found.endpoints[0].credentials == {"api_key": "${PROBE_SECRET_KEY}"}
    assert found.personas[0].payer == {"card": "${PROBE_SECRET_CARD}"}


@pytest.mark.parametrize(
    ("credentials", "payer", "said"),
    [
        ('{ api_key = "${SECRET_KEY}" }', "{}", "api_key names the environment variable SECRET_KEY: only"),
        ('{ api_key = "sk_live_51Habc" }', "{}", "api_key is a secret, which must not stand here"),
        ('{ api_key = "${PROBE_SECRET_KEY:-sk_live}" }', "{}", "api_key is a secret"),
        ('{ api_key = "${PROBE_SECRET_KEY}" }', '{ card = "${DATABASE_URL}" }', "card names the environment"),
    ],
    ids=["another variable", "in the clear", "a default", "of a payer"],
)
def test_catalog_refuses_what_would_send_out_or_store_a_secret(
    credentials: str, payer: str, said: str
) -> None:
    with pytest.raises(ProblemsError) as caught:
        catalog(credentials, payer)

    assert said in str(caught.value)
    assert "sk_live_51Habc" not in str(caught.value)


def test_catalog_keeps_the_references_in_headers_as_they_are_written() -> None:
    text = (
        CATALOG.replace("{credentials}", "{}").replace("{payer}", "{}").replace("card_json", "generic_http")
    )
    probes = """
[[vantages]]
slug = "v"
name_zh = "丁"
name_en = "V"
[[probes]]
components = ["a"]
personas = ["p"]
vantages = ["v"]
endpoint = "e"
operation = "get"
options = { path = "${PATH_OF_SHOP:-/shop}", headers = { X-Key = "${VARIABLE}" } }
"""

    found = parse_catalog(text + probes.replace("VARIABLE", "PROBE_SECRET_KEY"), environ={})

    assert found.probes[0].options == {"path": "/shop", "headers": {"X-Key": "${PROBE_SECRET_KEY}"}}
    with pytest.raises(
        ProblemsError, match=r"options: headers\.X-Key names the environment variable SECRET_KEY"
    ):
        parse_catalog(text + probes.replace("VARIABLE", "SECRET_KEY"), environ={})
