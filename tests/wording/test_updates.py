"""Titles and updates, in both languages."""

import re
from dataclasses import replace
from typing import Any

import pytest

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.states import UpdateKind
from statuspage.analysis.values import Certainty, ProbeEvidence
from statuspage.wording.names import spoken
from statuspage.wording.times import duration
from statuspage.wording.titles import title
from statuspage.wording.updates import Story, update
from tests.incidents.building import at, evidence

QR = Bilingual(zh="分付 · 扫码支付", en="Fenfu QR payment")
REPAYMENT = Bilingual(zh="分付 · 还款", en="Fenfu repayment")


def story(kind: UpdateKind = UpdateKind.OPENED, **changes: Any) -> Story:
    values: dict[str, Any] = {
        "at": at(600),
        "cause": Cause.OUTAGE,
        "started_at": at(0),
        "resolved_at": at(1620) if kind is UpdateKind.RESOLVED else None,
        "components": [QR],
        "affected": [QR],
        "kinds": {ComponentKind.PAY},
        "evidence": evidence(),
    }
    return Story(**values | changes)


@pytest.mark.parametrize("kind", list(UpdateKind))
@pytest.mark.parametrize("cause", list(Cause))
def test_an_update_speaks_both_languages_when_anything_happens(kind: UpdateKind, cause: Cause) -> None:
    said = update(kind, story(kind, cause=cause, previous_cause=Cause.MAINTENANCE))

    assert said.zh.endswith("。")
    assert said.en.endswith(".")
    assert "None" not in said.zh + said.en


def test_an_opening_says_what_how_much_and_what_to_do_when_it_is_an_outage() -> None:
    said = update(UpdateKind.OPENED, story())

    assert said.zh == (
        "分付 · 扫码支付的付款失败或过慢，问题在系统一侧。"
        "每 10 笔测试付款约 8 笔失败。212 人反馈（平时约 6 人）。"
        "先别重复付款：请先查账单，看是否已经扣款。不是你账户的问题，无需申诉。"
        "现在还有哪些方式可用，见状态页。"
    )
    assert said.en.startswith("Fenfu QR payment: payments fail or are too slow. The fault is in the system.")
    assert "About 8 in 10 test payments fail. 212 people reported it (usually about 6)." in said.en
    assert said.en.endswith("See the status page for what works instead.")


def test_a_resolution_says_how_long_it_was_when_it_is_over() -> None:
    said = update(UpdateKind.RESOLVED, story(UpdateKind.RESOLVED))

    assert said == Bilingual("已恢复正常。历时 27 分钟。", "Service is back to normal. It lasted 27 minutes.")


def test_a_correction_names_both_causes_when_the_machine_was_wrong() -> None:
    said = update(UpdateKind.CAUSE_CHANGED, story(cause=Cause.RISK_CONTROL, previous_cause=Cause.OUTAGE))

    assert said.zh.startswith("更正：原因不是系统故障，而是被风控拒绝。")
    assert said.en.startswith("Correction: this is not an outage but risk checks.")


def test_an_overrun_is_told_as_one_when_maintenance_turns_into_an_outage() -> None:
    said = update(UpdateKind.CAUSE_CHANGED, story(previous_cause=Cause.MAINTENANCE))

    assert said.zh.startswith("维护时间已过，服务仍未恢复")


def test_a_suspicion_is_never_told_as_certain_when_nothing_bears_it_out() -> None:
    said = update(UpdateKind.SUSPECTED, story(cause=Cause.RISK_CONTROL))

    assert "可能有付款被风控拒绝；尚未证实" in said.zh
    assert "This is not confirmed yet" in said.en


def test_what_users_alone_tell_is_said_to_be_theirs_when_it_is_suspected() -> None:
    told_only = replace(evidence(), told_only=True)

    said = update(UpdateKind.SUSPECTED, story(evidence=told_only))

    assert said.zh.startswith("有用户反馈分付 · 扫码支付出现问题，可能是系统故障；我们的测试暂未遇到")
    assert "Our own tests have not run into it so far" in said.en
    assert "212 people reported it" in said.en
    assert "test payments fail" not in said.en


def test_a_wave_ends_with_what_was_told_and_by_how_many_when_nothing_bore_it_out() -> None:
    told_only = replace(evidence(), told_only=True)

    said = update(UpdateKind.DISMISSED, story(evidence=told_only))

    assert said == Bilingual(
        "共有 212 人反馈（平时约 6 人），我们的测试没有遇到；现在反馈已经平息。"
        "没测到不等于没发生：如果你仍遇到，请在状态页告诉我们。",
        "212 people reported this (usually about 6). Our own tests did not run into it, and it has gone "
        "quiet. "
        "That does not mean that it did not happen: if it still happens to you, please tell us on the status "
        "page.",
    )


