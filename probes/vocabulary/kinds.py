"""What a component is for: whoever it fails needs other advice than a payer at a till."""

from collections.abc import Mapping
from enum import StrEnum


class ComponentKind(StrEnum):
    """What somebody does with it. ``limit`` shows or raises a limit; ``acquire`` is the shop's side."""

    PAY = "pay"
    REPAY = "repay"
    TRANSFER = "transfer"
    ACQUIRE = "acquire"
    LIMIT = "limit"
    OTHER = "other"


# What names speak of, in the order in which they decide: a repayment by card is a repayment.
_SPOKEN_OF: Mapping[ComponentKind, tuple[str, ...]] = {
    ComponentKind.REPAY: ("还款", "還款", "还钱", "账单结清", "repay", "paying back"),
    ComponentKind.LIMIT: ("额度", "額度", "credit limit", "limit"),
    ComponentKind.TRANSFER: ("转账", "轉賬", "转帐", "汇款", "提现", "红包", "transfer", "remit", "withdraw"),
    ComponentKind.ACQUIRE: ("收款", "收单", "商户", "商家", "acquir", "merchant", "payout"),
    ComponentKind.PAY: (
        *("付", "卡", "零钱", "余额", "钱包", "扫码", "收银"),
        *("pay", "card", "checkout", "wallet", "balance", "purchase", "qr"),
    ),
}


def guessed_kind(*names: str) -> ComponentKind:
    """The kind that these names (and the slug) speak of; ``other`` where they speak of none."""
    told = " ".join(names).lower()
    for kind, words in _SPOKEN_OF.items():
        if any(word in told for word in words):
            return kind
    return ComponentKind.OTHER
