"""Titles and updates, in both languages."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.causes import Cause, Impact
from probes.vocabulary.kinds import ComponentKind
from probes.vocabulary.states import UpdateKind
from statuspage.analysis.values import Certainty, Evidence
from statuspage.wording.names import spoken
from statuspage.wording.times import duration
from statuspage.wording.updates import Story, title, update
from tests.incidents.building import at, evidence

QR = Bilingual(zh="分付 · 扫码支付", en="Fenfu QR payment")
REPAYMENT = Bilingual(zh="分付 · 还款", en="Fenfu repayment")


def story(kind: UpdateKind = UpdateKind.OPENED, **changes: Any) -> Story:
    values: dict[str, Any] = {
        "at": at(600),
        "zone": ZoneInfo("Asia/Shanghai"),
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


def test_an_opening_says_since_when_what_and_what_to_do_when_it_is_an_outage() -> None:
    said = update(UpdateKind.OPENED, story())

    assert said.zh == (
        "12:03（UTC+8）起，分付 · 扫码支付的请求失败或过慢，是系统一侧的故障。"
        "1 个探测点、2 类账户的 20 次检查中，16 次未受理。212 人反馈（平时 6.2 人）。"
        "先别重复付款：请先查账单，看是否已经扣款。不是你账户的问题，无需申诉。"
        "现在还有哪些方式可用，见状态页。"
    )
    assert said.en.startswith("Since 12:03 (UTC+8): requests to Fenfu QR payment fail or are too slow;")
    assert "16 of 20 checks were not accepted (1 vantage, 2 kinds of payer)." in said.en
    assert said.en.endswith("See the status page for what works instead.")


def test_a_resolution_says_how_long_it_was_when_it_is_over() -> None:
    said = update(UpdateKind.RESOLVED, story(UpdateKind.RESOLVED))

    assert said.zh == "已恢复正常。12:03（UTC+8）开始，历时 27 分钟。"
    assert said.en == "It works again. It began at 12:03 (UTC+8) and lasted 27 minutes."


def test_a_correction_names_both_causes_when_the_machine_was_wrong() -> None:
    said = update(UpdateKind.CAUSE_CHANGED, story(cause=Cause.RISK_CONTROL, previous_cause=Cause.OUTAGE))

    assert said.zh.startswith("更正：原因不是系统故障，而是风控拒付。")
    assert said.en.startswith("Correction: this is not an outage but risk control.")


def test_an_overrun_is_told_as_one_when_maintenance_turns_into_an_outage() -> None:
    said = update(UpdateKind.CAUSE_CHANGED, story(previous_cause=Cause.MAINTENANCE))

    assert said.zh.startswith("维护时间已过，服务仍未恢复")


def test_a_suspicion_is_never_told_as_certain_when_nothing_bears_it_out() -> None:
    named = title(
        cause=Cause.RISK_CONTROL, impact=Impact.MINOR, certainty=Certainty.SUSPECTED, components=[QR]
    )
    said = update(UpdateKind.SUSPECTED, story(evidence=Evidence(window_seconds=0)))

    assert named == Bilingual(
        zh="分付 · 扫码支付：疑似风控拒付增多",
        en="Fenfu QR payment: suspected wave of refusals by risk control",
    )
    assert "尚未证实" in said.zh
    assert "not yet certain" in said.en


def test_a_group_is_said_once_when_all_names_have_it() -> None:
    online = Bilingual(zh="分付 · 线上支付", en="Fenfu · online payment")
    card = Bilingual(zh="微信支付 · 银行卡支付", en="WeChat Pay · bank card payment")

    together = spoken([Bilingual(zh="分付 · 还款", en="Fenfu · repayment"), online])
    apart = spoken([online, card])

    assert together == Bilingual(zh="分付 · 还款、线上支付", en="Fenfu · repayment and online payment")
    assert apart.zh == "分付 · 线上支付、微信支付 · 银行卡支付"


def test_names_are_counted_when_there_are_many() -> None:
    names = [Bilingual(zh=f"甲{n}", en=f"A{n}") for n in range(6)]

    assert spoken(names) == Bilingual(zh="甲0、甲1等 6 项服务", en="A0, A1 and 4 more")
    assert spoken(names[:2]) == Bilingual(zh="甲0、甲1", en="A0 and A1")


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (45, "45 秒", "45 seconds"),
        (1380, "23 分钟", "23 minutes"),
        (8100, "2 小时 15 分钟", "2 h 15 min"),
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
    assert "ayments work" not in said.en
    assert "payments still" not in said.en
    assert "no payments" not in said.en
