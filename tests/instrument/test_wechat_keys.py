"""Whose fault it is when a signature of WeChat Pay does not hold: its keys, its clock and ours."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from probes.instrument.gateways.protocol import (
    ConversationStep,
    CredentialsError,
    Gateway,
)
from probes.network.exchange import Reply
from probes.vocabulary.outcomes import Outcome
from tests.instrument.conversing import NOW, first, outcome_of
from tests.instrument.wechat_side import APIV3_KEY, KEY_ID, Platform, wechat


def with_header(reply: Reply, name: str, value: str) -> Reply:
    return replace(reply, headers={**reply.headers, f"wechatpay-{name}": value})


def aside_of(step: ConversationStep, reply: Reply) -> ConversationStep | None:
    """What is to be fetched before the reply can be read."""
    assert step.aside is not None
    return step.aside(reply)


TAMPERED: dict[str, Callable[[Platform], Reply]] = {
    "not signed": lambda platform: Reply(status=200, headers={}, body=b'{"prepay_id": "1"}'),
    "another body": lambda platform: Reply(
        status=200, headers=platform.reply({"prepay_id": "1"}).headers, body=b'{"prepay_id": "2"}'
    ),
    "no moment": lambda platform: platform.reply({"prepay_id": "1"}, stamp="yesterday"),
    "signed at another time than sent": lambda platform: platform.reply(
        {"prepay_id": "1"}, stamp=NOW - timedelta(minutes=6), date=NOW
    ),
    "no base64": lambda platform: platform.reply({"prepay_id": "1"}, signature="%%%"),
    "another key": lambda platform: Platform().reply({"prepay_id": "1"}),
}


@pytest.mark.parametrize("tampering", TAMPERED)
def test_wechat_calls_the_answer_bad_when_its_signature_does_not_hold(
    files: Path, platform: Platform, tampering: str
) -> None:
    reading = first(wechat(files)).read(TAMPERED[tampering](platform))

    assert (reading.code, outcome_of(reading)) == ("BAD_SIGNATURE", Outcome.BAD_ANSWER)


def sealed_certificates(platform: Platform, key: str = APIV3_KEY, serial: str = "0ABC") -> Reply:
    """What the platform answers who asks for its certificates."""
    pem = platform.certificate.public_bytes(serialization.Encoding.PEM)
    sealed = AESGCM(key.encode()).encrypt(b"nonce1234567", pem, b"certificate")
    entry = {
        "nonce": "nonce1234567",
        "associated_data": "certificate",
        "ciphertext": base64.b64encode(sealed).decode(),
    }
    return platform.reply({"data": [{"encrypt_certificate": entry}]}, serial=serial)


ORDERED = {"prepay_id": "1"}
NO_KEYS = {"platform_public_key_file": None, "platform_public_key_id": None}
KEYS: dict[str, dict[str, str | None]] = {
    "an APIv3 key only": {**NO_KEYS, "apiv3_key": APIV3_KEY},
    "an APIv3 key and a public key": {"apiv3_key": APIV3_KEY},
    "an APIv3 key and an older certificate": {
        **NO_KEYS,
        "apiv3_key": APIV3_KEY,
        "platform_certificate_file": "older.pem",
    },
}


def holding(files: Path, held: Mapping[str, str | None]) -> Gateway:
    changes = dict(held)
    if changes.get("platform_certificate_file"):
        changes["platform_certificate_file"] = str(files / str(changes["platform_certificate_file"]))
    return wechat(files, **changes)


@pytest.mark.parametrize("held", KEYS)
def test_wechat_fetches_certificates_and_then_reads_when_an_answer_names_a_serial_that_is_not_known(
    files: Path, platform: Platform, held: str
) -> None:
    order = first(holding(files, KEYS[held]))
    reply = platform.reply(ORDERED, serial="ABC")

    fetching = aside_of(order, reply)
    assert fetching is not None
    fetched = fetching.read(sealed_certificates(platform))

    assert (fetching.name, fetched.code, fetching.aside) == ("certificates", "SUCCESS", None)
    assert order.read(reply).code == "SUCCESS"
    assert aside_of(order, reply) is None


def test_wechat_fetches_certificates_once_a_minute_at_most_when_a_serial_stays_unknown(
    files: Path, platform: Platform
) -> None:
    gateway = wechat(files, apiv3_key=APIV3_KEY)
    reply = platform.reply(ORDERED, serial="FFFF")

    fetched = [
        aside_of(first(gateway, now=NOW + timedelta(seconds=seconds)), reply) is not None
        for seconds in (0, 1, 30, 61, 90)
    ]

    assert fetched == [True, False, False, True, False]


@pytest.mark.parametrize("serial", [KEY_ID, "0ABC"], ids=["public key", "certificate"])
def test_wechat_accepts_either_signature_when_it_holds_both_keys(
    files: Path, platform: Platform, serial: str
) -> None:
    gateway = wechat(files, platform_certificate_file=str(files / "certificate.pem"))

    reading = first(gateway).read(platform.reply(ORDERED, serial=serial))

    assert reading.code == "SUCCESS"


OURS: dict[str, tuple[dict[str, str | None], Callable[[Platform], Reply], str, str]] = {
    "a certificate, where we hold the public key": (
        {},
        lambda platform: platform.reply(ORDERED, serial="0ABC"),
        "UNKNOWN_SERIAL",
        f"none of your keys has: 0ABC (you hold {KEY_ID}); give apiv3_key",
    ),
    "the public key, where we hold a certificate": (
        {**NO_KEYS, "platform_certificate_file": "certificate.pem"},
        lambda platform: platform.reply(ORDERED, serial=KEY_ID),
        "UNKNOWN_SERIAL",
        "(you hold ABC); give platform_public_key_file and this platform_public_key_id",
    ),
    "a certificate that ran out": (
        {**NO_KEYS, "platform_certificate_file": "expired.pem"},
        lambda platform: platform.reply(ORDERED, serial="0DEF"),
        "UNKNOWN_SERIAL",
        "0DEF, a certificate, expired on 2026-02-28: give apiv3_key",
    ),
    "a scheme of another country's": (
        {},
        lambda platform: with_header(platform.reply(ORDERED), "signature-type", "WECHATPAY2-SM2-WITH-SM3"),
        "UNKNOWN_SCHEME",
        "signed as WECHATPAY2-SM2-WITH-SM3",
    ),
    "our clock is ahead": (
        {},
        lambda platform: platform.reply(
            ORDERED, stamp=NOW - timedelta(minutes=10), date=NOW - timedelta(minutes=10)
        ),
        "CLOCK_SKEW",
        "our clock is 10 minutes ahead of the platform's",
    ),
    "our clock is behind": (
        {},
        lambda platform: platform.reply(
            ORDERED, stamp=NOW + timedelta(hours=8), date=NOW + timedelta(hours=8, seconds=2)
        ),
        "CLOCK_SKEW",
        "our clock is 8 hours behind the platform's",
    ),
    "a clock that nothing else tells of": (
        {},
        lambda platform: platform.reply(ORDERED, stamp=NOW - timedelta(minutes=6)),
        "CLOCK_SKEW",
        "6 minutes ahead",
    ),
}


@pytest.mark.parametrize("situation", OURS)
def test_wechat_says_that_it_may_be_ours_when_our_keys_or_clock_do_not_fit(
    files: Path, platform: Platform, situation: str
) -> None:
    held, reply, code, words = OURS[situation]

    reading = first(holding(files, held)).read(reply(platform))

    assert (reading.code, outcome_of(reading)) == (code, Outcome.UNAUTHENTICATED)
    assert words in reading.message


def test_wechat_calls_it_missed_when_the_platform_tests_whether_clients_verify(
    files: Path, platform: Platform
) -> None:
    order = first(wechat(files, apiv3_key=APIV3_KEY))
    reply = platform.reply(ORDERED, serial="0ABC", signature="WECHATPAY/SIGNTEST/bm90IHNpZ25lZA==")

    reading = order.read(reply)

    assert (reading.code, outcome_of(reading)) == ("SIGNTEST", Outcome.MISSED)
    assert aside_of(order, reply) is None


def test_wechat_says_that_the_public_key_is_wanted_when_there_are_no_certificates(
    files: Path, platform: Platform
) -> None:
    gateway = holding(files, KEYS["an APIv3 key only"])
    order, reply = first(gateway), platform.reply(ORDERED, serial="0ABC")
    none = Reply(status=404, headers={}, body=b'{"code": "RESOURCE_NOT_EXISTS", "message": "none"}')

    fetching = aside_of(order, reply)
    assert fetching is not None
    readings = [fetching.read(none), order.read(reply)]

    assert [outcome_of(reading) for reading in readings] == [Outcome.UNAUTHENTICATED] * 2
    assert all("the public key and its id are wanted" in reading.message for reading in readings)


@pytest.mark.parametrize("key", ["another key of thirty-two letters"[:32], None])
def test_wechat_says_that_the_apiv3_key_is_wrong_when_certificates_cannot_be_decrypted(
    files: Path, platform: Platform, key: str | None
) -> None:
    step = first(wechat(files, apiv3_key=key), "certificates")

    reading = step.read(sealed_certificates(platform))

    assert (reading.code, outcome_of(reading)) == ("BAD_APIV3_KEY", Outcome.UNAUTHENTICATED)


def test_wechat_says_how_far_our_clock_is_off_when_our_signature_is_refused(files: Path) -> None:
    refusal = Reply(
        status=401,
        headers={"date": format_datetime(NOW - timedelta(minutes=9), usegmt=True)},
        body='{"code": "SIGN_ERROR", "message": "timestamp不得超过5分钟"}'.encode(),
    )

    reading = first(wechat(files)).read(refusal)

    assert outcome_of(reading) is Outcome.UNAUTHENTICATED
    assert reading.message.endswith("our clock is 9 minutes ahead of the one that answered")


def test_wechat_reads_its_files_again_when_an_answer_spoke_against_them(
    files: Path, platform: Platform, tmp_path: Path
) -> None:
    file = tmp_path / "platform.pem"
    file.write_bytes((files / "older.pem").read_bytes())
    gateway = wechat(files, **NO_KEYS, platform_certificate_file=str(file))
    reply = platform.reply(ORDERED, serial="0ABC")
    before = first(gateway).read(reply)

    file.write_bytes((files / "certificate.pem").read_bytes())
    later = NOW + timedelta(seconds=61)
    after = first(gateway, now=later).read(platform.reply(ORDERED, serial="0ABC", stamp=later))

    assert (before.code, after.code) == ("UNKNOWN_SERIAL", "SUCCESS")


def test_wechat_keeps_the_certificates_that_it_fetched_when_a_signature_does_not_hold(
    files: Path, platform: Platform
) -> None:
    gateway = holding(files, KEYS["an APIv3 key only"])
    first(gateway, "certificates").read(sealed_certificates(platform))
    later = NOW + timedelta(minutes=2)
    forged = platform.reply(ORDERED, serial="0ABC", signature="AAAA")

    before = first(gateway).read(forged)
    after = first(gateway, now=later).read(platform.reply(ORDERED, serial="0ABC", stamp=later))

    assert (before.code, after.code) == ("BAD_SIGNATURE", "SUCCESS")


@pytest.mark.parametrize(
    "content",
    [
        {"data": [7]},
        {"data": [{"encrypt_certificate": {"nonce": "short", "ciphertext": "AAAA"}}]},
        {"data": [{"encrypt_certificate": {"ciphertext": "AAAA"}}]},
    ],
)
def test_wechat_calls_the_answer_bad_when_certificates_cannot_be_read(
    files: Path, platform: Platform, content: object
) -> None:
    gateway = wechat(files, platform_public_key_file=None, apiv3_key=APIV3_KEY)

    reading = first(gateway, "certificates").read(platform.reply(content))

    assert outcome_of(reading) is Outcome.BAD_ANSWER


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mchid": None}, "pay: mchid is missing"),
        (
            {"serial_no": "${PROBE_SECRET_NOPE}"},
            "pay: serial_no needs the environment variable PROBE_SECRET_NOPE",
        ),
        ({"private_key_file": "/nowhere/key.pem"}, "private_key_file: /nowhere/key.pem: No such file"),
        ({"apiv3_key": "short"}, "apiv3_key must have 32 characters"),
        ({"platform_public_key_file": None}, "nothing to verify answers by"),
    ],
)
def test_wechat_says_which_credential_is_wrong_when_it_cannot_ask(
    files: Path, changes: dict[str, str | None], words: str
) -> None:
    with pytest.raises(CredentialsError, match=words):
        first(wechat(files, **changes))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"no key", "is no PEM file"),
        (b"0\x82\x09\x01", "is binary (DER or PKCS #12): convert it to PEM"),
        (
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
            "holds a damaged or another thing, called CERTIFICATE",
        ),
        (
            b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----",
            "is locked by a password",
        ),
    ],
    ids=["nothing", "a text", "binary", "a certificate", "a locked key"],
)
def test_wechat_says_what_the_file_is_when_it_holds_no_key(
    files: Path, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(content)

    with pytest.raises(CredentialsError, match="private_key_file holds no usable PEM private key") as caught:
        first(wechat(files, private_key_file=str(path)))

    assert words in str(caught.value)
