"""Settings that are wrong or missing are named at the start, in one sentence, and the defaults are safe."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from statuspage.environment import make_private

ROOT = Path(__file__).parents[2]
KEY = "0123456789" * 5


def started_with(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` with these variables and none of the tests' own."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={**inherited, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SECRET_KEY", "short", "at least 50 random characters"),
        ("DATABASE_URL", "mysql://u@h/d", "expected sqlite:///PATH or postgres://"),
        ("BROKER_URL", "carrier-pigeon", "expected memory://, redis://"),
        ("SITE_URL", "status.example.com", "expected an address such as https://"),
        ("SITE_URL", "https://example.com/api", "the site itself has a folder /api"),
        ("NOTICES_URL", "https://me:secret@ops.example/feed", "a user name or password stands in"),
        ("SCRAPE_PRIVATE_HOSTS", "10.0.0.5,http://forum", "is no host"),
        ("SITE_TIME_ZONE", "Mars/Olympus", "not a time zone such as Asia/Shanghai"),
        ("PUBLISH_SECONDS", "0", "expected a positive number of seconds"),
        ("PUBLISH_SECONDS", "nan", "expected a positive number of seconds"),
        ("RAW_DAYS", "-1", "expected a positive number of days"),
        ("RAW_DAYS", "two", "RAW_DAYS='two': expected a positive number of days"),
        ("TRUSTED_PROXIES", "-1", "expected 0 or more"),
        ("METRICS_NETWORKS", "10.0.0.1/8", "expected networks such as 10.0.0.0/8"),
        ("PROBE_CA_BUNDLE", "nowhere.pem", "there is no such file"),
        ("BRAND_COLOUR", "red", "expected a colour such as #1c4f9c"),
        ("BRAND_LOGO", "nowhere.svg", "the file cannot be read: No such file"),
        ("BRAND_CSS", "nowhere.css", "the file cannot be read: No such file"),
        ("FOOTER_LINKS", '[{"zh": "a", "en": "a", "url": "javascript:x"}]', "link 1: expected https://"),
        ("DEBUG", "maybe", "expected one of 1, 0"),
    ],
)
def test_site_names_the_variable_and_what_was_expected_when_a_value_is_wrong(
    name: str, value: str, expected: str, tmp_path: Path
) -> None:
    done = started_with("check", **{"SECRET_KEY": KEY, "VAR_DIR": str(tmp_path), name: value})

    assert done.returncode != 0
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"fogbreak: {name}")
    assert expected in done.stderr


def test_site_does_not_start_when_no_secret_key_is_given(tmp_path: Path) -> None:
    done = started_with("check", VAR_DIR=str(tmp_path))

    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


def test_site_makes_its_own_folder_when_it_starts_in_a_clean_clone(tmp_path: Path) -> None:
    done = started_with("migrate", SECRET_KEY=KEY, VAR_DIR=str(tmp_path / "not" / "yet"))

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "not" / "yet" / "fogbreak.sqlite3").stat().st_mode & 0o777 == 0o600


def test_database_becomes_private_when_it_was_open_to_others(tmp_path: Path) -> None:
    database, journal = tmp_path / "fogbreak.sqlite3", tmp_path / "fogbreak.sqlite3-wal"
    for file in (database, journal):
        file.touch(0o644)

    make_private(database)

    assert [file.stat().st_mode & 0o777 for file in (database, journal)] == [0o600, 0o600]


def test_site_names_the_database_when_it_does_not_answer(tmp_path: Path) -> None:
    url = "postgres://fogbreak:hidden@127.0.0.1:1/fogbreak"

    done = started_with("migrate", SECRET_KEY=KEY, VAR_DIR=str(tmp_path), DATABASE_URL=url)

    assert done.returncode != 0
    assert done.stderr.startswith("fogbreak: the database that DATABASE_URL names cannot be used")
    assert "hidden" not in done.stderr


def test_demo_login_and_history_are_refused_when_the_site_is_no_demo(tmp_path: Path) -> None:
    for command in ("demo", "fill_history"):
        done = started_with(command, SECRET_KEY=KEY, VAR_DIR=str(tmp_path))

        assert done.returncode != 0
        assert "FOGBREAK_DEMO=1" in done.stderr


def test_site_names_every_variable_when_several_are_wrong(tmp_path: Path) -> None:
    done = started_with("check", SECRET_KEY="k" * 60, VAR_DIR=str(tmp_path), RAW_DAYS="two", DEBUG="maybe")

    assert done.returncode != 0
    lines = done.stderr.splitlines()
    assert [line.partition(":")[2].split("=")[0].split(":")[0].strip() for line in lines] == [
        *("DEBUG", "SECRET_KEY", "RAW_DAYS")
    ]


@pytest.mark.parametrize(("proxies", "believed"), [("0", "None"), ("1", "'HTTP_X_FORWARDED_PROTO', 'https'")])
def test_scheme_that_a_header_tells_is_believed_only_when_a_proxy_is_trusted(
    proxies: str, believed: str, tmp_path: Path
) -> None:
    names = "SECURE_PROXY_SSL_HEADER", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"
    shown = f"from django.conf import settings; print([getattr(settings, name) for name in {names}])"

    done = started_with(
        *("shell", "--no-imports", "--command", shown),
        SECRET_KEY=KEY,
        VAR_DIR=str(tmp_path),
        SITE_URL="https://status.example.com",
        TRUSTED_PROXIES=proxies,
    )

    assert believed in done.stdout, done.stderr
    # Cookies are for HTTPS alone, however the site learns of it.
    assert done.stdout.strip().endswith("True, True]")


def test_everything_lies_below_the_path_when_the_address_has_one(tmp_path: Path) -> None:
    names = "FORCE_SCRIPT_NAME", "STATIC_URL", "SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH"
    shown = f"from django.conf import settings; print([getattr(settings, name) for name in {names}])"

    done = started_with(
        *("shell", "--no-imports", "--command", shown),
        SECRET_KEY=KEY,
        VAR_DIR=str(tmp_path),
        SITE_URL="https://example.com/status/",
    )

    assert done.stdout.strip() == "['/status', '/status/static/', '/status/', '/status/']", done.stderr


def test_deployment_checks_find_nothing_when_the_site_is_served_by_https(tmp_path: Path) -> None:
    done = started_with(
        *("check", "--deploy", "--fail-level", "WARNING"),
        SECRET_KEY=KEY,
        VAR_DIR=str(tmp_path),
        SITE_URL="https://status.example.com",
        ALLOWED_HOSTS="status.example.com",
    )

    assert done.returncode == 0, done.stderr


def test_readme_lists_every_variable_when_settings_read_it() -> None:
    settings = (ROOT / "statuspage" / "settings.py").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = "\n".join(line for line in readme.splitlines() if line.startswith("| `"))

    read = set(re.findall(r'read\(\s*"([A-Z_0-9]+)"', settings))

    assert read
    assert read == {
        name for name in re.findall(r"`([A-Z][A-Z_0-9]+)`", table) if name in read or name in settings
    }
