"""What Alipay's dialect asks and how it reads answers, spoken to without a network."""

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import md5
from pathlib import Path
from typing import Any
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
from probes.instrument.gateways.protocol import AnswerReading, CredentialsError, Gateway
from probes.instrument.gateways.registry import make_gateway
from probes.network.exchange import Reply
from probes.simulator.wire.keys import KeyRing, ensure_keys
from probes.vocabulary.outcomes import Outcome
from tests.instrument.conversing import NOW, ask, endpoint, first, outcome_of

RUN = "a" * 32
CODE = {"code": "10000", "msg": "Success", "out_trade_no": RUN, "qr_code": "https://qr.alipay.com/bax1"}
PAID = {
    "code": "10000",
    "msg": "Success",
    "out_trade_no": RUN,
    "trade_no": "2026030122001",
    "total_amount": "0.01",
}
CANCELLED = {"code": "10000", "msg": "Success", "out_trade_no": RUN, "retry_flag": "N"}
NO_TRADE = {
    "code": "40004",
    "msg": "Business Failed",
    "sub_code": "ACQ.TRADE_NOT_EXIST",
    "sub_msg": "交易不存在",
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return ensure_keys(tmp_path_factory.mktemp("keys"))


def alipay(keys: KeyRing, **changes: str) -> Gateway:
    credentials = {
        "app_id": "2021",
        "private_key_file": str(keys.merchant_key_file),
        "alipay_public_key_file": str(keys.platform_public_key_file),
    }
    return make_gateway(endpoint("alipay_openapi", **credentials | changes), {})


def by_certificate(keys: KeyRing) -> Gateway:
    return alipay(
        keys,
        alipay_public_key_file="",
        alipay_certificate_file=str(keys.folder / "platform.pem"),
        alipay_root_certificate_file=str(keys.folder / "platform.pem"),
        app_certificate_file=str(keys.folder / "merchant.pem"),
    )


def signed(keys: KeyRing, text: str) -> str:
    return base64.b64encode(keys.platform_key.sign(text.encode(), PKCS1v15(), SHA256())).decode("ascii")


def answer(
    keys: KeyRing,
    node: Mapping[str, Any] | str,
    *,
    of: str = "precreate",
    signature: str | None = None,
    more: str = "",
    status: int = 200,
) -> Reply:
    text = node if isinstance(node, str) else json.dumps(node, ensure_ascii=False)
    sign = signed(keys, text) if signature is None else signature
    tail = f',"sign":"{sign}"' if sign else ""
    body = f'{{"alipay_trade_{of}_response":{text}{tail}{more}}}'
    return Reply(status=status, headers={}, body=body.encode())


def read(keys: KeyRing, reply: Reply, operation: str = "precreate") -> AnswerReading:
    return first(alipay(keys), operation).read(reply)


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


def test_alipay_precreates_queries_and_cancels_when_each_step_passes(keys: KeyRing) -> None:
    conversation = alipay(keys).converse(ask("precreate", options={"amount_fen": 1234}))
    replies = [
        answer(keys, CODE),
        answer(keys, NO_TRADE, of="query"),
        answer(keys, CANCELLED, of="cancel"),
    ]

    steps = [next(conversation), *map(conversation.send, replies[:2])]
    readings = [step.read(reply) for step, reply in zip(steps, replies, strict=True)]

    assert [step.name for step in steps] == ["precreate", "query", "cancel"]
    assert [reading.code for reading in readings] == ["10000", "NOT_SCANNED", "10000"]
    assert {outcome_of(reading) for reading in readings} == {Outcome.ACCEPTED}
    asked = dict(parse_qsl(steps[0].request.body.decode()))
    assert json.loads(asked["biz_content"])["total_amount"] == "12.34"


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("TRADE_SUCCESS", Outcome.ACCEPTED),
        ("WAIT_BUYER_PAY", Outcome.ACCEPTED),
        ("TRADE_CLOSED", Outcome.DECLINED_UNKNOWN),
    ],
)
def test_alipay_reads_the_state_of_a_trade_when_it_asks_for_a_payment(
    keys: KeyRing, state: str, outcome: Outcome
) -> None:
    conversation = alipay(keys).converse(ask("pay"))
    next(conversation)

    reading = conversation.send(answer(keys, PAID, of="pay")).read(
        answer(keys, {**PAID, "trade_status": state}, of="query")
    )

    assert (reading.code, outcome_of(reading)) == (state, outcome)


