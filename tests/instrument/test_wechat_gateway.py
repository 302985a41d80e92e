"""What the dialect of WeChat Pay asks and how it reads answers, spoken to without a network."""

import base64
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

from probes.instrument.gateways.protocol import (
    CredentialsError,
    Gateway,
)
from probes.instrument.gateways.registry import make_gateway
from probes.network.exchange import Reply
from probes.vocabulary.outcomes import Outcome
from tests.instrument.conversing import NOW, ask, endpoint, first, outcome_of

APIV3_KEY = "0123456789abcdef0123456789abcdef"
KEY_ID = "PUB_KEY_ID_0114232134912410000000000000"


class Platform:
    """WeChat Pay's side: signs answers."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "platform")])
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(0x0ABC)
            .not_valid_before(NOW - timedelta(days=1))
            .not_valid_after(NOW + timedelta(days=1))
            .sign(self.key, hashes.SHA256())
        )

    def reply(
        self,
        content: object,
        status: int = 200,
        *,
        serial: str = KEY_ID,
        stamp: datetime = NOW,
        signature: str | None = None,
    ) -> Reply:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        seconds = str(int(stamp.timestamp()))
        text = f"{seconds}\nNONCE\n".encode() + body + b"\n"
        signed = base64.b64encode(self.key.sign(text, PKCS1v15(), hashes.SHA256())).decode()
        headers = {
            "wechatpay-serial": serial,
            "wechatpay-nonce": "NONCE",
            "wechatpay-timestamp": seconds,
            "wechatpay-signature": signed if signature is None else signature,
        }
        return Reply(status=status, headers=headers, body=body)


@pytest.fixture(scope="module")
def platform() -> Platform:
    return Platform()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, platform: Platform) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    merchant = rsa.generate_private_key(65537, 2048)
    (folder / "merchant.pem").write_bytes(
        merchant.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    (folder / "platform.pem").write_bytes(
        platform.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    (folder / "certificate.pem").write_bytes(platform.certificate.public_bytes(serialization.Encoding.PEM))
    return folder


def wechat(files: Path, **changes: str | None) -> Gateway:
    credentials = {
        "mchid": "1900000001",
        "appid": "wx1",
        "serial_no": "5F",
        "private_key_file": str(files / "merchant.pem"),
        "platform_public_key_file": str(files / "platform.pem"),
        "platform_public_key_id": KEY_ID,
    }
    wanted = {name: value for name, value in (credentials | changes).items() if value is not None}
    return make_gateway(endpoint("wechat_pay_v3", **wanted), {})


def test_wechat_signs_method_path_query_and_body_when_it_asks(files: Path) -> None:
    conversation = wechat(files).converse(ask())

    request = next(conversation).request

    fields = dict(
        part.partition("=")[::2] for part in request.headers["Authorization"].partition(" ")[2].split(",")
    )
    stamp, nonce = fields["timestamp"].strip('"'), fields["nonce_str"].strip('"')
    merchant = serialization.load_pem_private_key((files / "merchant.pem").read_bytes(), None)
    assert isinstance(merchant, rsa.RSAPrivateKey)
    merchant.public_key().verify(
        base64.b64decode(fields["signature"].strip('"')),
        f"POST\n/v3/pay/transactions/jsapi\n{stamp}\n{nonce}\n".encode() + request.body + b"\n",
        PKCS1v15(),
        hashes.SHA256(),
    )
    body = json.loads(request.body)
    assert (body["payer"], body["out_trade_no"], body["time_expire"]) == (
        {"openid": "o1"},
        "a" * 32,
        "2026-03-01T20:06:00+08:00",
    )


def test_wechat_orders_queries_and_closes_when_each_step_passes(files: Path, platform: Platform) -> None:
    conversation = wechat(files).converse(ask("native"))
    replies = [
        platform.reply({"code_url": "weixin://x"}),
        platform.reply({"trade_state": "NOTPAY"}),
        platform.reply(b"", 204),
    ]

    steps = [next(conversation), *(conversation.send(reply) for reply in replies[:-1])]

    names = [(step.name, step.request.method, step.request.url.partition("/v3/pay/")[2]) for step in steps]
    readings = [step.read(reply) for step, reply in zip(steps, replies, strict=True)]

    order = f"transactions/out-trade-no/{'a' * 32}"
    assert names == [
        ("order", "POST", "transactions/native"),
        ("query", "GET", f"{order}?mchid=1900000001"),
        ("close", "POST", f"{order}/close"),
    ]
    assert {outcome_of(reading) for reading in readings} == {Outcome.ACCEPTED}
    with pytest.raises(StopIteration):
        conversation.send(replies[-1])


def test_wechat_leaves_a_payment_code_order_alone_when_it_is_paid(files: Path, platform: Platform) -> None:
    conversation = wechat(files).converse(ask("codepay"))
    paid = platform.reply({"trade_state": "SUCCESS"})

    order = next(conversation)
    query = conversation.send(paid)
    query.read(paid)

    assert json.loads(order.request.body)["payer"] == {"auth_code": "130000000000000001"}
    with pytest.raises(StopIteration):
        conversation.send(paid)


TAMPERED: dict[str, Callable[[Platform], Reply]] = {
    "not signed": lambda platform: Reply(status=200, headers={}, body=b'{"prepay_id": "1"}'),
    "another body": lambda platform: Reply(
        status=200, headers=platform.reply({"prepay_id": "1"}).headers, body=b'{"prepay_id": "2"}'
    ),
    "unknown serial": lambda platform: platform.reply({"prepay_id": "1"}, serial="FFFF"),
    "old": lambda platform: platform.reply({"prepay_id": "1"}, stamp=NOW - timedelta(minutes=6)),
    "no base64": lambda platform: platform.reply({"prepay_id": "1"}, signature="%%%"),
    "another key": lambda platform: Platform().reply({"prepay_id": "1"}),
}


@pytest.mark.parametrize("tampering", TAMPERED)
def test_wechat_calls_the_answer_bad_when_its_signature_does_not_hold(
    files: Path, platform: Platform, tampering: str
) -> None:
    reading = first(wechat(files)).read(TAMPERED[tampering](platform))

    assert (reading.code, outcome_of(reading)) == ("BAD_SIGNATURE", Outcome.BAD_ANSWER)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY_BODY"),
        (b"<html>", "MALFORMED_BODY"),
        (b"[1]", "MALFORMED_BODY"),
        (b"[" * 100_000, "MALFORMED_BODY"),
        ({"other": 1}, "MISSING_FIELD"),
        ({"prepay_id": ""}, "MISSING_FIELD"),
    ],
    ids=["empty", "HTML", "a list", "nested without end", "another field", "an empty field"],
)
def test_wechat_calls_the_answer_bad_when_a_success_lacks_its_content(
    files: Path, platform: Platform, content: object, code: str
) -> None:
    reading = first(wechat(files)).read(platform.reply(content))

    assert (reading.code, outcome_of(reading)) == (code, Outcome.BAD_ANSWER)


@pytest.mark.parametrize(
    ("status", "content", "headers", "expected"),
    [
        (403, {"code": "RULE_LIMIT", "message": "交易存在风险"}, {}, Outcome.DECLINED_RISK),
        (403, {"code": "NO_AUTH", "message": "产品权限已关闭"}, {}, Outcome.DECLINED_POLICY),
        (500, {"code": "SYSTEM_ERROR", "message": "系统繁忙"}, {}, Outcome.SERVER_ERROR),
        (401, {"code": "SIGN_ERROR", "message": "签名错误"}, {}, Outcome.UNAUTHENTICATED),
        (429, {"code": "FREQUENCY_LIMITED", "message": ""}, {}, Outcome.THROTTLED),
        (503, b"<html>busy</html>", {"retry-after": "600"}, Outcome.MAINTENANCE),
        (
            403,
            {"code": "RULE_LIMIT", "message": "业务规则限制"},
            {"request-id": "08AB-271300099"},
            Outcome.DECLINED_RISK,
        ),
        (403, {"code": 7, "message": ["x"]}, {}, Outcome.DECLINED_UNKNOWN),
    ],
)
def test_wechat_keeps_code_and_message_when_the_order_is_refused(
    files: Path,
    status: int,
    content: object,
    headers: dict[str, str],
    expected: Outcome,
) -> None:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()

    reading = first(wechat(files)).read(Reply(status=status, headers=headers, body=body))

    assert outcome_of(reading) is expected


def test_wechat_takes_a_password_prompt_for_accepted_when_a_payment_code_is_charged(
    files: Path, platform: Platform
) -> None:
    reply = platform.reply({"code": "USERPAYING", "message": "需要用户输入支付密码"}, 202)

    reading = first(wechat(files), "codepay").read(reply)

    assert (reading.code, outcome_of(reading)) == ("USERPAYING", Outcome.ACCEPTED)


@pytest.mark.parametrize(
    ("shown", "code", "expected"),
    [
        (True, "SUCCESS", Outcome.ACCEPTED),
        (False, "FQF_EXPOSURE_FALSE", Outcome.DECLINED_UNKNOWN),
        ("no", "MALFORMED_BODY", Outcome.BAD_ANSWER),
    ],
)
def test_wechat_picks_no_side_when_the_product_is_hidden_from_a_payer(
    files: Path, platform: Platform, shown: object, code: str, expected: Outcome
) -> None:
    reading = first(wechat(files), "exposure").read(platform.reply({"fqf_exposure": shown}))

    assert (reading.code, outcome_of(reading)) == (code, expected)


def test_wechat_fetches_certificates_first_and_trusts_them_when_none_is_given(
    files: Path, platform: Platform
) -> None:
    gateway = wechat(files, platform_public_key_file=None, platform_public_key_id=None, apiv3_key=APIV3_KEY)
    pem = platform.certificate.public_bytes(serialization.Encoding.PEM)
    sealed = AESGCM(APIV3_KEY.encode()).encrypt(b"nonce1234567", pem, b"certificate")
    entry = {
        "nonce": "nonce1234567",
        "associated_data": "certificate",
        "ciphertext": base64.b64encode(sealed).decode(),
    }
    certificates = platform.reply({"data": [{"encrypt_certificate": entry}]}, serial="0ABC")

    conversation = gateway.converse(ask())
    fetching = next(conversation)
    fetched = fetching.read(certificates)
    order = conversation.send(certificates)

    assert (fetching.name, fetched.code, order.name) == ("certificates", "SUCCESS", "order")
    assert order.read(platform.reply({"prepay_id": "1"}, serial="ABC")).code == "SUCCESS"
    assert first(gateway).name == "order"


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"data": []},
        {"data": [7]},
        {"data": [{"encrypt_certificate": {"nonce": "nonce1234567", "ciphertext": "AAAA"}}]},
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
        ({"serial_no": "${NOPE}"}, "pay: serial_no needs the environment variable NOPE"),
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


def test_wechat_says_what_the_file_is_not_when_it_holds_no_key(files: Path, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("no key")

    with pytest.raises(CredentialsError, match="private_key_file holds no usable PEM key"):
        first(wechat(files, private_key_file=str(path)))
