"""A check that somebody tries: each step as it went, whose trouble it shows, and nothing stored."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from probes.instrument.gateways.credentials import Credentials
from probes.instrument.gateways.vault import Vault
from probes.instrument.secrecy.echoes import Guarded
from probes.simulator.scenario import Scenario, ScenarioKind
from statuspage.monitoring import orders, raw_answers
from statuspage.monitoring.models import (
    CheckResult,
    CodeRule,
    Endpoint,
    Probe,
    UnmappedAnswer,
    Vantage,
)
from statuspage.monitoring.orders import order_of
from statuspage.monitoring.raw_answers import MOST_SHOWN, secrets_of, shown
from tests.instrument.faults import closed_port
from tests.support.growth import MOST_GROWTH, growth
from tests.support.pretended import Pretended, pretended_world, utc_now
from tests.support.probe_rows import build_probe
from tests.support.websites import Answer, website

pytestmark = pytest.mark.django_db
SLUG = "fenfu-qr.ordinary.east"


@pytest.fixture(autouse=True)
def _apart(settings: Settings) -> Iterator[None]:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    yield
    orders._gateway.cache_clear()


def build_page(url: str, **fields: Any) -> Probe:
    probe = build_probe(**fields)
    Endpoint.objects.update(base_url=url)
    return probe


def tried(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit status and what is printed."""
    try:
        call_command("try_probe", *arguments)
        status = 0
    except SystemExit as error:
        status = int(error.code or 0)
    return status, capsys.readouterr().out


def test_try_probe_shows_every_part_of_the_check_when_it_is_accepted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with website(**{"": Answer(b"all fine")}) as site:
        build_page(site.url)

        status, out = tried(capsys, SLUG)

    assert status == 0
    for part in (
        "with the settings of the vantage east",
        f"asked: GET {site.url}/",
        "send and wait",
        "answer: HTTP 200",
        "server: ",
        "| all fine",
        "code rule: HTTP 2xx no code",
        "outcome: went through (accepted)",
        "nobody's",
        "all passed",
    ):
        assert part in out, out
    assert not CheckResult.objects.exists()


def test_try_probe_blames_us_when_our_request_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with website(**{"": Answer(b'{"code":"x"}', status=401)}) as site:
        build_page(site.url)

        status, out = tried(capsys, SLUG)
        _, chinese = tried(capsys, SLUG, "--language", "zh")

    assert status == 1
    assert "whose: ours: no sight of it" in out
    assert "why: It ended at the step get: 401" in out
    assert "what to do: Check keys" in out
    assert "谁的问题: 我们" in chinese
    assert not UnmappedAnswer.objects.exists()


def test_try_probe_shows_bytes_when_the_answer_is_no_text(capsys: pytest.CaptureFixture[str]) -> None:
    packed = Answer(b"\x28\xb5\x2f\xfd\x04\x00rest", headers={"Content-Encoding": "zstd"})
    with website(**{"": packed}) as site:
        build_page(site.url)

        status, out = tried(capsys, SLUG)

    assert status == 1
    assert "| 28 b5 2f fd 04 00 72 65 73 74 … (10 B)" in out
    assert "read as: UNKNOWN_CODING packed as 'zstd', which we cannot undo" in out
    assert "content-encoding: zstd" in out


def test_try_probe_says_theirs_when_nobody_answers(capsys: pytest.CaptureFixture[str]) -> None:
    build_page(f"http://127.0.0.1:{closed_port()}")

    status, out = tried(capsys, SLUG)

    assert status == 1
    assert "no answer: connect: " in out
    assert "decided by: there was no answer: the error itself" in out.replace(
        "; there", "\ndecided by: there"
    )
    assert "whose: theirs" in out


def test_try_probe_names_the_rule_that_decided_when_an_admin_made_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    CodeRule.objects.create(http_status=418, pattern="teapot", outcome="declined_policy")
    with website(**{"": Answer(b"I am a teapot", status=418)}) as site:
        build_page(site.url)

        _, out = tried(capsys, SLUG)

    assert "code rule: HTTP 418 /teapot/ (admin)" in out


