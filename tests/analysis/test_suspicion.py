"""What posts alone make of the world: heard by the whole detector, with no check to go by."""

import random
from datetime import UTC, datetime

import pytest

from probes.listening.reading.confusion import confusion
from probes.vocabulary.causes import Cause
from probes.vocabulary.observations import ObservedReport, WatchedCatalog, WatchedComponent
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.detector import Detector
from statuspage.analysis.model import DetectorSettings
from statuspage.analysis.naming import names_of
from statuspage.analysis.values import Heard, Verdict

START = datetime(2026, 11, 20, 2, tzinfo=UTC).timestamp()
FAILS, REFUSED, BESIDE = Symptom.PAYMENT_FAILURE, Symptom.RISK_DECLINE, Symptom.IRRELEVANT
WORKED_ON, CLOSED = Symptom.MAINTENANCE, Symptom.POLICY_CLOSURE
FENFU, WECHAT, NONE = Product.FENFU, Product.WECHAT_PAY, Product.NONE
CATALOG = WatchedCatalog(
    timezone="Asia/Shanghai",
    components=tuple(
        WatchedComponent(slug=slug, name=name, product=product)
        for slug, name, product in (
            ("fenfu-qr", "分付 · 扫码支付", FENFU),
            ("fenfu-repay", "分付 · 还款", FENFU),
            ("wxpay-card", "银行卡支付", WECHAT),
        )
    ),
    personas=(),
    probes=(),
)


def said(
    minutes: tuple[float, float],
    per_minute: float,
    shares: dict[Symptom, float],
    *,
    products: tuple[Product, ...] = (FENFU, NONE),
    text: str = "付不了",
) -> list[Heard]:
    """Posts by chance between two minutes, each by somebody else, read with the reader's errors."""
    chance = random.Random(f"{minutes}{per_minute}")
    at, until = (START + 60.0 * minute for minute in minutes)
    posts = []
    while (at := at + chance.expovariate(per_minute / 60.0)) < until:
        true = chance.choices(list(shares), list(shares.values()))[0]
        row = confusion()[true]
        when = datetime.fromtimestamp(at, UTC)
        report = ObservedReport(at=when, published_at=when, source="forum", author="", text=text)
        read = chance.choices(list(row), list(row.values()))[0]
        posts.append(Heard(report=report, symptom=read, product=chance.choice(products), probability=0.9))
    return posts


USUAL = {BESIDE: 0.7, Symptom.WORKING: 0.1, FAILS: 0.1, REFUSED: 0.1}


def concluded(*spans: list[Heard], minutes: float = 240.0) -> list[Verdict]:
    """The last verdict of each incident, in the order in which they were opened."""
    posts = sorted([post for span in (said((0, minutes), 0.25, USUAL), *spans) for post in span], key=_at)
    end = datetime.fromtimestamp(START + 60.0 * minutes, UTC)
    verdicts = Detector(CATALOG, DetectorSettings()).advance(posts, end).verdicts
    return list({verdict.key: verdict for verdict in verdicts}.values())


def _at(heard: Heard) -> datetime:
    return heard.at


@pytest.mark.parametrize(
    ("shares", "cause"),
    [
        ({FAILS: 0.8, REFUSED: 0.1, BESIDE: 0.1}, Cause.OUTAGE),
        ({FAILS: 0.45, WORKED_ON: 0.45, BESIDE: 0.1}, Cause.MAINTENANCE),
        ({FAILS: 0.65, WORKED_ON: 0.35}, Cause.MAINTENANCE),
        ({REFUSED: 0.65, FAILS: 0.25, BESIDE: 0.1}, Cause.RISK_CONTROL),
        ({CLOSED: 0.6, REFUSED: 0.2, FAILS: 0.1, BESIDE: 0.1}, Cause.POLICY_CHANGE),
    ],
)
def test_posts_alone_raise_a_suspicion_of_what_they_speak_of(
    shares: dict[Symptom, float], cause: Cause
) -> None:
    (verdict,) = concluded(said((120, 170), 8.0, shares))

    assert verdict.cause is cause
    assert verdict.confirmed_at is None
    assert verdict.components == ("fenfu-qr", "fenfu-repay")
    assert abs(verdict.started_at.timestamp() - (START + 7200.0)) < 120.0
    assert verdict.resolved_at is not None
    assert verdict.evidence.reports[0].since == verdict.started_at


def test_posts_raise_no_suspicion_when_everybody_speaks_of_an_article() -> None:
    article = {BESIDE: 0.94, Symptom.WORKING: 0.01, FAILS: 0.03, REFUSED: 0.02}

    assert concluded(said((120, 200), 30.0, article)) == []


def test_posts_raise_a_suspicion_when_many_complain_while_everybody_speaks_of_an_article() -> None:
    article = said((100, 200), 15.0, {BESIDE: 0.97, FAILS: 0.03})

    (verdict,) = concluded(article, said((130, 180), 10.0, {FAILS: 1.0}))

    assert verdict.cause is Cause.OUTAGE


def test_posts_name_the_component_that_most_of_them_name() -> None:
    (verdict,) = concluded(said((120, 150), 8.0, {FAILS: 1.0}, text="分付还款还不进去"))

    assert verdict.components == ("fenfu-repay",)


def test_posts_name_the_product_when_its_components_are_named_by_few() -> None:
    (verdict,) = concluded(said((120, 150), 8.0, {FAILS: 1.0}, products=(WECHAT, WECHAT, NONE)))

    assert verdict.components == ("wxpay-card",)


def test_talk_that_fades_after_a_suspicion_raises_no_second_one() -> None:
    during = said((60, 90), 8.0, {FAILS: 0.9, REFUSED: 0.1})
    after = said((90, 110), 3.0, {FAILS: 0.5, REFUSED: 0.1, Symptom.WORKING: 0.4})
    later = said((110, 140), 1.0, {FAILS: 0.5, REFUSED: 0.1, Symptom.WORKING: 0.4})

    assert len(concluded(during, after, later)) == 1


def test_another_wave_raises_a_suspicion_of_its_own_after_the_first_is_over() -> None:
    first, second = said((60, 90), 6.0, {FAILS: 1.0}), said((180, 210), 8.0, {REFUSED: 0.8, FAILS: 0.2})

    assert [verdict.cause for verdict in concluded(first, second)] == [Cause.OUTAGE, Cause.RISK_CONTROL]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["分付 · 扫码支付", "分付 · 还款"], ["扫码", "还款"]),
        (["银行卡支付", "转账"], ["银行卡", "转账"]),
        (["Fenfu · Online payment", "Fenfu: Repayment"], ["online", "repayment"]),
        (["还款", "还款"], []),
        (["微信支付", "微信支付 · 转账"], ["转账"]),
        (["支付", ""], []),
    ],
)
def test_a_component_is_named_by_what_sets_its_name_apart(names: list[str], expected: list[str]) -> None:
    components = tuple(WatchedComponent(slug=f"c{n}", name=name) for n, name in enumerate(names))
    catalog = WatchedCatalog(timezone="Asia/Shanghai", components=components, personas=(), probes=())

    assert list(names_of(catalog).values()) == expected