def test_alipay_calls_a_payment_that_is_not_found_a_bad_answer(keys: KeyRing) -> None:
    conversation = alipay(keys).converse(ask("pay"))
    next(conversation)

    reading = conversation.send(answer(keys, PAID, of="pay")).read(answer(keys, NO_TRADE, of="query"))

    assert (reading.code, outcome_of(reading)) == ("ACQ.TRADE_NOT_EXIST", Outcome.BAD_ANSWER)


def test_alipay_calls_a_cancellation_unfinished_when_it_has_to_be_repeated(keys: KeyRing) -> None:
    conversation = alipay(keys).converse(ask("precreate"))
    next(conversation)
    conversation.send(answer(keys, CODE))

    step = conversation.send(answer(keys, NO_TRADE, of="query"))
    reading = step.read(answer(keys, {**CANCELLED, "retry_flag": "Y"}, of="cancel"))

    assert (reading.code, outcome_of(reading)) == ("CANCEL_AGAIN", Outcome.SERVER_ERROR)


REFUSALS = [
    ("40004", "ACQ.PAYMENT_REQUEST_HAS_RISK", "支付有风险", Outcome.DECLINED_RISK),
    ("40004", "ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足", Outcome.DECLINED_FUNDS),
    ("40004", "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR", "买家付款日限额超限", Outcome.DECLINED_LIMIT),
    ("40004", "ACQ.BEYOND_PAY_RESTRICTION", "商户收款额度超限", Outcome.DECLINED_LIMIT),
    ("40004", "ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT", "买家未通过人行认证", Outcome.DECLINED_ACCOUNT),
    ("40004", "ACQ.PRODUCT_AMOUNT_LIMIT_ERROR", "产品额度超限", Outcome.DECLINED_LIMIT),
    ("40004", "ACQ.USER_LOGONID_DUP", "同一个登录号对应多个用户", Outcome.MISCONFIGURED),
    ("40004", "ACQ.BUYER_ENABLE_STATUS_FORBID", "买家状态非法", Outcome.DECLINED_ACCOUNT),
    ("40004", "ACQ.BUYER_SELLER_EQUAL", "买卖家不能相同", Outcome.MISCONFIGURED),
    ("40004", "ACQ.PULL_MOBILE_CASHIER_FAIL", "唤起移动收银台失败", Outcome.SERVER_ERROR),
    ("40004", "ACQ.MOBILE_PAYMENT_SWITCH_OFF", "用户的无线支付开关关闭", Outcome.DECLINED_ACCOUNT),
    ("40004", "ACQ.RISK_MERCHANT_IP_NOT_EXIST", "当前交易未传入IP信息", Outcome.MISCONFIGURED),
    ("40004", "ACQ.SELLER_BEEN_BLOCKED", "商家账号被冻结", Outcome.DECLINED_RISK),
    ("40004", "ACQ.AGREEMENT_ERROR", "协议信息异常", Outcome.DECLINED_ACCOUNT),
    ("40004", "ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效", Outcome.MISCONFIGURED),
    ("40004", "ACQ.TRADE_HAS_SUCCESS", "交易已被支付", Outcome.MISCONFIGURED),
    ("40004", "ACQ.PAYMENT_FAIL", "支付失败", Outcome.DECLINED_UNKNOWN),
    ("40004", "ACQ.SYSTEM_ERROR", "系统繁忙", Outcome.SERVER_ERROR),
    ("40004", "", "", Outcome.DECLINED_UNKNOWN),
    ("20000", "aop.unknow-error", "系统繁忙", Outcome.SERVER_ERROR),
    ("20000", "", "", Outcome.SERVER_ERROR),
    ("20001", "aop.invalid-app-auth-token", "无效的应用授权令牌", Outcome.UNAUTHENTICATED),
    ("40001", "isv.missing-method", "缺少方法名参数", Outcome.MISCONFIGURED),
    ("40002", "isv.invalid-signature", "验签出错", Outcome.UNAUTHENTICATED),
    ("40002", "isv.invalid-app-id", "无效的AppID参数", Outcome.UNAUTHENTICATED),
    ("40002", "isv.invalid-timestamp", "非法的时间戳参数", Outcome.UNAUTHENTICATED),
    ("40002", "isv.invalid-parameter", "参数无效", Outcome.MISCONFIGURED),
    ("40002", "", "", Outcome.MISCONFIGURED),
    ("40003", "isv.missing-signature-config", "未配置对应签名算法的公钥或者证书", Outcome.UNAUTHENTICATED),
    ("40005", "isv.app-call-limited", "应用调用次数超限", Outcome.THROTTLED),
    ("40006", "isv.insufficient-isv-permissions", "ISV权限不足", Outcome.DECLINED_POLICY),
]


