"""What the dialect of WeChat Pay asks and how it reads answers, spoken to without a network."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from probes.network.exchange import Reply
from probes.vocabulary.outcomes import Outcome
from tests.instrument.conversing import ask, first, outcome_of
from tests.instrument.wechat_side import APIV3_KEY, Platform, wechat


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
