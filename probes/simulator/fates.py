"""What may become of one call to a pretended endpoint, and the words in which each dialect says it."""

from enum import StrEnum
from typing import TypeAlias

import msgspec


class AnswerForm(StrEnum):
    """How an answer's body is written."""

    ACCEPTED = "accepted"  # the operation's own successful answer
    JSON = "json"  # the dialect's error object
    RAW = "raw"  # the message is the body: HTML or plain text of a proxy in between
    EMPTY = "empty"
    MALFORMED = "malformed"


class Spoken(msgspec.Struct, frozen=True):
    """An answer's content: HTTP status, code and message of the dialect."""

    status: int
    code: str
    message: str = ""
    form: AnswerForm = AnswerForm.JSON
    retry_after_s: int | None = None

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What it says beside its body: when to come again."""
        return () if self.retry_after_s is None else (("Retry-After", str(self.retry_after_s)),)


class FaultKind(StrEnum):
    """A call that gets no answer at all."""

    HANG = "hang"  # accepts and says nothing
    DRIP = "drip"  # a byte now and then, until the client gives up
    REFUSE = "refuse"  # gone before TLS
    DNS = "dns"
    TLS = "tls"  # breaks off in the handshake
    GARBAGE = "garbage"  # something that is no HTTP
    RESET = "reset"  # breaks off in the head of an answer

    @property
    def hangs(self) -> bool:
        """Whether it lasts for as long as the client waits."""
        return self in (FaultKind.HANG, FaultKind.DRIP)


ERROR_OF_FAULT: dict[FaultKind, str] = {
    FaultKind.HANG: "timeout",
    FaultKind.DRIP: "timeout",
    FaultKind.REFUSE: "connect",
    FaultKind.DNS: "dns",
    FaultKind.TLS: "tls",
    FaultKind.GARBAGE: "protocol",
    FaultKind.RESET: "protocol",
}


class FatedAnswer(msgspec.Struct, frozen=True):
    """The call is answered after ``latency_s`` seconds."""

    latency_s: float
    said: Spoken

    @property
    def accepted(self) -> bool:
        return self.said.form is AnswerForm.ACCEPTED


class FatedFault(msgspec.Struct, frozen=True):
    """The call fails without an answer ``latency_s`` seconds after it began (a hang ends with the client)."""

    latency_s: float
    kind: FaultKind

    @property
    def accepted(self) -> bool:
        return False


Fate: TypeAlias = FatedAnswer | FatedFault


class Dialect(StrEnum):
    """What is spoken at an endpoint."""

    WECHAT = "wechat_pay_v3"
    EXPOSURE = "wechat_exposure"  # a refusal is an HTTP 200 with fqf_exposure false
    CARD = "card_json"
    ALIPAY = "alipay_openapi"
    ISO8583 = "iso8583_json"
    CONTROL = "generic_http"


class Meaning(StrEnum):
    """What an answer is meant to say; each dialect has its own words for it."""

    BUSY = "busy"
    BANK = "bank"
    UNAVAILABLE = "unavailable"
    GATEWAY = "gateway"
    GATEWAY_TIMEOUT = "gateway_timeout"
    EMPTY = "empty"
    MALFORMED = "malformed"
    RISK = "risk"
    MASKED = "masked"
    LIMIT = "limit"
    POLICY = "policy"
    FUNDS = "funds"
    ACCOUNT = "account"
    UNSAID = "unsaid"
    MAINTENANCE = "maintenance"
    THROTTLED = "throttled"
    NO_ROUTE = "no_route"
    KEY_REFUSED = "key_refused"


ACCEPTED_BY: dict[Dialect, Spoken] = {
    Dialect.WECHAT: Spoken(200, "SUCCESS", "", AnswerForm.ACCEPTED),
    Dialect.EXPOSURE: Spoken(200, "SUCCESS", "", AnswerForm.ACCEPTED),
    Dialect.CARD: Spoken(200, "succeeded", "", AnswerForm.ACCEPTED),
    Dialect.ALIPAY: Spoken(200, "10000", "", AnswerForm.ACCEPTED),
    Dialect.ISO8583: Spoken(200, "00", "", AnswerForm.ACCEPTED),
    Dialect.CONTROL: Spoken(200, "", "", AnswerForm.ACCEPTED),
}


def _proxied(status: int, body: str) -> Spoken:
    """What a proxy in between answers."""
    return Spoken(status, "", body, AnswerForm.RAW)


_PROXY: dict[Meaning, tuple[Spoken, ...]] = {
    Meaning.GATEWAY: (
        _proxied(502, "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"),
        _proxied(502, "<html><body><h1>502 Bad Gateway</h1><hr>stgw</body></html>"),
    ),
    Meaning.GATEWAY_TIMEOUT: (_proxied(504, "upstream request timeout"),),
    Meaning.UNAVAILABLE: (
        _proxied(503, "Service Unavailable"),
        _proxied(503, "no healthy upstream"),
    ),
    Meaning.NO_ROUTE: (
        _proxied(404, "default backend - 404"),
        _proxied(404, "<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>"),
    ),
    Meaning.EMPTY: (Spoken(200, "", "", AnswerForm.EMPTY),),
    Meaning.MALFORMED: (Spoken(200, "", '{"code_url": "weixin://wxpay/biz', AnswerForm.MALFORMED),),
}

_WECHAT: dict[Meaning, tuple[Spoken, ...]] = {
    **_PROXY,
    Meaning.BUSY: (
        Spoken(500, "SYSTEM_ERROR", "系统异常，请用相同参数重新调用"),
        Spoken(500, "SYSTEM_ERROR", "系统繁忙，请稍后再试"),
    ),
    Meaning.BANK: (Spoken(500, "BANK_ERROR", "银行系统异常"),),
    Meaning.RISK: (
        Spoken(403, "RULE_LIMIT", "该笔交易存在风险，为保障资金安全已被拦截"),
        Spoken(403, "ACCOUNT_ERROR", "账户存在异常，支付功能受限"),
        Spoken(403, "RULE_LIMIT", "综合评估未通过，请更换其他方式支付"),
        Spoken(403, "TRADE_ERROR", "交易失败，当前交易存在异常"),
        Spoken(403, "RULE_LIMIT", "当前操作触发风控规则，请稍后再试"),
    ),
    Meaning.MASKED: (
        Spoken(500, "SYSTEM_ERROR", "系统繁忙，请稍后再试"),
        Spoken(500, "SYSTEM_ERROR", "系统异常，请用相同参数重新调用"),
        Spoken(403, "TRADE_ERROR", "系统繁忙，请稍后再试"),
    ),
    Meaning.LIMIT: (
        Spoken(403, "RULE_LIMIT", "超出单日支付限额，请明日再试"),
        Spoken(403, "RULE_LIMIT", "支付笔数超过限制"),
    ),
    Meaning.POLICY: (
        Spoken(403, "NO_AUTH", "该产品权限已关闭，停止为您提供服务"),
        Spoken(403, "RULE_LIMIT", "根据业务调整，分付服务已停止为您提供"),
    ),
    Meaning.FUNDS: (Spoken(403, "NOT_ENOUGH", "余额不足"),),
    Meaning.ACCOUNT: (Spoken(403, "TRADE_ERROR", "付款银行卡已过期，请更换银行卡"),),
    Meaning.UNSAID: (Spoken(403, "RULE_LIMIT", "业务规则限制"),),
    Meaning.MAINTENANCE: (
        Spoken(503, "SERVICE_UNAVAILABLE", "系统维护升级中，请稍后再来", retry_after_s=120),
        Spoken(
            503,
            "SERVICE_UNAVAILABLE",
            "服务升级维护中，暂停提供服务，给您带来不便敬请谅解",
            retry_after_s=300,
        ),
    ),
    Meaning.THROTTLED: (Spoken(429, "FREQUENCY_LIMITED", "频率超限"),),
    Meaning.KEY_REFUSED: (Spoken(401, "SIGN_ERROR", "签名错误，请检查商户证书是否已过期"),),
}

_EXPOSURE: dict[Meaning, tuple[Spoken, ...]] = {
    **_WECHAT,
    **dict.fromkeys(
        (Meaning.RISK, Meaning.LIMIT, Meaning.UNSAID, Meaning.FUNDS, Meaning.ACCOUNT),
        (Spoken(200, "FQF_EXPOSURE_FALSE"),),
    ),
}

_CARD: dict[Meaning, tuple[Spoken, ...]] = {
    **_PROXY,
    Meaning.BUSY: (Spoken(500, "processing_error", "An error occurred while processing the card."),),
    Meaning.BANK: (
        Spoken(402, "issuer_not_available", "The card issuer could not be reached."),
        Spoken(402, "91", "Issuer or switch inoperative."),
    ),
    Meaning.MALFORMED: (Spoken(200, "", '{"id": "ch_1', AnswerForm.MALFORMED),),
    Meaning.RISK: (
        Spoken(402, "fraudulent", "The payment was declined because we suspect that it is fraudulent."),
        Spoken(402, "59", "Suspected fraud."),
        Spoken(402, "security_violation", "The card was declined: security violation."),
        Spoken(402, "63", "Security violation."),
    ),
    Meaning.MASKED: (
        Spoken(402, "try_again_later", "The card was declined for an unknown reason. Try again later."),
        Spoken(500, "processing_error", "An error occurred while processing the card."),
    ),
    Meaning.LIMIT: (
        Spoken(402, "card_velocity_exceeded", "The card's transaction limit was exceeded."),
        Spoken(402, "65", "Exceeds withdrawal frequency limit."),
    ),
    Meaning.POLICY: (
        Spoken(402, "service_not_allowed", "This service is no longer available for this card."),
        Spoken(402, "57", "Transaction not permitted to cardholder."),
    ),
    Meaning.FUNDS: (Spoken(402, "insufficient_funds", "The card has insufficient funds."),),
    Meaning.ACCOUNT: (Spoken(402, "expired_card", "The card has expired."),),
    Meaning.UNSAID: (Spoken(402, "do_not_honor", "The card was declined for an unknown reason."),),
    Meaning.MAINTENANCE: (
        Spoken(
            503, "maintenance", "Scheduled maintenance in progress. Please retry later.", retry_after_s=120
        ),
    ),
    Meaning.THROTTLED: (Spoken(429, "rate_limit", "Too many requests."),),
    Meaning.KEY_REFUSED: (Spoken(401, "api_key_expired", "Expired API key provided."),),
}

_ALIPAY: dict[Meaning, tuple[Spoken, ...]] = {
    **_PROXY,
    Meaning.BUSY: (
        Spoken(200, "ACQ.SYSTEM_ERROR", "系统繁忙"),
        Spoken(200, "isp.unknow-error", "服务暂不可用"),
        Spoken(200, "aop.unknow-error", "系统繁忙"),
    ),
    Meaning.BANK: (Spoken(200, "ACQ.SYSTEM_ERROR", "银行系统异常，请稍后再试"),),
    Meaning.MALFORMED: (
        Spoken(200, "", '{"alipay_trade_pay_response":{"code":"10000","ms', AnswerForm.MALFORMED),
    ),
    Meaning.RISK: (
        Spoken(200, "ACQ.PAYMENT_REQUEST_HAS_RISK", "支付有风险，请更换其它付款方式"),
        Spoken(200, "ACQ.PAYMENT_FAIL", "该笔交易存在风险，为保障资金安全已被拦截"),
        Spoken(200, "ACQ.PAYMENT_FAIL", "您的账户存在安全风险，请登录支付宝查看"),
    ),
    Meaning.MASKED: (
        Spoken(200, "ACQ.SYSTEM_ERROR", "系统繁忙"),
        Spoken(200, "aop.unknow-error", "系统繁忙"),
        Spoken(200, "ACQ.PAYMENT_FAIL", "支付失败"),
    ),
    Meaning.LIMIT: (
        Spoken(200, "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR", "买家付款日限额超限"),
        Spoken(200, "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR", "买家付款月额度超限"),
        Spoken(200, "ACQ.PRODUCT_AMOUNT_LIMIT_ERROR", "产品额度超限"),
    ),
    Meaning.POLICY: (
        Spoken(200, "ACQ.MERCHANT_AGREEMENT_INVALID", "商户协议已失效"),
        Spoken(200, "ACQ.PAYMENT_FAIL", "根据业务调整，该产品已停止为您提供服务"),
        Spoken(200, "isv.insufficient-isv-permissions", "ISV权限不足，该产品权限已关闭"),
    ),
    Meaning.FUNDS: (
        Spoken(200, "ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足"),
        Spoken(200, "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH", "用户银行卡余额不足"),
    ),
    Meaning.ACCOUNT: (
        Spoken(200, "ACQ.BUYER_ENABLE_STATUS_FORBID", "买家状态非法"),
        Spoken(200, "ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT", "买家未通过人行认证"),
    ),
    Meaning.UNSAID: (Spoken(200, "ACQ.PAYMENT_FAIL", "支付失败"),),
    Meaning.MAINTENANCE: (
        Spoken(200, "isp.unknow-error", "系统维护升级中，暂停服务，请稍后再来"),
        Spoken(503, "isp.unknow-error", "系统维护升级中，请稍后再来", retry_after_s=120),
    ),
    Meaning.THROTTLED: (Spoken(200, "isv.app-call-limited", "应用调用次数超限，包含调用频率超限"),),
    Meaning.KEY_REFUSED: (Spoken(200, "isv.invalid-signature", "无效签名"),),
}

# A response code, and in field 44 what the issuer or the switch adds, if anything.
_ISO8583: dict[Meaning, tuple[Spoken, ...]] = {
    **_PROXY,
    Meaning.BUSY: (Spoken(200, "96", "系统异常、失效"), Spoken(200, "06"), Spoken(200, "68", "发卡方超时")),
    Meaning.BANK: (
        Spoken(200, "91", "发卡方不能操作"),
        Spoken(200, "98", "收不到发卡方应答"),
        Spoken(200, "92"),
    ),
    Meaning.MALFORMED: (Spoken(200, "", '{"0":"0210","39":"0', AnswerForm.MALFORMED),),
    Meaning.RISK: (
        Spoken(200, "59", "有作弊嫌疑"),
        Spoken(200, "34"),
        Spoken(200, "63", "违反安全保密规定"),
        Spoken(200, "04", "没收卡"),
    ),
    Meaning.MASKED: (Spoken(200, "05"), Spoken(200, "96"), Spoken(200, "01", "请联系发卡行")),
    Meaning.LIMIT: (Spoken(200, "61", "超出金额限制"), Spoken(200, "65")),
    Meaning.POLICY: (
        Spoken(200, "57", "不允许持卡人进行的交易"),
        Spoken(200, "58"),
        Spoken(200, "62", "受限制的卡"),
    ),
    Meaning.FUNDS: (Spoken(200, "51", "资金不足"),),
    Meaning.ACCOUNT: (Spoken(200, "54", "过期的卡"), Spoken(200, "14"), Spoken(200, "41", "挂失卡")),
    Meaning.UNSAID: (Spoken(200, "05", "不予承兑"),),
    Meaning.MAINTENANCE: (
        Spoken(200, "90", "正在日终处理"),
        Spoken(503, "", "Scheduled maintenance", AnswerForm.RAW, retry_after_s=120),
    ),
    Meaning.THROTTLED: (Spoken(429, "", "Too many requests", AnswerForm.RAW),),
    Meaning.KEY_REFUSED: (Spoken(200, "A0", "MAC校验错"),),
}

_CONTROL: dict[Meaning, tuple[Spoken, ...]] = dict.fromkeys(Meaning, _PROXY[Meaning.UNAVAILABLE])

PHRASES: dict[Dialect, dict[Meaning, tuple[Spoken, ...]]] = {
    Dialect.WECHAT: _WECHAT,
    Dialect.EXPOSURE: _EXPOSURE,
    Dialect.CARD: _CARD,
    Dialect.ALIPAY: _ALIPAY,
    Dialect.ISO8583: _ISO8583,
    Dialect.CONTROL: _CONTROL,
}
