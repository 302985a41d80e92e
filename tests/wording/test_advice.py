"""The table of what is advised: every cause, kind of component and state of what else there is."""

from itertools import combinations

import pytest

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause
from probes.vocabulary.kinds import ComponentKind, guessed_kind
from probes.vocabulary.states import ComponentState
from statuspage.incidents.ways import Way, beside, kinds_of
from statuspage.wording import advice as words

PAYING_OTHERWISE = ("现金", "付款方式", "现在可用", "cash", "pay another way", "other payment", "Working now")
KINDS = [kinds for size in (1, 2, 6) for kinds in combinations(ComponentKind, size)]
TROUBLED = [state for state in ComponentState if state is not ComponentState.OPERATIONAL]


def way(slug: str, kind: ComponentKind = ComponentKind.PAY, **changes: object) -> Way:
    return Way(slug=slug, name=Bilingual(f"甲{slug}", f"Way {slug}"), kind=kind, **changes)  # type: ignore[arg-type]


def english(lines: tuple[Bilingual, ...]) -> str:
    return " ".join(line.en for line in lines)


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("kinds", KINDS, ids="+".join)
def test_advice_is_short_and_in_both_languages_when_anything_fails(
    cause: Cause, kinds: tuple[ComponentKind, ...]
) -> None:
    lines = words.advice(cause, kinds)
    short = words.short_advice(cause, kinds)

    assert 1 <= len(lines) <= words.LINES
    assert len(set(lines)) == len(lines)
    assert all(line.zh.endswith("。") and line.en.endswith(".") for line in (*lines, short))
    assert all("{" not in line.zh + line.en for line in (*lines, short))


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("kind", [ComponentKind.REPAY, ComponentKind.LIMIT], ids=str)
@pytest.mark.parametrize("state", list(ComponentState), ids=str)
def test_nobody_is_told_to_pay_otherwise_when_a_repayment_or_limit_fails(
    cause: Cause, kind: ComponentKind, state: ComponentState
) -> None:
    ways = [way("failing", kind, state=ComponentState.MAJOR), way("card", state=state), way("bank", kind)]

    told = (
        *words.advice(cause, [kind]),
        *words.other_ways([kind], beside(["failing"], ways, cause=cause)),
        words.short_advice(cause, [kind]),
        *words.unsure(kind),
    )

    assert not [word for word in PAYING_OTHERWISE for line in told if word in line.zh or word in line.en]


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("kind", list(ComponentKind), ids=str)
@pytest.mark.parametrize("state", TROUBLED, ids=str)
def test_no_component_is_named_when_it_does_not_work(
    cause: Cause, kind: ComponentKind, state: ComponentState
) -> None:
    ways = [way("failing", kind), way("down", kind, state=state), way("open", kind, troubled=True)]

    told = words.other_ways([kind], beside(["failing"], ways, cause=cause))

    assert "Way" not in english(told)


def test_what_works_is_named_when_a_payment_fails() -> None:
    ways = [way("a", state=ComponentState.MAJOR), way("b"), way("c"), way("d", ComponentKind.REPAY)]

    told = words.other_ways(kinds_of(["a"], ways), beside(["a"], ways, cause=Cause.OUTAGE))

    assert told == (Bilingual("现在可用：甲b、甲c。", "Working now: Way b and Way c."),)


def test_methods_of_the_same_group_are_not_named_when_a_risk_engine_refuses_people() -> None:
    ways = [way("a", group="fenfu"), way("b", group="fenfu"), way("c", group="cards")]

    refused = words.other_ways([ComponentKind.PAY], beside(["a"], ways, cause=Cause.RISK_CONTROL))
    failed = words.other_ways([ComponentKind.PAY], beside(["a"], ways, cause=Cause.OUTAGE))

    assert english(refused) == "Working now: Way c."
    assert english(failed) == "Working now: Way b and Way c."


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([], "If it is urgent, pay in cash."),
        ([ComponentState.MAJOR], "The other payment methods we watch have problems too"),
        ([ComponentState.UNKNOWN], "We do not know whether other payment methods work right now"),
        ([ComponentState.MAJOR, ComponentState.UNKNOWN], "We do not know whether other payment methods"),
    ],
    ids=["it is the only one", "all are down", "all are unknown", "down and unknown"],
)
def test_cash_is_left_when_nothing_else_is_known_to_work(others: list[ComponentState], said: str) -> None:
    ways = [way("a"), *(way(f"b{n}", state=state) for n, state in enumerate(others))]

    told = words.other_ways([ComponentKind.PAY], beside(["a"], ways, cause=Cause.OUTAGE))

    assert english(told).startswith(said)


def test_the_first_line_of_each_kind_is_said_when_several_fail() -> None:
    lines = english(words.advice(Cause.OUTAGE, [ComponentKind.REPAY, ComponentKind.PAY]))

    assert lines.startswith("Do not pay twice")
    assert "Do not repay twice" in lines


@pytest.mark.parametrize(
    ("slug", "name", "kind"),
    [
        ("fenfu-repay", "分付 · 还款", ComponentKind.REPAY),
        ("x", "信用卡还款", ComponentKind.REPAY),
        ("x", "分付 · 额度与入口", ComponentKind.LIMIT),
        ("p2p", "转账", ComponentKind.TRANSFER),
        ("x", "商户收款码", ComponentKind.ACQUIRE),
        ("x", "零钱支付", ComponentKind.PAY),
        ("card-checkout", "Card checkout", ComponentKind.PAY),
        ("login", "登录", ComponentKind.OTHER),
    ],
)
def test_kind_is_guessed_from_the_name_when_nobody_told_it(slug: str, name: str, kind: ComponentKind) -> None:
    assert guessed_kind(slug, name) is kind


@pytest.mark.parametrize("kinds", KINDS, ids="+".join)
def test_nobody_is_told_that_it_cannot_be_their_account_when_an_outage_is_only_suspected(
    kinds: tuple[ComponentKind, ...],
) -> None:
    suspected = words.advice(Cause.OUTAGE, kinds, confirmed=False)

    assert "Nothing is wrong with your account" not in english(suspected)
    assert len(suspected) == len(words.advice(Cause.OUTAGE, kinds))
