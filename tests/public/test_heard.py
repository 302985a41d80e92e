"""Complaints by product and symptom over the past day."""

from datetime import timedelta
from typing import Any

import pytest

from probes.vocabulary.bilingual import Bilingual
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.monitoring.models import Report, Source
from statuspage.public.read.complaints import HOURS, ComplaintsReader
from statuspage.public.read.values import HeardLine
from statuspage.public.render.stacks import stacks
from tests.support.public_rows import NOW
from tests.support.voices import count_voices


def line(*hours: int, **fields: Any) -> HeardLine:
    values: dict[str, Any] = {
        "product": Product.FENFU,
        "symptom": Symptom.PAYMENT_FAILURE,
        "usual_per_day": 6.0,
        **fields,
    }
    return HeardLine(hours=(*(0,) * (HOURS - len(hours)), *hours), **values)


def say(hours_ago: float, symptom: Symptom, product: Product = Product.FENFU, author: str = "") -> None:
    source, _ = Source.objects.get_or_create(
        slug="forum", name_zh="论坛", name_en="Forum", kind="html", url="https://forum.example/"
    )
    Report.objects.create(
        source=source,
        external_id=str(Report.objects.count()),
        at=NOW - timedelta(hours=hours_ago),
        author=author,
        symptom=symptom,
        product=product,
        probability=0.9,
    )
    count_voices()


@pytest.mark.django_db
def test_heard_lines_count_by_product_symptom_and_hour() -> None:
    say(0.5, Symptom.PAYMENT_FAILURE)
    say(1.5, Symptom.PAYMENT_FAILURE)
    say(1.6, Symptom.RISK_DECLINE)
    say(0.1, Symptom.RISK_DECLINE, Product.WECHAT_PAY)
    say(0.1, Symptom.WORKING)
    say(0.1, Symptom.PAYMENT_FAILURE, Product.OTHER)
    say(25, Symptom.PAYMENT_FAILURE)

    lines = ComplaintsReader().read(NOW).lines

    assert [(found.product, found.symptom, found.hours[-2:]) for found in lines] == [
        (Product.FENFU, Symptom.PAYMENT_FAILURE, (1, 1)),
        (Product.FENFU, Symptom.RISK_DECLINE, (1, 0)),
        (Product.WECHAT_PAY, Symptom.RISK_DECLINE, (0, 1)),
        (Product.OTHER, Symptom.PAYMENT_FAILURE, (0, 1)),
    ]
    assert {found.usual_per_day for found in lines} == {None}


@pytest.mark.django_db
def test_heard_lines_know_the_usual_when_there_is_a_week() -> None:
    for day in range(1, 10):
        for _ in range(3):
            say(24 * day + 1, Symptom.PAYMENT_FAILURE, author="loud")
    say(1, Symptom.PAYMENT_FAILURE)

    (found,) = ComplaintsReader().read(NOW).lines

    assert found.usual_per_day == pytest.approx(1)


def test_stacks_share_one_scale_and_stand_on_each_other() -> None:
    fenfu, wechat = stacks(
        [
            line(10),
            line(30, symptom=Symptom.RISK_DECLINE),
            line(20, product=Product.WECHAT_PAY, symptom=Symptom.RISK_DECLINE),
        ]
    )

    assert (fenfu.chart.top, wechat.chart.top) == ("40", "40")
    assert [shape.d for shape in fenfu.chart.shapes] == ["M276 60h9v-15h-9z", "M276 45h9v-45h-9z"]
    assert [kind for kind, _ in fenfu.keys] == ["outage", "risk_control"]


def test_stack_is_read_as_a_sentence() -> None:
    (stack,) = stacks([line(5, 7)])

    assert stack.chart.sentence == Bilingual(
        "分付，24 小时内的反馈：付款失败 12 条（平时约 6 条）。",
        "Fenfu, reports in 24 hours: payments fail 12 (usually about 6).",
    )


def test_stacks_are_none_when_nobody_complains() -> None:
    assert stacks([]) == []