@pytest.mark.parametrize("probes", [evidence().probes, ()], ids=["tested", "untested"])
def test_a_wave_is_said_to_be_quiet_only_where_it_can_be_heard(probes: tuple[ProbeEvidence, ...]) -> None:
    told_only = replace(evidence(), told_only=True, probes=probes)

    said = update(UpdateKind.DISMISSED, story(evidence=told_only, unread=[Bilingual("微博", "Weibo")]))

    assert "微博上的帖子现在读不到，其他地方的反馈已经平息。" in said.zh
    assert "it has gone quiet but for Weibo, where we cannot read posts right now." in said.en


@pytest.mark.parametrize("kind", [UpdateKind.SUSPECTED, UpdateKind.DISMISSED])
def test_nothing_is_said_of_our_tests_when_there_were_none(kind: UpdateKind) -> None:
    unseen = replace(evidence(), told_only=True, probes=())

    said = update(kind, story(evidence=unseen))

    assert "测试" not in said.zh
    assert "tests" not in said.en
    assert "212" in said.zh


@pytest.mark.parametrize(
    ("told_only", "over", "zh", "en"),
    [
        (False, False, "疑似有付款被风控拒绝", "payments possibly declined by risk checks"),
        (False, True, "曾有异常迹象，未能证实", "signs of trouble, not confirmed"),
        (True, False, "有用户反馈付款被拒", "users report declined payments"),
        (True, True, "曾有用户反馈付款被拒，未能证实", "users reported declined payments, not confirmed"),
    ],
)
def test_title_of_a_suspicion_is_true_while_it_lasts_and_after_it(
    told_only: bool, over: bool, zh: str, en: str
) -> None:
    named = title(
        cause=Cause.RISK_CONTROL,
        impact=Impact.MINOR,
        certainty=Certainty.SUSPECTED,
        components=[QR],
        kinds={ComponentKind.PAY},
        told_only=told_only,
        over=over,
    )

    assert named == Bilingual(f"分付 · 扫码支付：{zh}", f"Fenfu QR payment: {en}")


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("certainty", list(Certainty))
@pytest.mark.parametrize("told_only", [False, True])
@pytest.mark.parametrize("over", [False, True])
def test_title_speaks_of_no_payment_when_repaying_fails(
    cause: Cause, certainty: Certainty, told_only: bool, over: bool
) -> None:
    named = title(
        cause=cause,
        impact=Impact.MINOR,
        certainty=certainty,
        components=[REPAYMENT],
        kinds={ComponentKind.REPAY},
        told_only=told_only,
        over=over,
    )

    assert "付款" not in named.zh
    assert not re.search(r"\bpayments?\b", named.en)


def test_a_group_is_said_once_when_all_names_have_it() -> None:
    online = Bilingual(zh="分付 · 线上支付", en="Fenfu · online payment")
    card = Bilingual(zh="微信支付 · 银行卡支付", en="WeChat Pay · bank card payment")

    together = spoken([Bilingual(zh="分付 · 还款", en="Fenfu · repayment"), online])
    apart = spoken([online, card])

    assert together == Bilingual(zh="分付 · 还款、线上支付", en="Fenfu · repayment and online payment")
    assert apart.zh == "分付 · 线上支付、微信支付 · 银行卡支付"


def test_names_are_counted_when_there_are_many() -> None:
    names = [Bilingual(zh=f"甲{n}", en=f"A{n}") for n in range(6)]

    assert spoken(names) == Bilingual(zh="甲0、甲1 等 6 项服务", en="A0, A1 and 4 more")
    assert spoken(names[:2]) == Bilingual(zh="甲0、甲1", en="A0 and A1")


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (45, "45 秒", "45 seconds"),
        (1380, "23 分钟", "23 minutes"),
        (5940, "1 小时 39 分钟", "1 hour 39 minutes"),
        (8100, "2 小时 15 分钟", "2 hours 15 minutes"),
        (260000, "3 天", "3 days"),
    ],
)
def test_a_duration_has_two_units_at_most_when_it_is_told(seconds: int, zh: str, en: str) -> None:
    assert duration(at(seconds) - at(0)) == Bilingual(zh=zh, en=en)


@pytest.mark.parametrize("kind", list(UpdateKind))
@pytest.mark.parametrize("cause", list(Cause))
def test_an_update_speaks_of_no_payment_when_repaying_fails(kind: UpdateKind, cause: Cause) -> None:
    repaying = story(
        kind, cause=cause, kinds={ComponentKind.REPAY}, components=[REPAYMENT], affected=[REPAYMENT]
    )

    said = update(kind, repaying)

    assert "付款" not in said.zh
    assert not re.search(r"\bpayments?\b", said.en)


def test_name_is_set_apart_when_it_is_read_from_right_to_left() -> None:
    names = [Bilingual(zh="分付 · 甲", en="Fenfu · דף תשלום"), Bilingual(zh="乙", en="Card")]

    assert spoken(names).en == "Fenfu · \u2068דף תשלום\u2069 and Card"
    assert spoken(names).zh == "分付 · 甲、乙"
