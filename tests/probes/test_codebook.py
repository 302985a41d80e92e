"""What the code book makes of answers, known and never seen before."""

import pytest

from probes.codebook import CodeRule, default_code_book
from probes.outcomes import Outcome

ANSWERS = [
    (Outcome.ACCEPTED, 200, "SUCCESS", "<html>"),
    (Outcome.ACCEPTED, 200, "", ""),
    (Outcome.ACCEPTED, 204, "", ""),
    (Outcome.ACCEPTED, 202, "USERPAYING", "用户支付中，需要输入密码"),
    (Outcome.ACCEPTED, 200, "APPROVED", ""),
    (Outcome.ACCEPTED, 200, "00", ""),
    (Outcome.BAD_ANSWER, 200, "", "<html>hello</html>"),
    (Outcome.BAD_ANSWER, 200, "EMPTY_BODY", ""),
    (Outcome.BAD_ANSWER, 301, "", ""),
    (Outcome.DECLINED_ACCOUNT, 403, "ACCOUNT_FROZEN", "账户已冻结"),
    (Outcome.DECLINED_ACCOUNT, 403, "X", "您已逾期"),
    (Outcome.DECLINED_FUNDS, 402, "51", "x"),
    (Outcome.DECLINED_FUNDS, 403, "NOT_ENOUGH", "余额不足"),
    (Outcome.DECLINED_LIMIT, 402, "61", "x"),
    (Outcome.DECLINED_LIMIT, 402, "card_velocity_exceeded", "x"),
    (Outcome.DECLINED_LIMIT, 403, "AMOUNT_LIMIT", "交易金额超出限额"),
    (Outcome.DECLINED_LIMIT, 403, "QUOTA_LIMIT", "您的可用额度不足"),
    (Outcome.DECLINED_LIMIT, 403, "X", "本月交易次数已达上限"),
    (Outcome.DECLINED_LIMIT, 403, "X", "超过单日支付额度"),
    (Outcome.DECLINED_LIMIT, 403, "X", "Your credit line has been reduced"),
    (Outcome.DECLINED_LIMIT, 403, "X", "Daily limit exceeded"),
    (Outcome.DECLINED_LIMIT, 403, "X", "Spending limit reached"),
    (Outcome.DECLINED_LIMIT, 402, "65", ""),
    (Outcome.DECLINED_LIMIT, 403, "LIMIT_EXCEEDED", ""),
    (Outcome.DECLINED_LIMIT, 403, "VELOCITY", ""),
    (Outcome.DECLINED_POLICY, 403, "NO_AUTH", "产品权限已关闭"),
    (Outcome.DECLINED_POLICY, 403, "NO_AUTH", "商户无权限"),
    (Outcome.DECLINED_POLICY, 403, "RULE_LIMIT", "分付产品已停止为您提供服务"),
    (Outcome.DECLINED_POLICY, 403, "SERVICE_STOPPED", "服务已停止"),
    (Outcome.DECLINED_POLICY, 403, "PRODUCT_OFFLINE", "因业务调整，该产品已下线"),
    (Outcome.DECLINED_POLICY, 403, "USER_CLEARED", "您的账户已被清退"),
    (Outcome.DECLINED_POLICY, 403, "FOO", "This product is no longer available"),
    (Outcome.DECLINED_POLICY, 403, "FOO", "The service has been discontinued for your account"),
    (Outcome.DECLINED_POLICY, 403, "not_permitted", "Payment not permitted"),
    (Outcome.DECLINED_POLICY, 403, "X", "本服務已停止提供"),
    (Outcome.DECLINED_POLICY, 403, "PRODUCT_CLOSED", ""),
    (Outcome.DECLINED_POLICY, 403, "X", "支付功能暂时无法使用"),
    (Outcome.DECLINED_POLICY, 403, "X", "根据监管要求，停止为您提供服务"),
    (Outcome.DECLINED_POLICY, 403, "X", "根据相关政策，不再提供该服务"),
    (Outcome.DECLINED_POLICY, 403, "PRODUCT_CLOSED", "分付服务已停止为您提供"),
    (Outcome.DECLINED_POLICY, 403, "X", "该功能已下线"),
    (Outcome.DECLINED_POLICY, 403, "X", "服务到期，不再续约"),
    (Outcome.DECLINED_POLICY, 403, "USER_NOT_ELIGIBLE", "该用户暂不支持使用分付"),
    (Outcome.DECLINED_POLICY, 403, "X", "Service withdrawn in your region"),
    (Outcome.DECLINED_POLICY, 403, "X", "Merchant category not supported"),
    (Outcome.DECLINED_POLICY, 403, "X", "The offer has ended for your account"),
    (Outcome.DECLINED_RISK, 403, "RULE_LIMIT", "交易存在安全隐患，已被风控拦截"),
    (Outcome.DECLINED_RISK, 403, "RULELIMIT", "该交易已被拦截"),
    (Outcome.DECLINED_RISK, 403, "PAY_REJECT", "综合评估未通过"),
    (Outcome.DECLINED_RISK, 403, "TRADE_ERROR", "交易失败，当前交易存在异常"),
    (Outcome.DECLINED_RISK, 403, "NO_AUTH", "此商家的收款功能已被限制"),
    (Outcome.DECLINED_RISK, 403, "X", "當前交易存在風險"),
    (Outcome.DECLINED_RISK, 403, "X", "您的帳戶存在異常，暫時無法支付"),
    (Outcome.DECLINED_RISK, 402, "fraudulent", "Your card was declined."),
    (Outcome.DECLINED_RISK, 402, "59", "Suspected fraud"),
    (Outcome.DECLINED_RISK, 402, "authentication_required", ""),
    (Outcome.DECLINED_RISK, 403, "ACCOUNT_ERROR", "账号异常"),
    (Outcome.DECLINED_RISK, 403, "RISK_REJECT", ""),
    (Outcome.DECLINED_RISK, 403, "X", "为维护您的资金安全，本次交易已被拒绝"),
    (Outcome.DECLINED_RISK, 403, "X", "该用户不符合使用条件"),
    (Outcome.DECLINED_RISK, 403, "X", "Transaction blocked: suspected fraud"),
    (Outcome.DECLINED_RISK, 403, "X", "Your account has been flagged for unusual activity"),
    (Outcome.DECLINED_RISK, 403, "X", "Payment declined by risk engine"),
    (Outcome.DECLINED_RISK, 403, "RISK_CONTROL", "触发风控策略，请更换支付方式"),
    (Outcome.DECLINED_RISK, 403, "X", "您的信用评估未通过，暂不支持使用"),
    (Outcome.DECLINED_RISK, 403, "ACCOUNT_ABNORMAL", "支付环境异常"),
    (Outcome.DECLINED_RISK, 402, "iso_59", "x"),
    (Outcome.DECLINED_RISK, 403, "SECURITY_CHECK", "安全校验失败"),
    (Outcome.DECLINED_RISK, 403, "X", "本次交易被系统判定为高风险"),
    (Outcome.DECLINED_UNKNOWN, 403, "RULE_LIMIT", "业务规则限制"),
    (Outcome.DECLINED_UNKNOWN, 402, "card_declined", "Your card was declined."),
    (Outcome.DECLINED_UNKNOWN, 402, "05", "Do not honor"),
    (Outcome.DECLINED_UNKNOWN, 402, "try_again_later", "x"),
    (Outcome.DECLINED_UNKNOWN, 402, "do_not_honor", ""),
    (Outcome.DECLINED_UNKNOWN, 402, "generic_decline", ""),
    (Outcome.DECLINED_UNKNOWN, 403, "", "Forbidden"),
    (Outcome.DECLINED_UNKNOWN, 403, "X", "Upgrade to the latest app version"),
    (Outcome.DECLINED_UNKNOWN, 403, "X", "请更新到最新版本"),
    (Outcome.DECLINED_UNKNOWN, 200, "FQF_EXPOSURE_FALSE", ""),
    (Outcome.MAINTENANCE, 503, "SERVICE_MAINTENANCE", "系統維護中"),
    (Outcome.MAINTENANCE, 503, "", "Scheduled maintenance"),
    (Outcome.MAINTENANCE, 503, "", "Service Unavailable; Retry-After: 3600"),
    (Outcome.MAINTENANCE, 503, "", "<html><title>Under maintenance</title>"),
    (Outcome.MAINTENANCE, 503, "UPGRADING", "系统升级中，请稍后再试"),
    (Outcome.MAINTENANCE, 200, "X", "服务器升级维护"),
    (Outcome.MAINTENANCE, 503, "BANK_ERROR", "银行系统维护"),
    (Outcome.MAINTENANCE, 403, "X", "System upgrade in progress, back at 06:00"),
    (Outcome.MAINTENANCE, 403, "X", "服务暂停，预计08:00恢复"),
    (Outcome.MAINTENANCE, 503, "X", "系统正在进行例行检修"),
    (Outcome.MISCONFIGURED, 401, "SIGN_ERROR", "签名错误"),
    (Outcome.MISCONFIGURED, 400, "PARAM_ERROR", "参数错误"),
    (Outcome.MISCONFIGURED, 404, "", ""),
    (Outcome.MISCONFIGURED, 404, "X", ""),
    (Outcome.MISCONFIGURED, 500, "OPENID_MISMATCH", "openid和appid不匹配"),
    (Outcome.MISCONFIGURED, 418, "", ""),
    (Outcome.SERVER_ERROR, 503, "", "Service Unavailable"),
    (Outcome.SERVER_ERROR, 500, "SYSTEM_ERROR", "系统繁忙，请稍后再试"),
    (Outcome.SERVER_ERROR, 403, "SYSTEM_BUSY", "系统繁忙"),
    (Outcome.SERVER_ERROR, 200, "SYSTEM_ERROR", "系统繁忙，请稍后再试"),
    (Outcome.SERVER_ERROR, 402, "issuer_not_available", ""),
    (Outcome.SERVER_ERROR, 502, "", "<html>502 Bad Gateway</html>"),
    (Outcome.SERVER_ERROR, 504, "", "upstream request timeout"),
    (Outcome.SERVER_ERROR, 503, "SERVICE_UNAVAILABLE", "服务下线/过载保护，请求无法处理"),
    (Outcome.SERVER_ERROR, 500, "SYSTEM_ERROR", "系统异常，请用相同参数重新调用"),
    (Outcome.SERVER_ERROR, 500, "BANK_ERROR", "银行系统异常"),
    (Outcome.SERVER_ERROR, 403, "X", "当前使用此业务的用户过多，请稍后再试"),
    (Outcome.SERVER_ERROR, 500, "X", "internal error"),
    (Outcome.SERVER_ERROR, 503, "X", "System busy"),
    (Outcome.SERVER_ERROR, 503, "", "no healthy upstream"),
    (Outcome.SERVER_ERROR, 403, "X", "网络异常"),
    (Outcome.SERVER_ERROR, 402, "96", "System malfunction"),
    (Outcome.SERVER_ERROR, 402, "91", ""),
    (Outcome.THROTTLED, 429, "FREQUENCY_LIMITED", "频率超限"),
    (Outcome.THROTTLED, 429, "", ""),
    (Outcome.THROTTLED, 429, "RISK", "risk"),
    (Outcome.THROTTLED, 403, "X", "请求过于频繁，请稍后再试"),
]


