"""Whose keys and clock are at fault when Alipay's signatures, or ours, do not hold."""

import base64
import json
from datetime import timedelta
from hashlib import md5
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509 import CertificateBuilder, Name, NameAttribute, load_pem_x509_certificate
from cryptography.x509.oid import NameOID

from probes.instrument.gateways.alipay_signing import certificate_number, raw_member
from probes.instrument.gateways.protocol import CredentialsError
from probes.network.exchange import Reply
from probes.simulator.wire.keys import KeyRing
from probes.vocabulary.outcomes import Outcome
from tests.instrument.alipay_side import (
    CODE,
    RUN,
    alipay,
    answer,
    by_certificate,
    read,
    signed,
)
from tests.instrument.conversing import NOW, ask, first, outcome_of


def test_alipay_signs_all_its_parameters_in_order_when_it_asks(keys: KeyRing) -> None:
    request = first(alipay(keys), "pay", payer={"alipay_auth_code": "280000000000000001"}).request

    asked = dict(parse_qsl(request.body.decode()))
    signature = base64.b64decode(asked.pop("sign"))
    text = "&".join(f"{name}={asked[name]}" for name in sorted(asked))
    keys.merchant_public_key.verify(signature, text.encode(), PKCS1v15(), SHA256())
    assert (request.method, request.url) == ("POST", "https://api.test/gateway.do?charset=utf-8")
    assert (asked["app_id"], asked["method"], asked["sign_type"]) == ("2021", "alipay.trade.pay", "RSA2")
    assert asked["timestamp"] == "2026-03-01 20:00:00"
    assert json.loads(asked["biz_content"]) == {
        "out_trade_no": RUN,
        "total_amount": "0.01",
        "subject": "status check",
        "timeout_express": "6m",
        "scene": "bar_code",
        "auth_code": "280000000000000001",
    }


def test_alipay_verifies_the_text_as_it_was_sent_when_it_is_written_oddly(keys: KeyRing) -> None:
    odd = '{ "msg":"Success",\n "code":"10000" , "out_trade_no":"RUN","qr_code":"https:\\/\\/qr.test\\/x"}'
    text = odd.replace("RUN", RUN)

    escaped = read(keys, answer(keys, text))
    plain = read(keys, answer(keys, text, signature=signed(keys, text.replace("\\/", "/"))))

    assert (escaped.code, plain.code) == ("10000", "10000")


def test_raw_member_is_found_at_the_top_only_when_texts_look_like_it() -> None:
    text = '{"a":{"b":"\\"b\\":1"},"c":[{"b":2}], "b" : {"x":"}"} ,"sign":"s"}'

    assert (raw_member(text, "b"), raw_member(text, "x")) == ('{"x":"}"}', "")


@pytest.mark.parametrize(
    ("signature", "code", "outcome"),
    [
        ("", "BAD_SIGNATURE", Outcome.BAD_ANSWER),
        ("AAAA", "UNKNOWN_SERIAL", Outcome.UNAUTHENTICATED),
        ("no base64!", "UNKNOWN_SERIAL", Outcome.UNAUTHENTICATED),
        ("签名", "UNKNOWN_SERIAL", Outcome.UNAUTHENTICATED),
    ],
)
def test_alipay_says_whose_fault_it_is_when_a_success_is_not_signed_by_the_key_that_we_hold(
    keys: KeyRing, signature: str, code: str, outcome: Outcome
) -> None:
    reading = read(keys, answer(keys, CODE, signature=signature))

    assert (reading.code, outcome_of(reading)) == (code, outcome)
    assert (outcome is Outcome.BAD_ANSWER) or "alipay_public_key_file" in reading.message


def test_alipay_names_its_certificates_when_it_uses_them(keys: KeyRing) -> None:
    request = first(by_certificate(keys), "precreate").request

    asked = dict(parse_qsl(request.body.decode()))
    merchant = load_pem_x509_certificate((keys.folder / "merchant.pem").read_bytes())
    assert asked["app_cert_sn"] == certificate_number(merchant)
    assert len(asked["app_cert_sn"]) == 32


def test_certificate_number_is_the_md5_of_issuer_and_serial_number_when_alipay_counts_it() -> None:
    key = generate_private_key(65537, 2048)
    parts = [(NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, "Ant Financial"),
             (NameOID.ORGANIZATIONAL_UNIT_NAME, "Certification Authority"),
             (NameOID.COMMON_NAME, "Ant Financial Class 2 R1")]  # fmt: skip
    name = Name([NameAttribute(kind, value) for kind, value in parts])
    certificate = (
        CertificateBuilder(name, name, key.public_key(), 0xABCDEF)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, SHA256())
    )

    issuer = "CN=Ant Financial Class 2 R1,OU=Certification Authority,O=Ant Financial,C=CN"
    assert certificate_number(certificate) == md5(f"{issuer}{0xABCDEF}".encode()).hexdigest()


