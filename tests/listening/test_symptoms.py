from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.listening.reading.features import signs
from probes.listening.reading.symptoms import model, read_text
from probes.listening.reading.text import plain
from probes.vocabulary.symptoms import Product, Symptom


@pytest.mark.parametrize(
    ("text", "symptom", "product"),
    [
        ("分付扫码一直转圈，付不出去", "payment_failure", "fenfu"),
        ("分fu又崩了", "payment_failure", "fenfu"),
        ("微信支付过唔到數，成日話系統繁忙", "payment_failure", "wechat_pay"),
        ("Fenfu keeps timing out at checkout", "payment_failure", "fenfu"),
        ("分付被风控了，额度还有八千，付款就说有风险", "risk_decline", "fenfu"),
        ("my Visa was declined, bank says suspected fraud", "risk_decline", "other"),
        ("公告说系统维护到六点，别慌", "maintenance", "none"),
        ("收到短信：您的分付服务将于月底终止", "policy_closure", "fenfu"),
        ("被盗刷了，凌晨三点扣了两千，我没消费", "account_security", "none"),
        ("恢复了，刚试了可以付", "working", "none"),
        ("分付怎么开通啊，利息高吗", "irrelevant", "fenfu"),
        ("王者又崩了，排位进不去", "irrelevant", "other"),
        ("专业解风控，不成功不收费，加V", "irrelevant", "none"),
        ("为何我一打开白条就说系统正忙", "payment_failure", "other"),
        ("额度够的，怎么花呗还是付不出去呀", "payment_failure", "other"),
        ("借钱时人脸认证老是失败", "payment_failure", "none"),
        ("白条冻住了，怎样才能恢复", "risk_decline", "other"),
        ("抖音月付综合评分不够是怎么回事", "risk_decline", "other"),
        ("充话费怎么不支持花呗了", "policy_closure", "other"),
        ("手机丢了，借呗会不会被人刷走", "account_security", "other"),
        ("微信付不了，是不是在维护", "maintenance", "wechat_pay"),
        ("klarna says I'm not eligible anymore, why", "risk_decline", "other"),
        ("花呗一天能付几次", "irrelevant", "other"),
        ("提前还清借呗会降额度吗", "irrelevant", "other"),
        ("怎样把白条的额度提高一点", "irrelevant", "other"),
        ("明明都还清了，为什么显示还欠钱", "irrelevant", "none"),
    ],
)
def test_read_text_tells_symptom_and_product_when_a_post_is_plain(
    text: str, symptom: str, product: str
) -> None:
    reading = read_text(text)

    assert (reading.symptom, reading.product) == (Symptom(symptom), Product(product))


@pytest.mark.parametrize(
    "text", ["", " ", "🙃", "\x00\ud800", "a" * 100_000, "转" * 100_000, "1" * 5000, "%s{}"]
)
def test_read_text_gives_a_probability_when_a_post_is_hardly_one(text: str) -> None:
    reading = read_text(text)

    assert 1 / len(Symptom) < reading.probability <= 1


@given(st.text(st.sampled_from("分付微信支不了好 系统维护,.!=~'  wechat pays isn't failed\n"), max_size=40))
def test_model_weighs_the_signs_of_a_post_when_it_adds_them_up_as_one_number(text: str) -> None:
    weights = model().weights
    rows = [weights.rows[sign] for sign in signs(plain(text)) if sign in weights.rows]
    length = sqrt(max(sum(row[-1] for row in rows), 1) / weights.rarity_scale) * weights.scale
    expected = [
        start + sum(row[place] for row in rows) / length
        for place, start in enumerate(weights.intercepts[: len(Symptom)])
    ]

    scores, _ = model().read(plain(text))

    assert scores == pytest.approx(expected)
