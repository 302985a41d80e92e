"""What endpoints answer, in words and codes that the code book has not been tuned on."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One raw answer; ``latency`` in milliseconds."""

    error: str | None = None
    status: int | None = None
    code: str = ""
    message: str = ""
    latency: float = 150.0


# The ways in which one thing is said: error, status, code and message.
Wordings = tuple[tuple[str | None, int | None, str, str], ...]
BROKEN: Wordings = (
    ("timeout", None, "", ""),
    ("connect", None, "", ""),
    ("protocol", None, "", ""),
    (None, 503, "", "Service Unavailable"),
    (None, 502, "", "<html>502 Bad Gateway</html>"),
    (None, 504, "", "upstream request timeout"),
    (None, 500, "SYSTEM_ERROR", "系统异常，请用相同参数重新调用"),
    (None, 500, "BANK_ERROR", "银行系统异常"),
    (None, 500, "INTERNAL", "internal server error"),
)
BARE: Wordings = ((None, 502, "", "<html>502 Bad Gateway</html>"), (None, 503, "", "Service Unavailable"))
USUAL_RISK: Wordings = (
    (None, 403, "RULE_LIMIT", "当前交易存在风险，已被限制"),
    (None, 403, "ACCOUNT_ERROR", "账户异常，交易受限"),
    (None, 403, "RISK_CONTROL", "触发风控策略，请更换支付方式"),
)
RISK: Wordings = (
    *USUAL_RISK,
    (None, 403, "RULE_LIMIT", "该笔交易被风险控制系统拦截"),
    (None, 403, "TRADE_REFUSED", "交易存在安全隐患，为保障资金安全已拒绝"),
    (None, 403, "RISK_REJECT", "Transaction declined for security reasons"),
    (None, 400, "271300099", "综合评估未通过"),
    (None, 403, "USER_RISK_LIMITED", "用户被风控限制交易"),
)
MASKED: Wordings = (
    (None, 500, "SYSTEM_ERROR", "系统繁忙，请稍后再试"),
    (None, 500, "SYSTEMERROR", "系统繁忙，请稍后重试"),
    (None, 503, "SYSTEM_BUSY", "System busy, please try again later"),
    (None, 500, "SYSTEM_ERROR", "系统异常，请用相同参数重新调用"),
)
POLICY: Wordings = (
    (None, 403, "PRODUCT_CLOSED", "分付服务已停止为您提供"),
    (None, 403, "NO_AUTH", "产品权限已关闭"),
    (None, 403, "SERVICE_TERMINATED", "该服务已下线，不再提供"),
    (None, 403, "CONTRACT_ENDED", "服务协议已终止"),
    (None, 403, "PRODUCT_NOT_AVAILABLE", "This product is no longer available to you"),
)
MAINTENANCE: Wordings = (
    (None, 503, "SERVICE_MAINTENANCE", "系统维护中，预计06:00恢复"),
    (None, 503, "", "Scheduled maintenance in progress"),
    (None, 503, "SYSTEM_UPGRADING", "系统升级中，暂停服务"),
    (None, 200, "MAINTENANCE", "系统升级维护，请稍后再试"),
)
FROZEN = (
    (None, 403, "ACCOUNT_FROZEN", "账户已冻结"),
    (None, 403, "ACCOUNT_ERROR", "账户异常，交易受限"),
    (None, 403, "ACCOUNT_ERROR", "用户账户已被冻结"),
)


class Answers:
    """Draws answers; a trace's events keep to one or two wordings, as real ones do."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def fine(self, latency: float, code: str) -> Answer:
        return Answer(status=200, code=code, latency=max(5.0, latency))

    def usual_risk(self) -> Answer:
        return self.of(USUAL_RISK)

    def broken(self) -> Answer:
        return self.of(BROKEN)

    def of(self, choices: Wordings) -> Answer:
        error, status, code, message = self._dice.choice(choices)
        latency = 10_000.0 if error == "timeout" else self._dice.uniform(20, 300)
        return Answer(error=error, status=status, code=code, message=message, latency=latency)

    def few(self, choices: Wordings, most: int = 2) -> Wordings:
        """The one or two wordings of one event."""
        return tuple(self._dice.sample(choices, self._dice.randint(1, min(most, len(choices)))))