@pytest.mark.parametrize(("code", "sub_code", "sub_msg", "outcome"), REFUSALS)
@pytest.mark.parametrize("name", ["alipay_trade_pay_response", "error_response"])
def test_alipay_reads_the_finest_code_when_an_error_comes_inside_a_success(
    keys: KeyRing, name: str, code: str, sub_code: str, sub_msg: str, outcome: Outcome
) -> None:
    node = {"code": code, "msg": "Failed", **({"sub_code": sub_code, "sub_msg": sub_msg} if sub_code else {})}
    reply = Reply(status=200, headers={}, body=json.dumps({name: node}).encode())

    reading = read(keys, reply, "pay")

    assert (reading.code, reading.message) == (sub_code or code, sub_msg or "Failed")
    assert outcome_of(reading) is outcome


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "EMPTY_BODY"),
        (b"  \n", "EMPTY_BODY"),
        (b"<html><body>502</body></html>", "MALFORMED_BODY"),
        (b'{"alipay_trade_precreate_response":{"code":"100', "MALFORMED_BODY"),
        (b"{}", "FOREIGN_BODY"),
        (b'{"status":"ok"}', "FOREIGN_BODY"),
        (b'{"alipay_trade_query_response":{"code":"10000","msg":"Success"},"sign":"x"}', "FOREIGN_BODY"),
        (b'{"alipay_trade_precreate_response":null}', "FOREIGN_BODY"),
        (b'{"alipay_trade_precreate_response":{}}', "FOREIGN_BODY"),
        (b'{"alipay_trade_precreate_response":"10000"}', "FOREIGN_BODY"),
    ],
)
def test_alipay_calls_the_answer_bad_when_it_is_none_of_this_operation(
    keys: KeyRing, body: bytes, code: str
) -> None:
    reading = read(keys, Reply(status=200, headers={}, body=body))

    assert (reading.code, outcome_of(reading)) == (code, Outcome.BAD_ANSWER)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"qr_code": None}, "MISSING_FIELD"),
        ({"qr_code": ""}, "MISSING_FIELD"),
        ({"qr_code": 7}, "WRONG_FIELD"),
        ({"qr_code": "weixin://wxpay/bizpayurl?pr=1"}, "WRONG_FIELD"),
        ({"out_trade_no": None}, "MISSING_FIELD"),
        ({"out_trade_no": "b" * 32}, "FOREIGN_BODY"),
    ],
)
def test_alipay_calls_a_success_bad_when_it_lacks_what_it_promises(
    keys: KeyRing, change: dict[str, Any], code: str
) -> None:
    reading = read(keys, answer(keys, CODE | change))

    assert (reading.code, outcome_of(reading)) == (code, Outcome.BAD_ANSWER)