@pytest.mark.parametrize(
    ("expected", "status", "code", "message"),
    ANSWERS,
    ids=[
        f"{status} {code or 'without code'} {message[:24]} is {outcome}"
        for outcome, status, code, message in ANSWERS
    ],
)
def test_code_book_reads_an_answer_when_it_has_codes_or_words(expected, status, code, message):
    book = default_code_book()

    outcome = book.read(error=None, http_status=status, code=code, message=message)

    assert outcome is expected


@pytest.mark.parametrize("error", ["timeout", "connect", "dns", "tls", "protocol"])
def test_code_book_takes_the_error_as_outcome_when_there_was_no_answer(error):
    book = default_code_book()

    outcome = book.read(error=error, http_status=None, code="", message="")

    assert outcome == error


def test_code_book_names_no_rule_when_an_answer_is_not_mapped():
    book = default_code_book()

    outcome, rule = book.explain(error=None, http_status=403, code="QWERTY_17", message="zzz")

    assert outcome is Outcome.DECLINED_UNKNOWN
    assert rule is None
    assert not book.is_mapped(error=None, http_status=403, code="QWERTY_17", message="zzz")


def test_code_book_prefers_the_rule_of_an_admin_when_a_shipped_one_fits_too():
    taught = CodeRule(status=403, code="RULE_LIMIT", pattern="夜間", outcome=Outcome.DECLINED_POLICY)
    book = default_code_book().with_rules([taught])

    at_night = book.read(error=None, http_status=403, code="RULELIMIT", message="夜间交易风险")
    by_day = book.read(error=None, http_status=403, code="RULELIMIT", message="交易风险")

    assert at_night is Outcome.DECLINED_POLICY
    assert by_day is Outcome.DECLINED_RISK


def test_code_rule_says_what_is_wrong_when_its_pattern_is_broken():
    with pytest.raises(ValueError, match="no regular expression"):
        CodeRule(pattern="(", outcome=Outcome.THROTTLED)
