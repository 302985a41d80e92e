"""What may become of one call to a pretended endpoint, and the words in which each dialect says it."""

from enum import StrEnum
from typing import TypeAlias

import msgspec


class Form(StrEnum):
    """How an answer's body is written."""

    ACCEPTED = "accepted"  # the operation's own successful answer
    JSON = "json"  # the dialect's error object
    RAW = "raw"  # the message is the body: HTML or plain text of a proxy in between
    EMPTY = "empty"
    MALFORMED = "malformed"


class Said(msgspec.Struct, frozen=True):
    """An answer's content: HTTP status, code and message of the dialect."""

    status: int
    code: str
    message: str = ""
    form: Form = Form.JSON
    retry_after_s: int | None = None


class FaultKind(StrEnum):
    """A call that gets no answer at all."""

    HANG = "hang"  # accepts and says nothing
    DRIP = "drip"  # a byte now and then, until the client gives up
    REFUSE = "refuse"  # gone before TLS
    DNS = "dns"
    TLS = "tls"  # breaks off in the handshake
    GARBAGE = "garbage"  # something that is no HTTP
    RESET = "reset"  # breaks off in the middle of an answer


ERROR_OF_FAULT: dict[FaultKind, str] = {
    FaultKind.HANG: "timeout",
    FaultKind.DRIP: "timeout",
    FaultKind.REFUSE: "connect",
    FaultKind.DNS: "dns",
    FaultKind.TLS: "tls",
    FaultKind.GARBAGE: "protocol",
    FaultKind.RESET: "protocol",
}


class Answer(msgspec.Struct, frozen=True):
    """The call is answered after ``latency_s`` seconds."""

    latency_s: float
    said: Said

    @property
    def status(self) -> int:
        return self.said.status

    @property
    def code(self) -> str:
        return self.said.code

    @property
    def message(self) -> str:
        return self.said.message

    @property
    def accepted(self) -> bool:
        return self.said.form is Form.ACCEPTED


class Fault(msgspec.Struct, frozen=True):
    """The call fails without an answer ``latency_s`` seconds after it began (a hang ends with the client)."""

    latency_s: float
    kind: FaultKind

    @property
    def accepted(self) -> bool:
        return False


Fate: TypeAlias = Answer | Fault


class Dialect(StrEnum):
    """What is spoken at an endpoint."""

    WECHAT = "wechat_pay_v3"
    EXPOSURE = "wechat_exposure"  # a refusal is an HTTP 200 with fqf_exposure false
    CARD = "card_json"
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


ACCEPTED_BY: dict[Dialect, Said] = {
    Dialect.WECHAT: Said(200, "SUCCESS", "", Form.ACCEPTED),
    Dialect.EXPOSURE: Said(200, "SUCCESS", "", Form.ACCEPTED),
    Dialect.CARD: Said(200, "succeeded", "", Form.ACCEPTED),
    Dialect.CONTROL: Said(200, "", "", Form.ACCEPTED),
}

_PROXY: dict[Meaning, tuple[Said, ...]] = {
    Meaning.GATEWAY: (
        Said(
            502,
            "",
            "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>",
            Form.RAW,
        ),
        Said(502, "", "<html><body><h1>502 Bad Gateway</h1><hr>stgw</body></html>", Form.RAW),
    ),
    Meaning.GATEWAY_TIMEOUT: (Said(504, "", "upstream request timeout", Form.RAW),),
    Meaning.UNAVAILABLE: (
        Said(503, "", "Service Unavailable", Form.RAW),
        Said(503, "", "no healthy upstream", Form.RAW),
    ),
    Meaning.EMPTY: (Said(200, "", "", Form.EMPTY),),
    Meaning.MALFORMED: (Said(200, "", '{"code_url": "weixin://wxpay/biz', Form.MALFORMED),),
}