@pytest.mark.parametrize("amount", ["1.00", "free", None, [1]])
def test_alipay_calls_a_payment_bad_when_the_amount_is_not_ours(keys: KeyRing, amount: object) -> None:
    reading = read(keys, answer(keys, {**PAID, "total_amount": amount}, of="pay"), "pay")

    assert outcome_of(reading) is Outcome.BAD_ANSWER


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
        ({"app_id": "${ALIPAY_APP}"}, "app_id needs the environment variable ALIPAY_APP"),
    ],
)
def test_alipay_says_what_is_wanted_when_its_credentials_cannot_be_used(
    keys: KeyRing, changes: dict[str, str], words: str
) -> None:
    with pytest.raises(CredentialsError, match=words):
        first(alipay(keys, **changes), "precreate")


def test_alipay_says_by_how_much_our_clock_differs_when_its_time_is_refused(keys: KeyRing) -> None:
    node = {"code": "40002", "sub_code": "isv.invalid-timestamp", "sub_msg": "非法的时间戳参数"}
    reply = Reply(
        status=200,
        headers={"date": "Sun, 01 Mar 2026 11:30:00 GMT"},
        body=json.dumps({"error_response": node}).encode(),
    )

    reading = read(keys, reply)

    assert outcome_of(reading) is Outcome.UNAUTHENTICATED
    assert reading.message == "非法的时间戳参数; our clock is 30 minutes ahead of the one that answered"


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


@pytest.mark.parametrize(
    ("of", "node", "code"),
    [
        ("precreate", {**CODE, "code": 10000}, "WRONG_FIELD"),
        ("precreate", {"code": 10000}, "WRONG_FIELD"),
        ("precreate", NO_TRADE, "ACQ.TRADE_NOT_EXIST"),
        ("query", NO_TRADE, "FOREIGN_BODY"),
    ],
)
def test_alipay_calls_an_order_bad_when_its_answer_only_resembles_a_success(
    keys: KeyRing, of: str, node: dict[str, Any], code: str
) -> None:
    reading = read(keys, answer(keys, node, of=of))

    assert (reading.code, outcome_of(reading)) == (code, Outcome.BAD_ANSWER)


def test_alipay_believes_no_error_that_claims_to_be_a_success(keys: KeyRing) -> None:
    reply = Reply(status=200, headers={}, body=b'{"error_response":{"code":"10000","msg":"Success"}}')

    assert outcome_of(read(keys, reply)) is Outcome.BAD_ANSWER


def test_alipay_takes_an_order_for_unscanned_when_the_platform_says_so_by_its_signature(
    keys: KeyRing,
) -> None:
    conversation = alipay(keys).converse(ask("precreate"))
    next(conversation)
    step = conversation.send(answer(keys, CODE))

    unsigned = step.read(answer(keys, NO_TRADE, of="query", signature=""))

    assert (unsigned.code, outcome_of(unsigned)) == ("BAD_SIGNATURE", Outcome.BAD_ANSWER)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_alipay_reads_on_when_the_answer_is_written_in_another_form_of_unicode(
    keys: KeyRing, encoding: str
) -> None:
    body = answer(keys, CODE).body.decode().encode(encoding)

    assert read(keys, Reply(status=200, headers={}, body=body)).code == "10000"


@pytest.mark.parametrize("status", [201, 204, 206])
def test_alipay_calls_the_answer_bad_when_its_status_is_none_of_a_success(keys: KeyRing, status: int) -> None:
    reading = read(keys, answer(keys, CODE, status=status))

    assert (reading.code, outcome_of(reading)) == ("UNEXPECTED_STATUS", Outcome.BAD_ANSWER)


def test_alipay_keeps_what_a_proxy_says_when_the_answer_is_not_alipays(keys: KeyRing) -> None:
    bare = read(keys, Reply(status=502, headers={}, body=b"<html>502 Bad Gateway</html>"))
    node = {"code": "20000", "msg": "Service Currently Unavailable", "sub_code": "isp.unknow-error"}
    told = read(
        keys,
        Reply(
            status=503,
            headers={"retry-after": "120"},
            body=json.dumps({"error_response": node}).encode(),
        ),
    )

    assert (bare.code, outcome_of(bare)) == ("", Outcome.SERVER_ERROR)
    assert (told.code, told.message, outcome_of(told)) == (
        "isp.unknow-error",
        "Service Currently Unavailable; Retry-After: 120",
        Outcome.MAINTENANCE,
    )
