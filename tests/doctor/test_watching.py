"""What the site does: whether it asks and concludes, and what is wrong with keys, sources and people."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.contrib.auth.models import Group, User
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from probes.vocabulary.outcomes import Outcome
from statuspage.analysis.values import Conditions
from statuspage.doctor import keys, people, watching
from statuspage.doctor.findings import Finding
from statuspage.monitoring.models import CheckResult, Dispatch, Endpoint, Persona, Probe, Progress, Source
from tests.support.probe_rows import build_probe

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def said(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.level.value, finding.where) for finding in findings]


@pytest.fixture
def works() -> Callable[..., list[tuple[str, str]]]:
    """Examines a site that asks from one vantage and concludes; ``changes`` are those of its progress."""
    now = timezone.now()
    ordinary = build_probe()
    build_probe("control.east", component=None)
    _result(ordinary, Outcome.ACCEPTED)

    def examined(**changes: object) -> list[tuple[str, str]]:
        Progress.objects.update_or_create(defaults={"concluded_until": now, **changes}, id=1)
        handed_out = {"dispatched_until": now, "swept_until": now}
        Dispatch.objects.update_or_create(defaults=handed_out, vantage=ordinary.vantage)
        return said(list(watching.examine_watching()))

    return examined


def _result(probe: Probe, outcome: Outcome, **fields: object) -> None:
    now = timezone.now()
    CheckResult.objects.create(probe=probe, tick=now, at=now, stored_at=now, outcome=outcome, **fields)


def test_nothing_is_found_when_the_site_works(works: Callable[..., list[tuple[str, str]]]) -> None:
    assert works() == []


def test_site_is_told_to_have_stopped_when_nothing_was_concluded(
    works: Callable[..., list[tuple[str, str]]],
) -> None:
    assert works(concluded_until=None) == [("error", "progress")]
    assert works(concluded_until=timezone.now() - 10 * MINUTE) == [("error", "progress")]


def test_cursor_is_told_when_it_lies_in_the_future(works: Callable[..., list[tuple[str, str]]]) -> None:
    assert works(concluded_until=timezone.now() + 60 * MINUTE) == [("error", "progress")]


def test_vantage_is_asleep_when_it_only_missed_its_checks(
    works: Callable[..., list[tuple[str, str]]],
) -> None:
    _result(build_probe("a.south", vantage="south"), Outcome.MISSED)
    build_probe("control.south", vantage="south", component=None)
    young = build_probe("control.north", vantage="north", component=None)
    Probe.objects.filter(pk=young.pk).update(created_at=timezone.now())

    assert works() == [("error", "south")]


def test_what_the_detector_blames_on_us_is_told_when_it_is_known(
    works: Callable[..., list[tuple[str, str]]],
) -> None:
    refused = build_probe("a.east")
    _result(refused, Outcome.UNAUTHENTICATED, http_status=401, code="SIGN_ERROR", message="签名错误")
    wrong = Conditions(at=timezone.now(), lost_vantages=("east",), misconfigured_probes=("a.east",))

    found = works(
        conditions={
            "at": wrong.at.isoformat(),
            "lost_vantages": wrong.lost_vantages,
            "misconfigured_probes": wrong.misconfigured_probes,
        }
    )

    assert found == [("warning", "east"), ("error", "a.east")]


def test_source_and_vantage_are_told_when_one_is_broken_and_one_has_no_control(
    works: Callable[..., list[tuple[str, str]]],
) -> None:
    build_probe("a.west", vantage="west")
    _result(Probe.objects.get(slug="a.west"), Outcome.ACCEPTED)
    Source.objects.create(slug="forum", kind="rss", url="https://f.test/rss", last_error="HTTP 500")

    assert works() == [("warning", "west"), ("warning", "forum")]


def test_source_that_nobody_visits_is_told_apart_from_one_that_cannot_be_read(
    works: Callable[..., list[tuple[str, str]]], settings: Settings
) -> None:
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    before = timezone.now() - 60 * MINUTE
    source = Source.objects.create(slug="forum", kind="rss", url="https://f.test/rss", last_success_at=before)

    (found,) = watching.unread([source])

    assert works() == [("warning", "forum")]
    assert found.what.en == f"was not read since {before:%Y-%m-%d %H:%M:%S} UTC"
    assert found.to_do.en == "Start fogbreak-reports."


def test_catalog_is_missed_when_no_probe_is_in_use() -> None:
    assert said(list(watching.examine_watching())) == [("warning", "catalog")]


def test_staff_is_told_when_it_is_nobody_or_has_no_second_factor() -> None:
    assert said(list(people.examine_people())) == [("warning", "users")]
    for name in ("guarded", "open"):
        User.objects.create(username=name, is_staff=True)
    TOTPDevice.objects.create(user=User.objects.get(username="guarded"), name="totp", confirmed=True)

    assert said(list(people.examine_people())) == [("warning", "open")]


def test_staff_is_told_once_when_nobody_has_a_second_factor() -> None:
    for name in ("one", "two"):
        User.objects.create(username=name, is_staff=True)

    assert [finding.what.en for finding in people.examine_people()] == ["nobody has a second factor"]


def test_owner_is_told_when_he_is_the_only_one() -> None:
    boss = User.objects.create_superuser("boss")
    TOTPDevice.objects.create(user=boss, name="totp", confirmed=True)
    alone = list(people.examine_people())
    other = User.objects.create(username="other", is_staff=True)
    TOTPDevice.objects.create(user=other, name="totp", confirmed=True)
    other.groups.add(Group.objects.get(name="owner"))

    assert [finding.what.en for finding in alone] == ["only boss is an owner"]
    assert list(people.examine_people()) == []


def test_provider_is_told_when_nobody_can_log_in_by_it(settings: Settings) -> None:
    settings.OIDC_ISSUER = "http://127.0.0.1:9"

    found = list(people.examine_people())

    assert said(found)[-1] == ("error", "OIDC_ISSUER")


def _endpoint(gateway: str, **credentials: str) -> Probe:
    endpoint = Endpoint.objects.create(
        slug=gateway, gateway=gateway, base_url="https://api.test", credentials=credentials
    )
    return build_probe(f"a.{gateway}", endpoint=endpoint, operation="charge")


def test_keys_are_told_when_a_variable_is_not_set_or_a_request_cannot_be_made() -> None:
    _endpoint("card_json", api_key="${PROBE_SECRET_A}", more="${PROBE_SECRET_B} ${PROBE_SECRET_A}")
    _endpoint("wechat_pay_v3", mchid="1900000001", private_key_file="nowhere.pem")
    poor = Persona.objects.create(slug="poor", risk_tier="low", payer={"card": {"pin": "${PROBE_SECRET_C}"}})
    build_probe("plain", persona=poor)

    found = list(keys.examine_keys())

    assert said(found) == [("error", "card_json"), ("error", "poor"), ("error", "wechat_pay_v3")]
    assert found[0].what.en == "PROBE_SECRET_A, PROBE_SECRET_B not set on this machine"
    assert found[1].what.en == "PROBE_SECRET_C not set on this machine"
    assert "try_probe a.wechat_pay_v3" in found[2].to_do.en


def test_certificate_is_told_when_it_expires_or_the_key_is_not_its_own(
    tmp_path: Path, secrets_folder: Path
) -> None:
    ours, other = (rsa.generate_private_key(65537, 1024) for _ in range(2))
    now = timezone.now()
    for name, lasts in (("soon", 10), ("over", -1), ("fine", 300)):
        _write_certificate(secrets_folder / f"{name}.pem", ours, now + timedelta(days=lasts))
    (secrets_folder / "ours.key").write_bytes(_pem(ours))
    (secrets_folder / "other.key").write_bytes(_pem(other))

    def found(name: str, key: str = "ours.key") -> list[tuple[str, str]]:
        values = {
            "app_certificate_file": str(secrets_folder / f"{name}.pem"),
            "private_key_file": str(secrets_folder / key),
        }
        return [
            (one.level.value, one.what.en.split()[0]) for one in keys.certificates_held("alipay", values, now)
        ]

    assert found("fine") == []
    assert found("soon") == [("warning", "the")]
    assert found("over") == [("error", "the")]
    assert found("fine", "other.key") == [("error", "private_key_file")]


def test_certificate_of_an_endpoint_is_told_when_checks_saw_that_it_expires() -> None:
    now = timezone.now()
    _result(build_probe(), Outcome.ACCEPTED, certificate_expires_at=now + timedelta(days=3))

    found = list(keys.examine_keys())

    assert said(found) == [("warning", "pay")]


@pytest.fixture
def secrets_folder(tmp_path: Path, settings: Settings) -> Path:
    settings.SECRETS_DIR = tmp_path
    return tmp_path


def _write_certificate(file: Path, key: rsa.RSAPrivateKey, until: object) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "app")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(timezone.now() - timedelta(days=30))
        .not_valid_after(until)  # type: ignore[arg-type]
    )
    file.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
