"""What the dialect of WeChat Pay asks and how it reads answers, spoken to without a network."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

from probes.instrument.gateways.protocol import (
    ConversationStep,
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
        self.certificate = self.certified(0x0ABC)

    def certified(self, serial: int, until: datetime = NOW + timedelta(days=1)) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "platform")])
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(serial)
            .not_valid_before(NOW - timedelta(days=9))
            .not_valid_after(until)
            .sign(self.key, hashes.SHA256())
        )

    def reply(
        self,
        content: object,
        status: int = 200,
        *,
        serial: str = KEY_ID,
        stamp: datetime | str = NOW,
        date: datetime | None = None,
        signature: str | None = None,
    ) -> Reply:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        seconds = stamp if isinstance(stamp, str) else str(int(stamp.timestamp()))
        text = f"{seconds}\nNONCE\n".encode() + body + b"\n"
        signed = base64.b64encode(self.key.sign(text, PKCS1v15(), hashes.SHA256())).decode()
        headers = {
            "wechatpay-serial": serial,
            "wechatpay-nonce": "NONCE",
            "wechatpay-timestamp": seconds,
            "wechatpay-signature": signed if signature is None else signature,
            **({} if date is None else {"date": format_datetime(date, usegmt=True)}),
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
    certificates = {
        "certificate.pem": platform.certificate,
        "older.pem": platform.certified(0x0123),
        "expired.pem": platform.certified(0x0DEF, until=NOW - timedelta(days=1)),
    }
    for name, certificate in certificates.items():
        (folder / name).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
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
        platform.reply({"trade_state": "NOTPAY", "out_trade_no": "a" * 32, "amount": {"total": 1}}),
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


MISFITS: dict[str, tuple[str, str, object, int, str]] = {
    "nothing": ("jsapi", "order", b"", 200, "EMPTY_BODY"),
    "blanks": ("jsapi", "order", b" \r\n", 200, "EMPTY_BODY"),
    "HTML": ("jsapi", "order", b"<html><title>Welcome</title>", 200, "MALFORMED_BODY"),
    "a text": ("jsapi", "order", b"ok", 200, "MALFORMED_BODY"),
    "JSON that breaks off": ("jsapi", "order", b'{"prepay_id": "wx', 200, "MALFORMED_BODY"),
    "nested without end": ("jsapi", "order", b"[" * 100_000, 200, "MALFORMED_BODY"),
    "a list": ("jsapi", "order", b'[{"prepay_id": "1"}]', 200, "FOREIGN_BODY"),
    "a JSON text": ("jsapi", "order", b'"SUCCESS"', 200, "FOREIGN_BODY"),
    "null": ("jsapi", "order", b"null", 200, "FOREIGN_BODY"),
    "an empty object": ("jsapi", "order", {}, 200, "FOREIGN_BODY"),
    "a health check": ("jsapi", "order", {"status": "ok"}, 200, "FOREIGN_BODY"),
    "a bare success": ("jsapi", "order", {"code": "SUCCESS", "message": "OK"}, 200, "FOREIGN_BODY"),
    "another kind of order": ("native", "order", {"prepay_id": "1"}, 200, "FOREIGN_BODY"),
    "the answer to a query": ("h5", "order", {"trade_state": "NOTPAY"}, 200, "FOREIGN_BODY"),
    "an empty field": ("jsapi", "order", {"prepay_id": ""}, 200, "MISSING_FIELD"),
    "a null field": ("app", "order", {"prepay_id": None}, 200, "MISSING_FIELD"),
    "a number for a text": ("jsapi", "order", {"prepay_id": 17}, 200, "WRONG_FIELD"),
    "an object for a text": ("native", "order", {"code_url": {}}, 200, "MISSING_FIELD"),
    "no code to scan": ("native", "order", {"code_url": "http://elsewhere.test"}, 200, "WRONG_FIELD"),
    "no address": ("h5", "order", {"h5_url": "javascript:alert(1)"}, 200, "WRONG_FIELD"),
    "no body where one is due": ("jsapi", "order", b"", 204, "UNEXPECTED_STATUS"),
    "made, not answered": ("jsapi", "order", {"prepay_id": "1"}, 201, "UNEXPECTED_STATUS"),
    "only accepted": ("jsapi", "order", {"prepay_id": "1"}, 202, "UNEXPECTED_STATUS"),
    "a part": ("jsapi", "order", {"prepay_id": "1"}, 206, "UNEXPECTED_STATUS"),
    "a payment code accepted with nothing": ("codepay", "order", b"", 202, "UNEXPECTED_STATUS"),
    "a payment code that nobody charged": ("codepay", "order", {"trade_state": "NOTPAY"}, 200, "WRONG_FIELD"),
    "another order": ("native", "query", {"trade_state": "NOTPAY", "out_trade_no": "b"}, 200, "FOREIGN_BODY"),
    "another merchant's": ("native", "query", {"trade_state": "NOTPAY", "mchid": "1"}, 200, "FOREIGN_BODY"),
    "another sum": (
        "native",
        "query",
        {"trade_state": "NOTPAY", "amount": {"total": 9}},
        200,
        "FOREIGN_BODY",
    ),
    "refunded at once": ("native", "query", {"trade_state": "REFUND"}, 200, "WRONG_FIELD"),
    "closed by itself": ("native", "query", {"trade_state": "CLOSED"}, 200, "WRONG_FIELD"),
    "a state that is none": ("native", "query", {"trade_state": "WELL"}, 200, "WRONG_FIELD"),
    "a state of another kind": ("native", "query", {"trade_state": True}, 200, "WRONG_FIELD"),
    "an order where none is due": ("native", "close", {"trade_state": "CLOSED"}, 200, "UNEXPECTED_STATUS"),
    "a service order done at once": ("payscore", "order", {"state": "DONE"}, 200, "WRONG_FIELD"),
    "another service order": (
        "payscore",
        "query",
        {"state": "DOING", "out_order_no": "b"},
        200,
        "FOREIGN_BODY",
    ),
    "a cancellation of nothing": ("payscore", "cancel", {}, 200, "FOREIGN_BODY"),
    "another payer's": ("exposure", "exposure", {"fqf_exposure": True, "openid": "o2"}, 200, "FOREIGN_BODY"),
    "neither shown nor hidden": ("exposure", "exposure", {"fqf_exposure": "no"}, 200, "WRONG_FIELD"),
    "certificates that are none": ("certificates", "certificates", {"data": {"a": 1}}, 200, "WRONG_FIELD"),
    "no certificates": ("certificates", "certificates", {"data": []}, 200, "MISSING_FIELD"),
}


@pytest.mark.parametrize("misfit", MISFITS)
def test_wechat_calls_the_answer_bad_when_it_is_not_what_the_operation_gives_on_a_good_day(
    files: Path, platform: Platform, misfit: str
) -> None:
    operation, name, content, status, code = MISFITS[misfit]
    step = next(
        step for step in wechat(files, apiv3_key=APIV3_KEY).converse(ask(operation)) if step.name == name
    )

    reading = step.read(platform.reply(content, status))

    assert (reading.http_status, reading.code, outcome_of(reading)) == (status, code, Outcome.BAD_ANSWER)


def test_wechat_reads_the_error_when_it_comes_with_a_success(files: Path, platform: Platform) -> None:
    reply = platform.reply({"code": "RULE_LIMIT", "message": "当前交易存在风险"})

    reading = first(wechat(files)).read(reply)

    assert (reading.code, outcome_of(reading)) == ("RULE_LIMIT", Outcome.DECLINED_RISK)


def test_wechat_names_the_place_without_its_query_when_it_is_sent_elsewhere(files: Path) -> None:
    headers = {"location": "https://portal.test/login?token=secret"}

    reading = first(wechat(files)).read(Reply(status=302, headers=headers, body=b""))

    assert (reading.code, outcome_of(reading)) == ("REDIRECTED", Outcome.BAD_ANSWER)
    assert reading.message == "to https://portal.test/login"


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
    ],
)
def test_wechat_picks_no_side_when_the_product_is_hidden_from_a_payer(
    files: Path, platform: Platform, shown: object, code: str, expected: Outcome
) -> None:
    reading = first(wechat(files), "exposure").read(platform.reply({"fqf_exposure": shown}))

    assert (reading.code, outcome_of(reading)) == (code, expected)


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


@pytest.mark.parametrize(("serial", "file"), [(KEY_ID, "public key"), ("0ABC", "certificate")])
def test_wechat_accepts_either_signature_when_it_holds_both_keys(
    files: Path, platform: Platform, serial: str, file: str
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