def test_try_probe_says_where_it_asks_from_when_the_probe_is_of_another_vantage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with website(**{"": Answer(b"fine")}) as site:
        build_probe()
        place = site.url.removeprefix("http://")
        Vantage.objects.create(slug="south", name_zh="南", name_en="South", connect_to={"api.test:80": place})

        status, out = tried(capsys, SLUG, "--vantage", "south")

    assert status == 0
    assert "belongs to the vantage east" in out
    assert "with the settings of south" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("fenfu-qr.ordinary.eats",),
            "no probe 'fenfu-qr.ordinary.eats'; did you mean fenfu-qr.ordinary.east?",
        ),
        (("zzz",), f"no probe 'zzz'; there is {SLUG}"),
        ((SLUG, "--vantage", "eats"), "no vantage 'eats'; did you mean east?"),
    ],
    ids=["nearly", "not at all", "vantage"],
)
def test_try_probe_proposes_near_names_when_there_is_none(arguments: tuple[str, ...], said: str) -> None:
    build_probe()

    with pytest.raises(CommandError, match="no ") as caught:
        call_command("try_probe", *arguments)

    assert str(caught.value) == said
    assert caught.value.returncode == 2


def load_catalog(pretended: Pretended, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """The pretended world's own catalog."""
    settings.PROBE_CA_BUNDLE = str(pretended.keys.ca_file)
    settings.SECRETS_DIR = pretended.keys.folder
    for name, value in pretended.environment.items():
        monkeypatch.setenv(name, value)
    call_command("sync_catalog", str(Path("probes/simulator/catalog.toml").resolve()), stdout=StringIO())


def test_try_probe_shows_each_step_without_secrets_when_a_conversation_is_signed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    busy = Scenario(
        id="o",
        kind=ScenarioKind.OUTAGE,
        flavour="server-error",
        components=("fenfu-online",),
        starts_s=utc_now().timestamp() - 60,
        lasts_s=600.0,
    )
    with pretended_world(tmp_path, busy) as pretended:
        load_catalog(pretended, monkeypatch, settings)

        order = order_of(Probe.objects.get(slug="fenfu-qr.ordinary.east"), utc_now())
        secrets = [secret.value for secret in secrets_of(order)]

        status, out = tried(capsys, "fenfu-qr.ordinary.east")
        bad_status, bad_out = tried(capsys, "fenfu-online.ordinary.east")

    assert status == 0, out
    assert out.count("asked: ") >= 2
    assert "/v3/" in out
    assert not [secret for secret in secrets if secret in out + bad_out]
    assert bad_status == 1
    assert "whose: theirs" in bad_out


SECRETS = {Guarded("sk_live_51H"), Guarded("oUpF8uMuAJO")}


@pytest.mark.parametrize(
    ("raw", "kept", "cut"),
    [
        ('{"sign":"ERITJKEIJK==","code":"40004"}', '"code":"40004"', "ERITJKEIJK"),
        ('{"paySign": "abc", "sub_msg":"系统错误"}', "系统错误", "zzz"),
        ('{"api_key":"abc\\"def","x":1}', '"x":1', "def"),
        ("Authorization: Bearer abc.def", "Bearer", "abc.def"),
        ("a=1&signature=abcdef&b=2", "b=2", "abcdef"),
        ("phone 13800138000 card 4242 4242 4242 4242", "phone", "4242"),
        ("you sent sk_live_51H", "you sent", "sk_live"),
        ('"openid":"oUpF8uMuAJO"', "openid", "oUpF8"),
        ("serial 5157F09EFDC096DE15EBE81A47057A7232F1B8E1", "5157F0", "EFDC096DE15"),
        ("-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----\nend", "end", "MIIabc"),
        ("a\x1b[31mb\u202ec", "b", "\x1b"),
        ("<h1>502 Bad Gateway</h1>\n<hr>nginx/1.18.0", "<h1>502 Bad Gateway</h1>\n<hr>nginx/1.18.0", "zzz"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_raw_answer_is_shown_without_what_is_nobodys_business_when_it_holds_some(
    raw: str, kept: str, cut: str
) -> None:
    text = shown(raw, SECRETS)

    assert kept in text
    assert cut not in text


def test_raw_answer_ends_when_it_is_longer_than_anybody_reads() -> None:
    assert len(shown("word " * 10_000, ())) <= MOST_SHOWN + 2


@pytest.mark.parametrize("sign", ["a-", "_1", "\u5206", "a"])
def test_time_grows_as_a_raw_answer_does_when_it_is_one_long_word(
    sign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_answers, "MOST_SHOWN", 10_000)

    assert growth(lambda text: shown(text, ()), lambda size: sign * size, 1_000) < MOST_GROWTH


def test_secrets_are_those_that_are_sent_when_they_stand_in_the_environment() -> None:
    credentials = {
        "api_key": "${PROBE_SECRET_KEY}",
        "mac_key": "${PROBE_SECRET_GONE}",
        "mchid": "1900000001",
        "private_key_file": "/k",
    }

    found = Credentials("pay", credentials, Vault(environ={"PROBE_SECRET_KEY": "hush!"})).guarded()

    assert found == (Guarded("hush!"), Guarded("1900000001", number=True))
