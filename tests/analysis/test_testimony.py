"""Which complaints belong to an incident: of its products, of its cause, in its time."""

from dataclasses import dataclass

import pytest

from probes.listening.reading.confusion import confusion
from probes.vocabulary.causes import Cause
from probes.vocabulary.symptoms import Product, Symptom
from statuspage.analysis.incident import DetectedIncident
from statuspage.analysis.leaks import leaks_of
from statuspage.analysis.stories import likelihoods, stories_of
from statuspage.analysis.testimony import meant, said_of
from statuspage.analysis.waves import Waves, WavesMemory
from tests.analysis.test_wave import HOUR, START, heard

FENFU, WECHAT, OTHER, NONE = Product.FENFU, Product.WECHAT_PAY, Product.OTHER, Product.NONE
FAILS, REFUSED, BESIDE = Symptom.PAYMENT_FAILURE, Symptom.RISK_DECLINE, Symptom.IRRELEVANT


@dataclass(frozen=True, kw_only=True)
class Post:
    minute: float
    text: str
    symptom: Symptom = FAILS
    product: Product = WECHAT


def incident(minute: float, *, until: float | None = None, cause: Cause = Cause.OUTAGE) -> DetectedIncident:
    begun = DetectedIncident.open(
        key="one", cause=cause, started_at=START + 60.0 * minute, now=START, confidence=0.9, alternatives=[]
    )
    begun.resolved_at = None if until is None else START + 60.0 * until
    return begun


def told(
    posts: list[Post], about: DetectedIncident, own: set[Product], minute: float = 60.0
) -> tuple[int, tuple[str, ...]]:
    waves = Waves(WavesMemory(), leaks_of(confusion()))
    for post in sorted(posts, key=lambda post: post.minute):
        at = START + 60.0 * post.minute
        waves.hear(heard(post.symptom, at, post.product, post.text), at, HOUR)
    found = said_of(about, START + 60.0 * minute, waves=waves, own=own, hour=HOUR)
    return (found.count, found.quotes) if found else (0, ())


@pytest.mark.parametrize(
    "post",
    [
        pytest.param(Post(minute=31, text="又被风控了", symptom=REFUSED), id="of another cause"),
        pytest.param(Post(minute=31, text="分付付不了", product=FENFU), id="about another product"),
        pytest.param(Post(minute=31, text="花呗付不了", product=OTHER), id="about a product of others"),
        pytest.param(Post(minute=31, text="双十一快乐", symptom=BESIDE), id="beside the matter"),
        pytest.param(Post(minute=10, text="微信支付转圈"), id="of before its start"),
        pytest.param(Post(minute=45, text="微信支付转圈"), id="of after its end"),
    ],
)
def test_a_post_is_no_evidence_when_it_is(post: Post) -> None:
    assert told([post], incident(30, until=40), {WECHAT}) == (0, ())


def test_posts_are_evidence_of_an_incident_from_its_start_on_in_order_of_time() -> None:
    posts = [Post(minute=minute, text=f"微信支付转圈 {minute}") for minute in range(26, 36)]

    count, quotes = told(posts, incident(30), {WECHAT})

    assert count == 6
    assert quotes == tuple(f"微信支付转圈 {minute}" for minute in range(31, 36))


def test_two_incidents_quote_nobody_twice_when_they_differ_in_product_or_cause() -> None:
    posts = [
        Post(minute=31, text="微信支付转圈"),
        Post(minute=32, text="分付还款失败", product=FENFU),
        Post(minute=33, text="又被风控了", symptom=REFUSED, product=FENFU),
    ]

    assert told(posts, incident(30), {WECHAT}) == (1, ("微信支付转圈",))
    assert told(posts, incident(30), {FENFU}) == (1, ("分付还款失败",))
    assert told(posts, incident(30, cause=Cause.RISK_CONTROL), {FENFU}) == (1, ("又被风控了",))


def test_a_text_is_quoted_once_and_one_that_names_the_product_before_one_that_names_none() -> None:
    posts = [Post(minute=31, text="付不了"), Post(minute=32, text="付不了")]
    posts += [Post(minute=33 + n, text=f"没反应 {n}", product=NONE) for n in range(6)]

    count, quotes = told(posts, incident(30), {WECHAT})

    assert count == 8
    assert len(quotes) == 5
    assert quotes[0] == "付不了"


@pytest.mark.parametrize(
    ("own", "named", "usual", "expected"),
    [
        ({WECHAT}, {WECHAT: 9, FENFU: 1}, {FENFU: 80.0, WECHAT: 20.0}, {WECHAT, NONE}),
        ({WECHAT}, {FENFU: 9}, {FENFU: 80.0, WECHAT: 20.0}, {WECHAT}),
        ({WECHAT}, {}, {FENFU: 80.0, WECHAT: 20.0}, {WECHAT}),
        ({FENFU}, {}, {FENFU: 80.0, WECHAT: 20.0}, {FENFU, NONE}),
        ({FENFU, WECHAT}, {}, {}, {FENFU, WECHAT, NONE}),
        ({NONE}, {FENFU: 3}, {}, {FENFU, WECHAT, NONE}),
    ],
)
def test_who_names_no_product_means_the_one_that_most_name(
    own: set[Product], named: dict[Product, int], usual: dict[Product, float], expected: set[Product]
) -> None:
    assert meant(own, named, usual) == expected


@pytest.mark.parametrize(
    ("complaints", "cause"),
    [
        ({FAILS: 20.0}, Cause.OUTAGE),
        ({FAILS: 20.0, Symptom.MAINTENANCE: 2.0, REFUSED: 2.0}, Cause.OUTAGE),
        ({FAILS: 20.0, Symptom.MAINTENANCE: 8.0}, Cause.MAINTENANCE),
        ({Symptom.MAINTENANCE: 6.0, FAILS: 4.0}, Cause.MAINTENANCE),
        ({REFUSED: 15.0, FAILS: 8.0}, Cause.RISK_CONTROL),
        ({Symptom.POLICY_CLOSURE: 9.0, REFUSED: 5.0, FAILS: 4.0}, Cause.POLICY_CHANGE),
    ],
)
def test_the_cause_is_the_one_that_the_posts_speak_of(complaints: dict[Symptom, float], cause: Cause) -> None:
    found = likelihoods(stories_of(confusion()), complaints)

    assert max(found, key=lambda one: found[one]) is cause
