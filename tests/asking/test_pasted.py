"""Pasted messages become one of the answers that could have been picked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.vocabulary.choices import Told
from statuspage.asking.pasted import LEAST, read_pasted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("系统繁忙，请稍后再试", Told.BUSY),
        ("網絡異常，請稍後重試", Told.BUSY),
        ("当前交易存在风险，已被拦截", Told.RISK),
        ("很抱歉，您的综合评估未通过", Told.RISK),
        ("该笔交易超出限额", Told.LIMIT),
        ("可用额度不足", Told.LIMIT),
        ("系统维护中，请于 6:00 后再试", Told.WORK),
        ("We are down for scheduled maintenance", Told.WORK),
        ("产品权限已关闭", Told.STOPPED),
        ("分付将停止为您提供服务", Told.STOPPED),
        ("零钱余额不足", Told.FUNDS),
        ("Your card has insufficient funds.", Told.FUNDS),
        ("", Told.NOTHING),
        ("   ", Told.NOTHING),
        ("今天天气真好", Told.OTHER),
    ],
)
def test_read_pasted_finds_the_answer(text: str, said: Told) -> None:
    assert read_pasted(text).said is said


@given(st.text(max_size=2000))
def test_read_pasted_never_fails(text: str) -> None:
    pasted = read_pasted(text)

    assert LEAST <= pasted.sure <= 1
