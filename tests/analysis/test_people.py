"""The one rule of who counts once."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from probes.listening.reading.confusion import confusion
from probes.vocabulary.observations import ObservedReport
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.leaks import leaks_of
from statuspage.analysis.people import ComplainingPost, count_people, slot_of
from statuspage.analysis.values import Heard
from statuspage.analysis.waves import Waves, WavesMemory

FAILS, REFUSED = Symptom.PAYMENT_FAILURE, Symptom.RISK_DECLINE
FENFU, WECHAT, OTHER, NONE = Product.FENFU, Product.WECHAT_PAY, Product.OTHER, Product.NONE


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 22, hour, minute, tzinfo=UTC)


def said(
    hour: int,
    minute: int,
    product: Product = FENFU,
    *,
    symptom: Symptom = FAILS,
    author: str = "loud",
    filed: bool = False,
) -> ComplainingPost:
    return ComplainingPost(at=at(hour, minute), product=product, symptom=symptom, author=author, filed=filed)


def counted(*complaints: ComplainingPost) -> list[tuple[str, Product, Symptom, int, int]]:
    counts = count_people(complaints)
    assert counts == count_people(complaints[::-1])
    return sorted(
        (f"{key.slot:%H:%M}", key.product, key.symptom, count.people, count.filed)
        for key, count in counts.items()
    )


@pytest.mark.parametrize(
    ("complaints", "expected"),
    [
        pytest.param(
            [said(3, 59), said(4, 0), said(4, 59)],
            [("03:45", FENFU, FAILS, 1, 0), ("04:00", FENFU, FAILS, 1, 0)],
            id="once in a clock hour, where he first says it",
        ),
        pytest.param(
            [said(4, 1), said(4, 2, symptom=REFUSED)],
            [("04:00", FENFU, FAILS, 1, 0), ("04:00", FENFU, REFUSED, 1, 0)],
            id="once for each symptom",
        ),
        pytest.param(
            [said(4, 1, author=""), said(4, 1, author=""), said(4, 1, author="another")],
            [("04:00", FENFU, FAILS, 3, 0)],
            id="each time where nobody is known",
        ),
        pytest.param(
            [said(4, 1, NONE), said(4, 20, FENFU)],
            [("04:00", FENFU, FAILS, 1, 0)],
            id="for the product that he names later",
        ),
        pytest.param(
            [said(4, 1, OTHER), said(4, 20, WECHAT), said(4, 40, FENFU)],
            [("04:00", WECHAT, FAILS, 1, 0)],
            id="for the first of ours before another one",
        ),
        pytest.param(
            [said(4, 1, NONE), said(4, 20, OTHER)],
            [("04:00", OTHER, FAILS, 1, 0)],
            id="for another product before none",
        ),
        pytest.param(
            [said(4, 1, author="here", filed=True), said(4, 2, author="here", filed=True), said(4, 3)],
            [("04:00", FENFU, FAILS, 2, 1)],
            id="apart where it was filed here",
        ),
        pytest.param([], [], id="nobody where nobody complains"),
    ],
)
def test_an_author_counts(
    complaints: list[ComplainingPost], expected: list[tuple[str, Product, Symptom, int, int]]
) -> None:
    assert counted(*complaints) == expected


def test_a_slot_begins_at_the_quarter_when_a_moment_lies_in_it() -> None:
    assert [slot_of(at(4, minute)) for minute in (0, 14, 15, 59)] == [
        at(4, 0),
        at(4, 0),
        at(4, 15),
        at(4, 45),
    ]


@pytest.mark.parametrize("seed", range(5))
def test_the_detector_hears_the_people_who_are_counted_when_posts_come_one_by_one(seed: int) -> None:
    chance = random.Random(seed)
    minutes = sorted(chance.uniform(0, 239) for _ in range(300))
    posts = [
        said(0, 0, chance.choice((FENFU, WECHAT, NONE)), author=chance.choice(("", *"abcdefghij")))
        for _ in minutes
    ]
    posts = [
        replace(post, at=at(1, 0) + timedelta(minutes=m)) for post, m in zip(posts, minutes, strict=True)
    ]
    waves = Waves(WavesMemory(), leaks_of(confusion()))

    for post in posts:
        waves.hear(heard(post), post.at.timestamp(), hour=12)

    wave = waves.of(FAILS)
    assert wave is not None
    assert wave.window == sum(count.people for count in count_people(posts).values())


def heard(post: ComplainingPost) -> Heard:
    report = ObservedReport(at=post.at, source="forum", author=post.author, text="")
    return Heard(report=report, symptom=post.symptom, product=post.product, probability=0.9)