@pytest.mark.parametrize(
    ("number", "signature", "code", "outcome"),
    [
        ("own", None, "10000", Outcome.ACCEPTED),
        ("own", "AAAA", "BAD_SIGNATURE", Outcome.BAD_ANSWER),
        ("f" * 32, None, "UNKNOWN_SERIAL", Outcome.UNAUTHENTICATED),
        ("", None, "UNKNOWN_SERIAL", Outcome.UNAUTHENTICATED),
    ],
)
def test_alipay_looks_for_the_certificate_that_the_answer_names(
    keys: KeyRing, number: str, signature: str | None, code: str, outcome: Outcome
) -> None:
    named = certificate_number(keys.platform_certificate) if number == "own" else number
    reply = answer(keys, CODE, signature=signature, more=f',"alipay_cert_sn":"{named}"' if named else "")

    reading = first(by_certificate(keys), "precreate").read(reply)

    assert (reading.code, outcome_of(reading)) == (code, outcome)


def test_alipay_takes_keys_in_bare_base64_when_a_key_tool_wrote_them(keys: KeyRing, tmp_path: Path) -> None:
    own = load_pem_private_key(keys.merchant_key_file.read_bytes(), None)
    pkcs1 = own.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    theirs = keys.platform_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "app.txt").write_bytes(base64.b64encode(pkcs1))
    (tmp_path / "alipay.txt").write_bytes(base64.encodebytes(theirs))

    gateway = alipay(
        keys,
        private_key_file=str(tmp_path / "app.txt"),
        alipay_public_key_file=str(tmp_path / "alipay.txt"),
    )

    assert first(gateway, "precreate").read(answer(keys, CODE)).code == "10000"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"alipay_public_key_file": ""}, "alipay_public_key_file or alipay_certificate_file"),
        ({"private_key_file": "/nowhere/app.pem"}, "private_key_file: /nowhere/app.pem: No such file"),
        ({"app_id": "${PROBE_SECRET_APP}"}, "app_id needs the environment variable PROBE_SECRET_APP"),
    ],
)
def test_alipay_says_what_is_wanted_when_its_credentials_cannot_be_used(
    keys: KeyRing, changes: dict[str, str], words: str
) -> None:
    with pytest.raises(CredentialsError, match=words):
        first(alipay(keys, **changes), "precreate")


@pytest.mark.parametrize(
    ("date", "note"),
    [
        ("Sun, 01 Mar 2026 11:30:00 GMT", "; our clock is 30 minutes ahead of the one that answered"),
        ("Sun, 01 Mar 99999999999 11:30:00 GMT", ""),
    ],
)
def test_alipay_says_by_how_much_our_clock_differs_when_its_time_is_refused(
    keys: KeyRing, date: str, note: str
) -> None:
    node = {"code": "40002", "sub_code": "isv.invalid-timestamp", "sub_msg": "非法的时间戳参数"}
    reply = Reply(
        status=200,
        headers={"date": date},
        body=json.dumps({"error_response": node}).encode(),
    )

    reading = read(keys, reply)

    assert outcome_of(reading) is Outcome.UNAUTHENTICATED
    assert reading.message == f"非法的时间戳参数{note}"


def test_alipay_keeps_no_token_of_ours_when_a_refusal_repeats_what_was_signed(keys: KeyRing) -> None:
    echo = "验签出错，网关生成的验签字符串为：app_auth_token=201510BBb507dc9f&app_id=2021&biz_content={}"
    node = {"code": "40002", "sub_code": "isv.invalid-signature", "sub_msg": echo}

    reading = read(keys, Reply(status=200, headers={}, body=json.dumps({"error_response": node}).encode()))

    assert reading.message == "验签出错，网关生成的验签字符串为：…"
    assert outcome_of(reading) is Outcome.UNAUTHENTICATED


def test_alipay_reads_its_files_again_when_an_answer_spoke_against_its_keys(
    keys: KeyRing, tmp_path: Path
) -> None:
    file = tmp_path / "alipay.pem"
    own = load_pem_private_key(keys.merchant_key_file.read_bytes(), None)
    file.write_bytes(own.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    gateway = alipay(keys, alipay_public_key_file=str(file))

    def asked_once() -> str:
        conversation = gateway.converse(ask("precreate"))
        reading = next(conversation).read(answer(keys, CODE))
        conversation.close()
        return reading.code

    before = asked_once()
    file.write_bytes(keys.platform_public_key_file.read_bytes())

    assert (before, asked_once()) == ("UNKNOWN_SERIAL", "10000")


def test_alipay_believes_no_forged_answer_when_it_stands_beside_a_signed_one(keys: KeyRing) -> None:
    forged = json.dumps({**CODE, "qr_code": "https://evil.test/"})
    reply = answer(keys, CODE, more=f',"alipay_trade_precreate_response":{forged}')

    assert read(keys, reply).code == "UNKNOWN_SERIAL"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_alipay_reads_on_when_the_answer_is_written_in_another_form_of_unicode(
    keys: KeyRing, encoding: str
) -> None:
    body = answer(keys, CODE).body.decode().encode(encoding)

    assert read(keys, Reply(status=200, headers={}, body=body)).code == "10000"
