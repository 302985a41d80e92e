"""What Alipay's dialect asks and how it reads answers, spoken to without a network."""

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest

from probes.network.exchange import Reply
from probes.simulator.wire.keys import KeyRing
from probes.vocabulary.outcomes import Outcome
from tests.instrument.alipay_side import CANCELLED, CODE, NO_TRADE, PAID, alipay, answer, read
from tests.instrument.conversing import ask, outcome_of


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