_WECHAT: dict[Meaning, tuple[Said, ...]] = {
    **_PROXY,
    Meaning.BUSY: (
        Said(500, "SYSTEM_ERROR", "系统异常，请用相同参数重新调用"),
        Said(500, "SYSTEM_ERROR", "系统繁忙，请稍后再试"),
    ),
    Meaning.BANK: (Said(500, "BANK_ERROR", "银行系统异常"),),
    Meaning.RISK: (
        Said(403, "RULE_LIMIT", "该笔交易存在风险，为保障资金安全已被拦截"),
        Said(403, "ACCOUNT_ERROR", "账户存在异常，支付功能受限"),
        Said(403, "RULE_LIMIT", "综合评估未通过，请更换其他方式支付"),
        Said(403, "TRADE_ERROR", "交易失败，当前交易存在异常"),
        Said(403, "RULE_LIMIT", "当前操作触发风控规则，请稍后再试"),
    ),
    Meaning.MASKED: (
        Said(500, "SYSTEM_ERROR", "系统繁忙，请稍后再试"),
        Said(500, "SYSTEM_ERROR", "系统异常，请用相同参数重新调用"),
        Said(403, "TRADE_ERROR", "系统繁忙，请稍后再试"),
    ),
    Meaning.LIMIT: (
        Said(403, "RULE_LIMIT", "超出单日支付限额，请明日再试"),
        Said(403, "RULE_LIMIT", "支付笔数超过限制"),
    ),
    Meaning.POLICY: (
        Said(403, "NO_AUTH", "该产品权限已关闭，停止为您提供服务"),
        Said(403, "RULE_LIMIT", "根据业务调整，分付服务已停止为您提供"),
    ),
    Meaning.FUNDS: (Said(403, "NOT_ENOUGH", "余额不足"),),
    Meaning.ACCOUNT: (Said(403, "TRADE_ERROR", "付款银行卡已过期，请更换银行卡"),),
    Meaning.UNSAID: (Said(403, "RULE_LIMIT", "业务规则限制"),),
    Meaning.MAINTENANCE: (
        Said(503, "SERVICE_UNAVAILABLE", "系统维护升级中，请稍后再来", retry_after_s=120),
        Said(
            503,
            "SERVICE_UNAVAILABLE",
            "服务升级维护中，暂停提供服务，给您带来不便敬请谅解",
            retry_after_s=300,
        ),
    ),
    Meaning.THROTTLED: (Said(429, "FREQUENCY_LIMITED", "频率超限"),),
}

_EXPOSED_TO_NOBODY = (Said(200, "FQF_EXPOSURE_FALSE", ""),)

_EXPOSURE: dict[Meaning, tuple[Said, ...]] = {
    **_WECHAT,
    Meaning.RISK: _EXPOSED_TO_NOBODY,
    Meaning.LIMIT: _EXPOSED_TO_NOBODY,
    Meaning.UNSAID: _EXPOSED_TO_NOBODY,
    Meaning.FUNDS: _EXPOSED_TO_NOBODY,
    Meaning.ACCOUNT: _EXPOSED_TO_NOBODY,
}

_CARD: dict[Meaning, tuple[Said, ...]] = {
    **_PROXY,
    Meaning.BUSY: (Said(500, "processing_error", "An error occurred while processing the card."),),
    Meaning.BANK: (
        Said(402, "issuer_not_available", "The card issuer could not be reached."),
        Said(402, "91", "Issuer or switch inoperative."),
    ),
    Meaning.MALFORMED: (Said(200, "", '{"id": "ch_1', Form.MALFORMED),),
    Meaning.RISK: (
        Said(402, "fraudulent", "The payment was declined because we suspect that it is fraudulent."),
        Said(402, "59", "Suspected fraud."),
        Said(402, "security_violation", "The card was declined: security violation."),
        Said(402, "63", "Security violation."),
    ),
    Meaning.MASKED: (
        Said(402, "try_again_later", "The card was declined for an unknown reason. Try again later."),
        Said(500, "processing_error", "An error occurred while processing the card."),
    ),
    Meaning.LIMIT: (
        Said(402, "card_velocity_exceeded", "The card's transaction limit was exceeded."),
        Said(402, "65", "Exceeds withdrawal frequency limit."),
    ),
    Meaning.POLICY: (
        Said(402, "service_not_allowed", "This service is no longer available for this card."),
        Said(402, "57", "Transaction not permitted to cardholder."),
    ),
    Meaning.FUNDS: (Said(402, "insufficient_funds", "The card has insufficient funds."),),
    Meaning.ACCOUNT: (Said(402, "expired_card", "The card has expired."),),
    Meaning.UNSAID: (Said(402, "do_not_honor", "The card was declined for an unknown reason."),),
    Meaning.MAINTENANCE: (
        Said(503, "maintenance", "Scheduled maintenance in progress. Please retry later.", retry_after_s=120),
    ),
    Meaning.THROTTLED: (Said(429, "rate_limit", "Too many requests."),),
}

_CONTROL: dict[Meaning, tuple[Said, ...]] = dict.fromkeys(Meaning, _PROXY[Meaning.UNAVAILABLE])

PHRASES: dict[Dialect, dict[Meaning, tuple[Said, ...]]] = {
    Dialect.WECHAT: _WECHAT,
    Dialect.EXPOSURE: _EXPOSURE,
    Dialect.CARD: _CARD,
    Dialect.CONTROL: _CONTROL,
}
