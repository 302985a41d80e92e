"""Pasted messages become one of the answers that could have been picked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statuspage.public.asking.choices import Said
from statuspage.public.asking.pasted import LEAST, read_pasted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("系统繁忙，请稍后再试", Said.BUSY),
        ("網絡異常，請稍後重試", Said.BUSY),
        ("当前交易存在风险，已被拦截", Said.RISK),
        ("很抱歉，您的综合评估未通过", Said.RISK),
        ("该笔交易超出限额", Said.LIMIT),
        ("可用额度不足", Said.LIMIT),
        ("系统维护中，请于 6:00 后再试", Said.WORK),
        ("We are down for scheduled maintenance", Said.WORK),
        ("产品权限已关闭", Said.STOPPED),
        ("分付将停止为您提供服务", Said.STOPPED),
        ("零钱余额不足", Said.FUNDS),
        ("Your card has insufficient funds.", Said.FUNDS),
        ("", Said.NOTHING),
        ("   ", Said.NOTHING),
        ("今天天气真好", Said.OTHER),
    ],
)
def test_read_pasted_finds_the_answer(text: str, said: Said) -> None:
    assert read_pasted(text).said is said


@given(st.text(max_size=2000))
def test_read_pasted_never_fails(text: str) -> None:
    pasted = read_pasted(text)

    assert LEAST <= pasted.sure <= 1
