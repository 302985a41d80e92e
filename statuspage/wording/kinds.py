"""What people do with a component, as sentences speak of it: pay, repay, transfer, or several of these."""

from collections.abc import Collection, Mapping

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.kinds import ComponentKind
from statuspage.wording.sentence import Sentence

PAY, REPAY, TRANSFER, ACQUIRE, LIMIT, OTHER = ComponentKind
# Who does one of these moves money; Chinese counts these by 笔, all else by 次.
_OF_MONEY = frozenset({PAY, REPAY, TRANSFER, ACQUIRE})
_ATTEMPTS: Mapping[ComponentKind, Sentence] = {
    PAY: Sentence("付款", "payments"),
    REPAY: Sentence("还款", "repayments"),
    TRANSFER: Sentence("转账", "transfers"),
    ACQUIRE: Sentence("收款", "incoming payments"),
    LIMIT: Sentence("额度查询", "credit limit requests"),
    OTHER: Sentence("请求", "requests"),
}
_DEALS = Sentence("交易", "transactions")
_TESTS: Mapping[ComponentKind, Sentence] = {
    PAY: Sentence("测试付款", "test payments"),
    REPAY: Sentence("测试还款", "test repayments"),
    TRANSFER: Sentence("测试转账", "test transfers"),
    ACQUIRE: Sentence("测试收款", "test payments to shops"),
}
_ANY_TESTS = Sentence("测试", "tests")


def attempts(kinds: Collection[ComponentKind]) -> Bilingual:
    """What fails for people where components of these kinds do: payments, repayments … in the plural."""
    if len(set(kinds)) == 1:
        return _ATTEMPTS[next(iter(kinds))].say()
    return _DEALS.say() if kinds and is_money(kinds) else _ATTEMPTS[OTHER].say()


def tests(kinds: Collection[ComponentKind]) -> Bilingual:
    """What we try ourselves, by the same kinds."""
    only = next(iter(kinds)) if len(set(kinds)) == 1 else OTHER
    return _TESTS.get(only, _ANY_TESTS).say()


def is_money(kinds: Collection[ComponentKind]) -> bool:
    """Whether all of these move money."""
    return _OF_MONEY.issuperset(kinds)
